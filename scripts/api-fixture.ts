/**
 * Makes a git repository of the API fixture, with real history and real artifacts.
 *
 *   npx node scripts/api-fixture.ts --out /tmp/api
 */
import { cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { run } from './fixture/process.ts'
import { git } from './fixture/repository.ts'

export const API = join(import.meta.dirname, '..', 'fixtures', 'api')
const MODULES = join(import.meta.dirname, '..', 'node_modules')

export interface ApiRepo {
  /** The repository with v2 checked out. */
  readonly repo: string
  /** Folder of the reports: `v1-vitest.xml`, `v2-vitest.json`, `v2-checks.xml`, … */
  readonly artifacts: string
  readonly v1Commit: string
}

interface Step {
  readonly message: string
  readonly files: readonly string[]
  readonly remove?: readonly string[]
}

/** Makes the repository in `dir/repo` and runs both suites on both versions. `dir` must be empty or not exist. */
export async function makeApiRepo(dir: string): Promise<ApiRepo> {
  const repo = join(dir, 'repo')
  const artifacts = join(dir, 'artifacts')
  await mkdir(repo, { recursive: true })
  if ((await readdir(repo)).length > 0)
    throw new Error(`${repo} is not empty: give a folder that is, or does not exist`)
  await mkdir(artifacts, { recursive: true })
  await git(repo, ['init', '--quiet', '--initial-branch=main'])
  await cp(join(API, 'v1'), repo, { recursive: true })
  await cp(join(API, 'suite'), repo, { recursive: true })
  await rename(join(repo, 'repo.gitignore'), join(repo, '.gitignore'))
  await symlink(MODULES, join(repo, 'node_modules'), 'dir')
  await commit(repo, 'Serve the harbour', '2026-10-05T09:00:00+02:00')
  const v1Commit = (await git(repo, ['rev-parse', 'HEAD'])).trim()
  await runSuites(repo, artifacts, 'v1')
  const { commits } = JSON.parse(await readFile(join(API, 'history.json'), 'utf8')) as { commits: Step[] }
  for (const [at, { message, files, remove }] of commits.entries()) {
    for (const file of files) await cp(join(API, 'v2', file), join(repo, file))
    for (const file of remove ?? []) await rm(join(repo, file))
    await commit(repo, message, `2026-10-${10 + at}T10:00:00+02:00`)
  }
  await runSuites(repo, artifacts, 'v2')
  return { repo, artifacts, v1Commit }
}

async function commit(repo: string, message: string, date: string): Promise<void> {
  await git(repo, ['add', '--all'])
  await git(repo, ['commit', '--quiet', '--message', message], date)
}

async function runSuites(repo: string, artifacts: string, version: string): Promise<void> {
  const out = (name: string): string => join(artifacts, `${version}-${name}`)
  const vitest = [
    join(MODULES, 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=junit',
    '--reporter=json',
    `--outputFile.junit=${out('vitest.xml')}`,
    `--outputFile.json=${out('vitest.json')}`,
  ]
  const checks = ['--test', '--test-reporter=junit', `--test-reporter-destination=${out('checks.xml')}`]
  await run(process.execPath, vitest, { cwd: repo, timeoutMs: 120_000 })
  await run(process.execPath, [...checks, 'checks/harbour.test.ts'], { cwd: repo, timeoutMs: 120_000 })
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' } } })
  if (values.out === undefined) throw new Error('--out DIR is missing')
  const made = await makeApiRepo(resolve(values.out))
  process.stdout.write(`repository  ${made.repo}\nartifacts   ${made.artifacts}\nv1          ${made.v1Commit}\n`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
    process.exitCode = 1
  })
}
