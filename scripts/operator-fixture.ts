/**
 * Makes a git repository of the operator fixture, with real history and real artifacts.
 *
 *   npx node scripts/operator-fixture.ts --out /tmp/operator
 */
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { run, runOk } from './fixture/process.ts'
import { git } from './fixture/repository.ts'

export const OPERATOR = join(import.meta.dirname, '..', 'fixtures', 'operator')

export interface OperatorRepo {
  /** The repository with v2 checked out. */
  readonly repo: string
  /** Folder of the reports: `v1-xunit1.xml`, `v2-xunit2.xml`, `v2.log`, … */
  readonly artifacts: string
  readonly python: string
  readonly v1Commit: string
}

interface Step {
  readonly message: string
  readonly files: readonly string[]
  readonly remove?: readonly string[]
}

/** A Python that has the pytest of the fixture: the machine's own, else one in a virtual environment made on first use. */
export async function findPython(): Promise<string> {
  const own = process.env.PYTHON ?? 'python3'
  const found = await run(own, ['-m', 'pytest', '--version'], { cwd: OPERATOR }).catch(() => null)
  if (found?.code === 0) return own
  const venv = join(OPERATOR, '.venv')
  const python = join(venv, 'bin', 'python')
  if (!existsSync(python)) {
    await runOk(own, ['-m', 'venv', venv], { cwd: OPERATOR })
    const requirements = join(OPERATOR, 'suite', 'requirements.txt')
    await runOk(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { cwd: OPERATOR })
  }
  return python
}

/**
 * Makes the repository in `dir/repo` and runs the suite. `dir` must be empty or not exist.
 *
 * @param runs which versions to run, and with which JUnit family
 */
export async function makeOperatorRepo(
  dir: string,
  runs: readonly { readonly version: 'v1' | 'v2'; readonly family: 'xunit1' | 'xunit2' }[],
): Promise<OperatorRepo> {
  const repo = join(dir, 'repo')
  const artifacts = join(dir, 'artifacts')
  await mkdir(repo, { recursive: true })
  if ((await readdir(repo)).length > 0)
    throw new Error(`${repo} is not empty: give a folder that is, or does not exist`)
  await mkdir(artifacts, { recursive: true })
  const python = await findPython()
  const runAll = async (version: string) => {
    for (const { family } of runs.filter((each) => each.version === version))
      await runSuite(
        repo,
        python,
        join(artifacts, `${version}-${family}.xml`),
        family,
        join(artifacts, `${version}.log`),
      )
  }
  await git(repo, ['init', '--quiet', '--initial-branch=main'])
  await copy('v1', repo)
  await copy('suite', repo)
  await rm(join(repo, 'repo.gitignore'))
  await cp(join(OPERATOR, 'suite', 'repo.gitignore'), join(repo, '.gitignore'))
  await commit(repo, 'Serve gateways, tunnels and certificates', '2026-10-05T09:00:00+02:00')
  const v1Commit = (await git(repo, ['rev-parse', 'HEAD'])).trim()
  await runAll('v1')
  const { commits } = JSON.parse(await readFile(join(OPERATOR, 'history.json'), 'utf8')) as { commits: Step[] }
  for (const [at, { message, files, remove }] of commits.entries()) {
    for (const file of files) await cp(join(OPERATOR, 'v2', file), join(repo, file))
    for (const file of remove ?? []) await rm(join(repo, file))
    await commit(repo, message, `2026-10-${10 + at}T10:00:00+02:00`)
  }
  await runAll('v2')
  return { repo, artifacts, python, v1Commit }
}

const copy = (from: string, to: string): Promise<void> =>
  cp(join(OPERATOR, from), to, { recursive: true, filter: (source) => !/__pycache__|\.pytest_cache/.test(source) })

async function commit(repo: string, message: string, date: string): Promise<void> {
  await git(repo, ['add', '--all'])
  await git(repo, ['commit', '--quiet', '--message', message], date)
}

async function runSuite(repo: string, python: string, xml: string, family: string, log: string): Promise<void> {
  const args = [
    '-m',
    'pytest',
    '--continue-on-collection-errors',
    '-p',
    'no:cacheprovider',
    '-o',
    `junit_family=${family}`,
    `--junitxml=${xml}`,
  ]
  const { output } = await run(python, args, { cwd: repo, env: { PYTHONDONTWRITEBYTECODE: '1' }, timeoutMs: 120_000 })
  await writeFile(log, output)
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' } } })
  if (values.out === undefined) throw new Error('--out DIR is missing')
  const families = ['xunit1', 'xunit2'] as const
  const runs = (['v1', 'v2'] as const).flatMap((version) => families.map((family) => ({ version, family })))
  const made = await makeOperatorRepo(resolve(values.out), runs)
  process.stdout.write(`repository  ${made.repo}\nartifacts   ${made.artifacts}\nv1          ${made.v1Commit}\n`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
    process.exitCode = 1
  })
}
