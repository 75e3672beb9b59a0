import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run } from '../../scripts/fixture/process.ts'
import { findPython } from '../../scripts/operator-fixture.ts'
import type { HealOutcome } from '../../src/engine.ts'
import { heal } from '../../src/heal.ts'
import type { Fallback } from '../../src/healers/contract.ts'
import { type Ran, selfHeal } from './cli.ts'

/** A product with two fields of a status: in the second commit one is renamed, and the other gone. */
const FILES: Readonly<Record<string, string>> = {
  '.gitignore': '__pycache__\n.pytest_cache\nself-heal-report\n.healing_fixes\njunit.xml\n',
  'pump/__init__.py': '',
  'pump/status.py': `"""What a pump says of itself."""


def status():
    return {"phase": "Running", "pressure": 3}
`,
  'tests/__init__.py': '',
  'tests/test_status.py': `from pump.status import status


def test_it_runs():
    assert status()["phase"] == "Running"


def test_it_has_pressure():
    assert status()["pressure"] > 1
`,
}
const RENAMED = FILES['pump/status.py']?.replace('"phase"', '"state"').replace(', "pressure": 3', '') ?? ''

export interface PythonProject {
  readonly root: string
  git(...args: readonly string[]): string
  write(file: string, text: string): void
  /** Runs the suite; the report is `junit.xml`. */
  test(): Promise<void>
  /** Runs one `self-heal` command with the real engine. */
  selfHeal(...args: readonly string[]): Promise<Ran & { readonly outcome: HealOutcome | null }>
  /** Asked last by the engine, where it is set. */
  fallback: Fallback | null
  dispose(): void
}

/** A small pytest project in a repository of two commits, green on the first. */
export async function makePythonProject(
  files: Readonly<Record<string, string>> = {},
  later: Readonly<Record<string, string>> = { 'pump/status.py': RENAMED },
): Promise<PythonProject> {
  const python = await findPython()
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'self-heal-python-')))
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      stdio: 'pipe',
      encoding: 'utf8',
    })
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  git('init', '-q', '-b', 'main')
  for (const [file, text] of Object.entries({ ...FILES, ...files })) write(file, text)
  git('add', '-A')
  git('commit', '-qm', 'Tell how a pump does')
  for (const [file, text] of Object.entries(later)) write(file, text)
  git('add', '-A')
  git('commit', '-qm', 'Call the phase its state')
  const project: PythonProject = {
    root,
    git,
    write,
    async test() {
      const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-o', 'junit_family=xunit1', '--junitxml=junit.xml']
      await run(python, args, { cwd: root, env: { PYTHONDONTWRITEBYTECODE: '1' } })
    },
    async selfHeal(...args) {
      let outcome: HealOutcome | null = null
      const ran = await selfHeal(args, {
        cwd: root,
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PYTHON: python },
        engine: async (config, io) => {
          outcome = await heal(config, project.fallback ? { ...io, fallback: project.fallback } : io)
          return outcome
        },
      })
      return { ...ran, outcome }
    },
    fallback: null,
    dispose: () => rmSync(root, { recursive: true, force: true }),
  }
  return project
}
