import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import type { Report } from '../../src/model.ts'

const CLI = path.resolve(import.meta.dirname, '../../src/cli.ts')
/** What the machine that runs these tests must not lend to the command line under test. */
const WITHHELD = /^(?:VITEST|NODE_OPTIONS|FORCE_COLOR|CI$|GITHUB_|HEALING_|INPUT_|PLAYWRIGHT_)/

export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Called with all of standard error so far, whenever there is more. */
  readonly onProgress?: (stderr: string, child: ChildProcess) => void
}

/** Runs the command line in a process of its own, as a user would. */
export function spawnCli(args: readonly string[], options: CliOptions): Promise<CliRun> {
  const inherited = Object.entries(process.env).filter(([name]) => !WITHHELD.test(name))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: options.cwd,
      env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      options.onProgress?.(stderr, child)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Heals with `--json` and yields the report beside what was said. */
export async function healJson(
  args: readonly string[],
  options: CliOptions,
): Promise<CliRun & { readonly report: Report }> {
  const done = await spawnCli(['heal', '--json', ...args], options)
  try {
    return { ...done, report: JSON.parse(done.stdout) as Report }
  } catch {
    throw new Error(`there is no report; the command line ended with ${done.code} and said:\n${done.stderr}`)
  }
}
