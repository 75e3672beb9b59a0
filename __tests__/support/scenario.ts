import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { git } from '../../scripts/fixture/repository.ts'
import {
  makeScenario,
  runScenario,
  SCENARIOS,
  type ScenarioOptions,
  scenarioEnv,
  turnOutside,
} from '../../scripts/scenario.ts'
import type { Report, Result } from '../../src/model.ts'
import { healJson, spawnCli } from './spawn-cli.ts'

/** False where the packages of `fixtures/shop`, which the scenarios borrow, are not installed. */
export const HAS_PLAYWRIGHT = existsSync(
  path.resolve(import.meta.dirname, '../../fixtures/shop/node_modules/@playwright/test/package.json'),
)
if (!HAS_PLAYWRIGHT) console.warn('skipped: fixtures/shop has no installed packages (run `npm ci` in it)')

/** What must come of one failing test, written by hand. */
export interface Truth {
  readonly status: string
  /** Texts that no patch may hold. */
  readonly never?: readonly string[]
  readonly sides?: readonly string[]
  /** What the patched test must say. */
  readonly says?: string
}

/** The truth of a scenario, by the titles of its tests. */
export const truthOf = (name: string): Readonly<Record<string, Truth>> =>
  JSON.parse(readFileSync(path.join(SCENARIOS, name, 'truth.json'), 'utf8'))

export interface ScenarioRun {
  readonly root: string
  readonly commits: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly truth: Readonly<Record<string, Truth>>
  /** Runs the suite; its artifacts stay in the repository. */
  suite(...args: readonly string[]): Promise<string>
  /** Runs the suite with traces on another commit's files, and keeps those beside what was kept before. */
  keepGreen(commit: string, ...args: readonly string[]): Promise<string>
  /** The same repository with more in the environment of all that runs. */
  with(env: Readonly<Record<string, string>>): ScenarioRun
  heal(...args: readonly string[]): Promise<{ readonly report: Report; readonly stderr: string }>
  /** Records the baseline from kept traces, all of them in one recording. */
  record(...greens: readonly string[]): Promise<void>
  /** The HTML report of the last heal. */
  report(): Promise<string>
  git(...args: readonly string[]): Promise<string>
  dispose(): void
}

/** A scenario as its repository, in a temporary folder. */
export async function openScenario(name: string, options: ScenarioOptions = {}): Promise<ScenarioRun> {
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), `self-heal-${name}-`)))
  const { root, commits } = await makeScenario(name, path.join(home, 'repo'), options)
  return atFolder({ name, home, root, commits, options, env: await scenarioEnv() })
}

/** A clone of a scenario's repository with its newest commit alone. */
export async function cloneShallow(scenario: ScenarioRun, name: string, branch = 'main'): Promise<ScenarioRun> {
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), `self-heal-${name}-`)))
  const root = path.join(home, 'repo')
  const address = new URL(`file://${scenario.root}`).href
  await git(home, ['clone', '--quiet', '--depth', '1', '--branch', branch, address, root])
  symlinkSync(realpathSync(path.join(scenario.root, 'node_modules')), path.join(root, 'node_modules'), 'dir')
  return atFolder({ name, home, root, commits: scenario.commits, options: {}, env: await scenarioEnv() })
}

interface Place extends Pick<ScenarioRun, 'root' | 'commits' | 'env'> {
  readonly name: string
  readonly home: string
  readonly options: ScenarioOptions
}

function atFolder(place: Place): ScenarioRun {
  const { name, home, root, commits, options, env } = place
  const truth = truthOf(name)
  const clear = () => rmSync(path.join(root, 'test-results'), { recursive: true, force: true })
  const inRoot = (...args: readonly string[]) => git(root, args)
  return {
    root,
    commits,
    env,
    truth,
    suite: (...args) => runScenario(root, env, ['--reporter=blob', ...args]),
    async keepGreen(commit, ...args) {
      const kept = mkdtempSync(path.join(home, 'green-'))
      const head = (await inRoot('rev-parse', '--abbrev-ref', 'HEAD')).trim()
      await inRoot('checkout', '-q', commit)
      await turnOutside(name, root, options, 'first')
      await runScenario(root, env, ['--reporter=json', '--trace=on', ...args])
      await turnOutside(name, root, options, 'last')
      await inRoot('checkout', '-q', head)
      cpSync(path.join(root, 'test-results'), kept, { recursive: true })
      clear()
      return path.join(kept, '**')
    },
    with: (more) => atFolder({ ...place, env: { ...env, ...more } }),
    heal: (...args) => healJson(['--verify-runs', '1', ...args], { cwd: root, env }),
    async record(...greens) {
      const { code, stderr } = await spawnCli(['record', '--artifacts', ...greens], { cwd: root, env })
      if (code !== 0) throw new Error(stderr)
    },
    report: () => readFile(path.join(root, 'self-heal-report/index.html'), 'utf8'),
    git: inRoot,
    dispose: () => rmSync(home, { recursive: true, force: true }),
  }
}

/** The result that a test is part of. */
export const resultOf = (report: Report, title: string): Result => {
  const found = report.results.find(({ tests }) => tests.some((test) => test.title === title))
  if (!found) throw new Error(`“${title}” is in no result: ${JSON.stringify(report.problems)}`)
  return found
}
