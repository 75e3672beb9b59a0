import { realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Attachment, Failure, FailureError, SourceLocation, TestRef } from '../model.ts'

export interface WebServerConfig {
  readonly command: string
  readonly url?: string
  readonly port?: number
  readonly cwd?: string
  readonly reuseExistingServer?: boolean
  readonly timeout?: number
  readonly env?: Readonly<Record<string, string>>
}

export interface ProjectDescription {
  readonly name: string
  readonly testDir: string
  readonly timeout: number
  readonly retries: number
  readonly expectTimeout?: number
  readonly dependencies: readonly string[]
  /** The options of `use` that decide what a page is; nothing secret. */
  readonly use: Readonly<Record<string, unknown>> & { readonly testIdAttribute?: string; readonly baseURL?: string }
}

/** A test as Playwright lists it. */
export interface ListedTest {
  /** Playwright's own id, the same on every machine, as `.last-run.json` has it. */
  readonly id?: string
  readonly file: string
  readonly line: number
  readonly project: string
  readonly titles: readonly string[]
  /** Title path of the outermost `describe.serial` around it: its tests run together or not at all. */
  readonly serial?: string
}

/** A suite as Playwright itself resolves its configuration. */
export interface SuiteLine {
  readonly version: string
  readonly configFile: string | null
  readonly rootDir: string
  readonly workers: number
  /** The author lets all tests run side by side, those of one file too. */
  readonly fullyParallel: boolean
  readonly webServers: readonly WebServerConfig[]
  readonly projects: readonly ProjectDescription[]
  readonly tests: readonly ListedTest[]
}

/** One run of one test; a test that is repeated has several. */
export interface RerunOutcome {
  readonly test: TestRef
  readonly passed: boolean
  readonly status: Failure['attempts'][number]
  readonly attempts: Failure['attempts']
  /** Number of the repetition, from 0. */
  readonly repeat: number
  readonly durationMs: number
  readonly failure?: Failure
  readonly tracePath?: string
}

interface TestLine extends ListedTest {
  readonly repeat: number
  readonly expected: string
  readonly status: string
  readonly duration: number
  readonly errors: readonly { message?: string; stack?: string; location?: SourceLocation }[]
  readonly attachments: readonly Attachment[]
  readonly stdout?: string
  readonly stderr?: string
}

export interface OutcomeFile {
  readonly suite: SuiteLine | null
  readonly runs: readonly RerunOutcome[]
  /** Errors outside of any test: a broken configuration, a file that does not load, a web server that does not start. */
  readonly errors: readonly string[]
  /** False where the run was cut off before its end. */
  readonly complete: boolean
  /** Tests that began and never ended. */
  readonly hung: readonly TestRef[]
}

/** Reads what our reporter wrote; lines that are not whole (a run that was killed) are left out. */
export async function readOutcomes(path: string, root: string): Promise<OutcomeFile> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const base = realpathSync(root)
  let suite: SuiteLine | null = null
  let complete = false
  const errors: string[] = []
  const attempts = new Map<string, TestLine[]>()
  const begun = new Map<string, TestLine>()
  const keyOf = (test: TestLine) => JSON.stringify([test.project, test.file, test.line, test.titles, test.repeat])
  for (const line of text.split('\n')) {
    const read = parseLine(line)
    if (read?.kind === 'begin') suite = read as SuiteLine & { kind: string }
    else if (read?.kind === 'end') complete = true
    else if (read?.kind === 'error')
      errors.push(stripVTControlCharacters(String((read as { message?: string }).message ?? '')))
    else if (read?.kind === 'start')
      begun.set(keyOf(read as TestLine & { kind: string }), read as TestLine & { kind: string })
    else if (read?.kind === 'test') {
      const test = read as TestLine & { kind: string }
      const key = keyOf(test)
      begun.delete(key)
      attempts.set(key, [...(attempts.get(key) ?? []), test])
    }
  }
  const hasProjects = (suite?.projects.length ?? 0) > 1
  return {
    suite,
    errors,
    complete,
    runs: [...attempts.values()].map((lines) => toRun(lines, base, path, hasProjects)),
    hung: [...begun.values()].map((test) => toTestRef(test, base, hasProjects)),
  }
}

function parseLine(line: string): { readonly kind?: unknown } | null {
  try {
    const read: unknown = JSON.parse(line)
    return typeof read === 'object' && read !== null ? read : null
  } catch {
    return null
  }
}

/** A listed test as the rest of the engine names it; `file` relative to the root, with forward slashes. */
export function toTestRef(test: ListedTest, root: string, hasProjects: boolean): TestRef {
  const inner = relative(root, test.file)
  const file = (inner.startsWith('..') ? test.file : inner).split(sep).join('/')
  const title = test.titles.join(' › ')
  const suffix = hasProjects && test.project ? ` [${test.project}]` : ''
  return {
    id: `${file} › ${title}${suffix}`,
    title,
    file,
    line: test.line,
    framework: 'playwright',
    ...(test.project ? { project: test.project } : {}),
  }
}

function toRun(lines: readonly TestLine[], root: string, artifact: string, hasProjects: boolean): RerunOutcome {
  const last = lines.at(-1) as TestLine
  const test = toTestRef(last, root, hasProjects)
  const attempts = lines.map((line) => line.status as RerunOutcome['status'])
  const isExpected = last.status === last.expected && last.status !== 'skipped'
  const durationMs = Math.round(lines.reduce((sum, line) => sum + line.duration, 0))
  const trace = last.attachments.find((one) => one.name === 'trace')
  const run = {
    test,
    passed: isExpected,
    status: last.status as RerunOutcome['status'],
    attempts,
    repeat: last.repeat,
    durationMs,
  }
  const withTrace = trace ? { ...run, tracePath: trace.path } : run
  if (isExpected || last.status === 'skipped') return withTrace
  const failure: Failure = {
    test,
    errors: last.errors.map((error) => toError(error)),
    attachments: last.attachments,
    attempts,
    durationMs,
    ...(last.stdout ? { stdout: last.stdout } : {}),
    ...(last.stderr ? { stderr: last.stderr } : {}),
    artifact,
  }
  return { ...withTrace, failure }
}

function toError(error: TestLine['errors'][number]): FailureError {
  const message = stripVTControlCharacters(error.message ?? '')
  const stack = framesOf(stripVTControlCharacters(error.stack ?? ''))
  const type = /^(?:\w+\.\w+: )?([A-Z]\w*Error)\b/.exec(message)?.[1]
  return { ...(type ? { type } : {}), message, stack, ...(error.location ? { location: error.location } : {}) }
}

function framesOf(stack: string): SourceLocation[] {
  return [...stack.matchAll(/^\s+at (?:.*? \()?(?:file:\/\/)?((?:[A-Za-z]:)?[^():\n]+):(\d+):(\d+)\)?$/gm)]
    .map((match) => ({ file: match[1] ?? '', line: Number(match[2]), column: Number(match[3]) }))
    .filter(({ file }) => !file.includes('node_modules') && !file.startsWith('node:'))
    .slice(0, 50)
}
