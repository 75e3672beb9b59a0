/**
 * Makes a git repository of one of the scenarios, and the artifacts of its failed run.
 *
 *   npx node scripts/scenario.ts history-only --out /tmp/clinic
 */
import { existsSync } from 'node:fs'
import { appendFile, cp, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { freePort, run, runOk } from './fixture/process.ts'
import { git } from './fixture/repository.ts'
import { browserEnv } from './fixture/suite-run.ts'

export const SCENARIOS = join(import.meta.dirname, '..', 'fixtures', 'scenarios')
/** The packages that all scenarios share; Playwright is all they need. */
const MODULES = join(import.meta.dirname, '..', 'fixtures', 'shop', 'node_modules')

export interface Scenario {
  /** The repository, with its newest commit checked out. */
  readonly root: string
  /** Ids of its commits, the first one first. */
  readonly commits: readonly string[]
}

interface Step {
  readonly subject: string
  readonly author: string
  /** Branch on which this commit and those after it are made. */
  readonly branch?: string
  readonly edits?: readonly { readonly file: string; readonly old: string; readonly new: string }[]
}

export interface ScenarioOptions {
  /** Folders that belong to another repository: their files lie here as they were last, and git knows nothing of them. */
  readonly outside?: readonly string[]
}

/** Makes the repository in `root`, which must be empty or not exist. The same scenario has the same commit ids everywhere. */
export async function makeScenario(name: string, root: string, options: ScenarioOptions = {}): Promise<Scenario> {
  const from = join(SCENARIOS, name)
  if (!existsSync(join(from, 'history.json'))) throw new Error(`there is no scenario ${name} in ${SCENARIOS}`)
  await mkdir(root, { recursive: true })
  if ((await readdir(root)).length > 0)
    throw new Error(`${root} is not empty: give a folder that is, or does not exist`)
  await git(root, ['init', '--quiet', '--initial-branch=main'])
  for (const folder of [join(SCENARIOS, 'base'), join(from, 'files')]) await cp(folder, root, { recursive: true })
  await rename(join(root, 'repo.gitignore'), join(root, '.gitignore'))
  for (const folder of options.outside ?? []) await appendFile(join(root, '.gitignore'), `${folder}\n`)
  await symlink(MODULES, join(root, 'node_modules'), 'dir')
  const { commits } = JSON.parse(await readFile(join(from, 'history.json'), 'utf8')) as { commits: Step[] }
  const made: string[] = []
  for (const [at, step] of commits.entries()) {
    if (step.branch) await git(root, ['checkout', '--quiet', '-b', step.branch])
    for (const edit of step.edits ?? []) await apply(root, edit)
    await git(root, ['add', '--all'])
    const author = `${step.author} <author@example.org>`
    const date = `2026-10-${String(10 + at)}T10:00:00+02:00`
    await git(root, ['commit', '--quiet', '--allow-empty', '--author', author, '--message', step.subject], date)
    made.push((await git(root, ['rev-parse', 'HEAD'])).trim())
  }
  if (existsSync(join(root, 'build.mjs'))) await runOk(process.execPath, ['build.mjs'], { cwd: root })
  return { root, commits: made }
}

/**
 * Puts the files that git knows nothing of to what they were at first, or to what they are now: `git checkout` does it for
 * all others.
 */
export async function turnOutside(name: string, root: string, { outside = [] }: ScenarioOptions, to: 'first' | 'last') {
  const { commits } = JSON.parse(await readFile(join(SCENARIOS, name, 'history.json'), 'utf8')) as { commits: Step[] }
  const edits = commits
    .flatMap((step) => step.edits ?? [])
    .filter(({ file }) => outside.some((folder) => file.startsWith(`${folder}/`)))
  const back = edits.map((edit) => ({ file: edit.file, old: edit.new, new: edit.old })).reverse()
  for (const edit of to === 'first' ? back : edits) await apply(root, edit)
}

/** A text that is not there exactly once would make another history than the one that was written down. */
async function apply(root: string, edit: { file: string; old: string; new: string }): Promise<void> {
  const path = join(root, edit.file)
  const text = await readFile(path, 'utf8')
  if (text.split(edit.old).length !== 2) throw new Error(`“${edit.old}” is not once in ${edit.file}`)
  await writeFile(
    path,
    text.replace(edit.old, () => edit.new),
  )
}

/** Runs the suite of a scenario as a user would; artifacts land where its configuration and `args` say. */
export async function runScenario(
  root: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<string> {
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  const { output } = await run(process.execPath, [cli, 'test', ...args], {
    cwd: root,
    env: { ...env, PLAYWRIGHT_HTML_OPEN: 'never' },
    timeoutMs: 120_000,
  })
  return output
}

/** What a suite and the engine need to run here: a free port and a browser. */
export const scenarioEnv = async (): Promise<Record<string, string>> => ({
  ...browserEnv(),
  PORT: String(await freePort()),
})

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } })
  const [name] = positionals
  if (name === undefined || values.out === undefined) throw new Error('give the name of a scenario, and --out DIR')
  const { root } = await makeScenario(name, resolve(values.out))
  process.stdout.write(await runScenario(root, await scenarioEnv(), ['--reporter=list,blob']))
  process.stdout.write(`\nrepository  ${root}\n`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
    process.exitCode = 1
  })
}
