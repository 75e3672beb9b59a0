import { stripAnsi } from '../dom/trace-lines.ts'
import type { FailureError } from '../model.ts'
import { errorType, parseStack } from './stack-text.ts'

/** Lines of one test's block that are kept from its beginning and from its end. */
const BLOCK_LINES = 1_000
/** Characters that are kept of all blocks together; of further tests the summary has to do. */
const MAX_KEPT = 64_000_000

/** Pytest's own last line. */
export const LAST =
  /^=* ?(?:\d+ (?:failed|passed|errors?|skipped|warnings?|xfailed|xpassed|deselected),? ?)+in [\d.]+s/m

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
export const clean = (text: string): string =>
  stripAnsi(text)
    .replaceAll('\r\n', '\n')
    .replace(/^(?:\d{4}-\d\d-\d\dT[\d:.]+Z ?|##\[\w+\])/gm, '')

const cleanLine = (line: string): string =>
  line.includes('\u001b') || /^(?:\d{4}-|##)/.test(line) ? clean(line) : line

/** What is printed of one test, its beginning and its end. */
interface Block {
  readonly title: string
  readonly head: string[]
  tail: string[]
}

/** What `--tb=line` prints: a place and the message, without a heading. */
interface Place {
  readonly file: string
  readonly line: number
  readonly said: string
}

/** Reads what pytest printed; never throws, whatever the text is. */
export const parsePytestOutput = (raw: string): PytestLog => {
  const parser = logParser()
  for (const line of raw.split(/\r?\n/)) parser.take(line)
  return parser.end()
}

/** Takes line by line what pytest prints, and keeps a bounded part of it. */
export const logParser = (): { take(line: string): void; end(): PytestLog } => {
  const blocks: Block[] = []
  const places: Place[] = []
  const summary: { readonly id: string; readonly said: string }[] = []
  const passed = new Set<string>()
  let section = ''
  let block: Block | undefined
  let isComplete = false
  let room = MAX_KEPT
  const keep = (line: string): void => {
    if (!block || room <= 0) return
    room -= line.length + 1
    if (block.head.length < BLOCK_LINES) block.head.push(line)
    else if (block.tail.push(line) > BLOCK_LINES * 2) {
      const dropped = block.tail.splice(0, BLOCK_LINES)
      room += dropped.reduce((sum, each) => sum + each.length + 1, 0)
    }
  }
  const takeLine = (line: string): void => {
    const heading = /^={3,} (.+?) ={3,}$/.exec(line)?.[1]
    if (heading !== undefined || LAST.test(line)) {
      section = heading ?? ''
      block = undefined
      isComplete = LAST.test(line) || (isComplete && section !== 'test session starts')
      return
    }
    if (section === 'FAILURES' || section === 'ERRORS') {
      const title = /^_{3,} (.{1,1000}?) _{3,}$/.exec(line)?.[1]
      if (title !== undefined) {
        block = { title, head: [], tail: [] }
        blocks.push(block)
        return
      }
      keep(line)
      const place = block ? null : /^(\S.*?\.py):(\d+): (\S.*)$/.exec(line)
      if (place?.[1] && places.length < 10_000)
        places.push({ file: place[1], line: Number(place[2]), said: place[3] ?? '' })
    } else if (section === 'short test summary info') {
      const found = /^(?:FAILED|ERROR) (\S+\.py(?:::.+?)?)(?: - (.*))?$/.exec(line)
      if (found?.[1]) summary.push({ id: found[1], said: found[2] ?? '' })
    } else if (line.includes('PASSED')) {
      // `-v` prints `id PASSED`, xdist `[gw0] [ 3%] PASSED id`; workers end in any order.
      const id =
        /^(?:\[gw\d+\] (?:\[ *\d+%\] )?PASSED (\S+\.py::.+?)|(\S+\.py::.+?) PASSED)\s*(?:\[ *\d+%\])?\s*$/.exec(line)
      if (id) passed.add(id[1] ?? id[2] ?? '')
    }
  }
  return {
    take(raw) {
      const line = cleanLine(raw)
      if (line.length > 4_000) keep(`${line.slice(0, 4_000)}…`)
      else takeLine(line)
    },
    end() {
      const failed = join(blocks, summary, places)
      for (const { id } of failed) passed.delete(id)
      return { failed, passed: [...passed], isComplete }
    },
  }
}

/** Blocks know tracebacks, the summary knows full names; one without the other has to do. */
const join = (
  blocks: readonly Block[],
  summary: readonly { readonly id: string; readonly said: string }[],
  places: readonly Place[],
): readonly PrintedFailure[] => {
  const open = [...places]
  const left = [...summary]
  const found = new Map<string, PrintedFailure>()
  for (const block of blocks) {
    const at = left.findIndex(({ id }) => titleOf(id) === plainTitle(block.title))
    const id = at >= 0 ? (left.splice(at, 1)[0]?.id ?? null) : idFrom(block)
    if (id !== null && !found.has(id)) found.set(id, toFailure(id, block))
  }
  for (const { id, said } of left) {
    if (found.has(id)) continue
    const message = said.replace(/\.\.\.$/, '')
    const at = open.findIndex((place) => message !== '' && place.said.startsWith(message))
    const [place] = at < 0 ? [] : open.splice(at, 1)
    const stack = place ? [{ file: place.file, line: place.line, column: 0 }] : []
    const text = place?.said ?? message
    const error = {
      type: /^assert\b/.test(text) ? 'AssertionError' : errorType(text),
      message: text,
      stack,
      location: stack[0],
    }
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
const idFrom = ({ title, head, tail }: Block): string | null => {
  const plain = plainTitle(title)
  if (/^\S+\.py$/.test(plain)) return plain
  const file = parseStack([...head, ...tail].join('\n')).at(-1)?.file
  const [, name = plain, parameters = ''] = /^([^[]+)(\[.*)?$/.exec(plain) ?? []
  return file ? `${file}::${name.split('.').join('::')}${parameters}` : null
}

const toFailure = (id: string, { head, tail }: Block): PrintedFailure => {
  const captured = { stdout: [] as string[], stderr: [] as string[] }
  const body: string[] = []
  let into: string[] = body
  for (const line of [...head, ...tail]) {
    const mark = /^-{3,} Captured (stdout|stderr|log) (?:setup|call|teardown) -{3,}$/.exec(line)?.[1]
    if (mark) into = mark === 'stderr' ? captured.stderr : captured.stdout
    else if (!/^\[gw\d+\] \w+ -- Python /.test(line)) into.push(line)
  }
  const text = body.join('\n').trim()
  const said = /^E {3,}(\S.*)$/m.exec(text)?.[1] ?? lastWords(text)
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

/** `--tb=native` prints as Python does, and ends with the exception; `--tb=line` with its place before it. */
const lastWords = (text: string): string => {
  const last = text.slice(text.lastIndexOf('\n') + 1)
  const placed = /^\S.*\.py:\d+: (\S.*)$/.exec(last)?.[1]
  if (placed) return placed
  const at = text.lastIndexOf('Traceback (most recent call last):')
  return at < 0 ? '' : (/^(?!Traceback )[A-Za-z_][\w.]*(?:: .*)?$/m.exec(text.slice(at))?.[0] ?? '')
}
