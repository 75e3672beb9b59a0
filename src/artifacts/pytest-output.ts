import { open } from 'node:fs/promises'
import { stripAnsi } from '../dom/trace-lines.ts'
import type { FailureError, Problem } from '../model.ts'
import { errorType, parseStack } from './stack-text.ts'
import { decodeText } from './text-file.ts'
import type { ArtifactFile, ArtifactReader, ReadContext, TestOutcome } from './types.ts'

/** Tracebacks and the summary stand at the end of a log; of a longer one this much is read. */
const MAX_READ = 64 * 1024 * 1024
/** Lines of one test's block that are kept from its beginning and from its end. */
const BLOCK_LINES = 2_000

const SESSION = /^=+ test session starts =+$/m
const SUMMARY = /^=+ short test summary info =+$/m
const LAST = /^=* ?(?:\d+ (?:failed|passed|errors?|skipped|warnings?|xfailed|xpassed|deselected),? ?)+in [\d.]+s/m

/** What pytest prints to the terminal: tracebacks of any style, with `-v`, `-x` and under xdist; also out of a CI log. */
export const pytestOutput: ArtifactReader = {
  name: 'pytest-output',
  sniff: ({ head, tail }) => {
    const text = `${clean(head)}\n${clean(tail)}`
    return SESSION.test(text) || (SUMMARY.test(text) && /^(?:FAILED|ERROR) \S+\.py/m.test(text)) || LAST.test(text)
  },
  async read(file, context) {
    const { text, isCut } = await readEnd(file)
    const log = parsePytestOutput(text)
    const tests = [...log.failed.map((one) => toOutcome(one, file, context)), ...passedOf(log, file, context)]
    const problems: Problem[] = isCut ? [cut(file)] : []
    if (!log.isComplete) problems.push(brokenOff(file, log.failed.length))
    return { format: 'pytest-output', tests: tests.slice(0, context.limits.maxTests), problems }
  },
}

/** One test, or a file that could not be loaded, as the output tells of it. */
export interface PrintedFailure {
  /** As in the summary: file, classes and test; the file alone where it could not be loaded. */
  readonly id: string
  readonly error: FailureError
  readonly stdout: string
  readonly stderr: string
}

export interface PytestLog {
  readonly failed: readonly PrintedFailure[]
  readonly passed: readonly string[]
  /** False where the log ends before pytest's own last line. */
  readonly isComplete: boolean
}

/** Lines without colours and without the time stamps and group marks that CI systems put before them. */
const clean = (text: string): string =>
  stripAnsi(text)
    .replaceAll('\r\n', '\n')
    .replace(/^(?:\d{4}-\d\d-\d\dT[\d:.]+Z ?|##\[\w+\])/gm, '')

interface Block {
  readonly title: string
  readonly lines: string[]
}

/** Reads what pytest printed; never throws, whatever the text is. */
export const parsePytestOutput = (raw: string): PytestLog => {
  const lines = clean(raw).split('\n')
  const blocks: Block[] = []
  const summary: { readonly id: string; readonly said: string }[] = []
  const passed = new Set<string>()
  let section = ''
  let block: Block | undefined
  let isComplete = false
  for (const line of lines) {
    if (line.length > 4_000) {
      keep(block, `${line.slice(0, 4_000)}…`)
      continue
    }
    const heading = /^={3,} (.+?) ={3,}$/.exec(line)?.[1]
    if (heading !== undefined || LAST.test(line)) {
      section = heading ?? ''
      block = undefined
      isComplete = LAST.test(line) || (isComplete && section !== 'test session starts')
      continue
    }
    if (section === 'FAILURES' || section === 'ERRORS') {
      const title = /^_{3,} (.{1,1000}?) _{3,}$/.exec(line)?.[1]
      if (title === undefined) {
        keep(block, line)
        continue
      }
      block = { title, lines: [] }
      blocks.push(block)
    } else if (section === 'short test summary info') {
      const found = /^(?:FAILED|ERROR) (\S+\.py(?:::.+?)?)(?: - (.*))?$/.exec(line)
      if (found?.[1]) summary.push({ id: found[1], said: found[2] ?? '' })
    } else {
      // `-v` prints `id PASSED`, xdist `[gw0] [ 3%] PASSED id`; workers end in any order.
      const id =
        /^(?:\[gw\d+\] (?:\[ *\d+%\] )?PASSED (\S+\.py::.+?)|(\S+\.py::.+?) PASSED)\s*(?:\[ *\d+%\])?\s*$/.exec(line)
      if (id) passed.add(id[1] ?? id[2] ?? '')
    }
  }
  const failed = join(blocks, summary)
  for (const { id } of failed) passed.delete(id)
  return { failed, passed: [...passed], isComplete }
}

/** Beginning and end of a block: a chatty test may print millions of lines between. */
const keep = (block: Block | undefined, line: string): void => {
  if (!block) return
  if (block.lines.length >= BLOCK_LINES * 2) block.lines.splice(BLOCK_LINES, 1)
  block.lines.push(line)
}

/** Blocks know tracebacks, the summary knows full names; one without the other has to do. */
const join = (
  blocks: readonly Block[],
  summary: readonly { readonly id: string; readonly said: string }[],
): readonly PrintedFailure[] => {
  const left = [...summary]
  const found = new Map<string, PrintedFailure>()
  for (const block of blocks) {
    const at = left.findIndex(({ id }) => titleOf(id) === plainTitle(block.title))
    const id = at >= 0 ? (left.splice(at, 1)[0]?.id ?? null) : idFrom(block)
    if (id !== null && !found.has(id)) found.set(id, toFailure(id, block))
  }
  for (const { id, said } of left) {
    if (found.has(id)) continue
    const error = { type: errorType(said), message: said.replace(/\.\.\.$/, ''), stack: [] }
    found.set(id, { id, error, stdout: '', stderr: '' })
  }
  return [...found.values()]
}

/** `a.py::TestB::test_c[x]` is headed `TestB.test_c[x]`; a file that could not be loaded by its path. */
const titleOf = (id: string): string => {
  const parameters = id.indexOf('[')
  const name = parameters < 0 ? id : id.slice(0, parameters)
  const parts = name.split('::')
  const rest = parameters < 0 ? '' : id.slice(parameters)
  return parts.length === 1 ? id : `${parts.slice(1).join('.')}${rest}`
}

const plainTitle = (title: string): string =>
  title.replace(/^ERROR (?:collecting|at (?:setup|teardown) of) /, '').replace(/^\[gw\d+\] /, '')

/** Without a summary: the outermost frame is the test's, since the runner's own are not printed. */
const idFrom = ({ title, lines }: Block): string | null => {
  const plain = plainTitle(title)
  if (/^\S+\.py$/.test(plain)) return plain
  const file = parseStack(lines.join('\n')).at(-1)?.file
  const [, name = plain, parameters = ''] = /^([^[]+)(\[.*)?$/.exec(plain) ?? []
  return file ? `${file}::${name.split('.').join('::')}${parameters}` : null
}

const toFailure = (id: string, { lines }: Block): PrintedFailure => {
  const captured = { stdout: [] as string[], stderr: [] as string[] }
  const body: string[] = []
  let into: string[] = body
  for (const line of lines) {
    const mark = /^-{3,} Captured (stdout|stderr|log) (?:setup|call|teardown) -{3,}$/.exec(line)?.[1]
    if (mark) into = mark === 'stderr' ? captured.stderr : captured.stdout
    else if (!/^\[gw\d+\] \w+ -- Python /.test(line)) into.push(line)
  }
  const text = body.join('\n').trim()
  const said = /^E {3,}(\S.*)$/m.exec(text)?.[1] ?? ''
  const place = /^\S+\.py:\d+: ((?:\w+\.)*[A-Z]\w+)$/m.exec(text)?.[1]
  const type = /^assert\b/.test(said) ? 'AssertionError' : (errorType(said) ?? place)
  const stack = parseStack(text)
  return {
    id,
    error: {
      type,
      message: said === '' ? text : `${said}\n${text}`,
      stack,
      location: stack[0],
      snippet: body
        .filter((line) => line.startsWith('>'))
        .join('\n')
        .slice(0, 4_000),
    },
    stdout: captured.stdout.join('\n').trim(),
    stderr: captured.stderr.join('\n').trim(),
  }
}

const toOutcome = (one: PrintedFailure, file: ArtifactFile, context: ReadContext): TestOutcome => {
  const { limits } = context
  return {
    ...base(one.id, file, context),
    outcome: 'failed',
    attempts: ['failed'],
    errors: [{ ...one.error, message: one.error.message.slice(0, limits.maxMessage) }],
    stdout: one.stdout.slice(0, limits.maxOutput) || undefined,
    stderr: one.stderr.slice(0, limits.maxOutput) || undefined,
  }
}

const passedOf = ({ passed }: PytestLog, file: ArtifactFile, context: ReadContext): readonly TestOutcome[] =>
  passed.map((id) => ({ ...base(id, file, context), outcome: 'passed', attempts: ['passed'], errors: [] }))

/** A test by its node id, as far as the id tells. */
export const base = (id: string, file: ArtifactFile, { paths }: ReadContext) => {
  const parameters = id.indexOf('[')
  const [source = id, ...names] = (parameters < 0 ? id : id.slice(0, parameters)).split('::')
  const path = paths.source(source)
  const rest = parameters < 0 ? '' : id.slice(parameters)
  const title = names.length === 0 ? source : `${names.join(' › ')}${rest}`
  return {
    file: path ?? source,
    resolved: path !== null,
    title,
    framework: 'pytest' as const,
    attachments: [],
    traces: [],
    durationMs: 0,
    artifact: file.path,
  }
}

const readEnd = async ({ path, size }: ArtifactFile): Promise<{ text: string; isCut: boolean }> => {
  const length = Math.min(size, MAX_READ)
  const handle = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await handle.read(bytes, 0, length, size - length)
    return { text: decodeText(bytes.subarray(0, bytesRead)), isCut: size > length }
  } finally {
    await handle.close()
  }
}

const cut = (file: ArtifactFile): Problem => ({
  message: `${file.name}: has ${file.size} bytes; the last ${MAX_READ} were read, where pytest prints its failures.`,
  remedy: 'Nothing is to be done, unless tests that failed are missing: then upload JUnit XML (`--junitxml`) as well.',
  subject: file.name,
})

const brokenOff = (file: ArtifactFile, count: number): Problem => ({
  message: `${file.name}: pytest's output breaks off before its last line; ${count} failures before that point were read.`,
  remedy: 'The run was probably stopped. Upload JUnit XML (`--junitxml`) as well, and let the tests come to their end.',
  subject: file.name,
})
