import { TraceError } from '../dom/trace.ts'
import type { Problem } from '../model.ts'
import { dartTestJson, goTestJson } from './event-lines.ts'
import { DEFAULT_PATTERNS, displayPath, findFiles, findNearMisses } from './find-files.ts'
import { jestJson } from './jest-json.ts'
import { junitXml, rootName } from './junit-xml.ts'
import { lastRun } from './last-run.ts'
import { mergeOutcomes } from './merge.ts'
import { mochaJson } from './mocha-json.ts'
import { otherXml } from './other-xml.ts'
import { createPathResolver } from './paths.ts'
import { isBlob, readBlob } from './playwright-blob.ts'
import { playwrightHtml } from './playwright-html.ts'
import { playwrightJson } from './playwright-json.ts'
import { pytestCapture } from './pytest-capture.ts'
import { pytestOutput } from './pytest-output.ts'
import { cucumberJson, rspecJson } from './scenario-json.ts'
import { probeFile } from './text-file.ts'
import { isTrace, readLoneTrace } from './trace-zip.ts'
import {
  ArtifactError,
  type ArtifactFile,
  type ArtifactReader,
  COLLECT_LIMITS,
  type Collected,
  type CollectLimits,
  type LastRun,
  type ReadContext,
  type Reading,
  type RecognisedFile,
  type TestOutcome,
  type TraceFile,
} from './types.ts'
import { ArchiveError, readZip } from './zip.ts'

export { DEFAULT_PATTERNS } from './find-files.ts'
export { type OpenTrace, openTrace } from './open-trace.ts'
export * from './types.ts'

/** Asked in this order; the first whose `sniff` says yes reads the file. */
const READERS: readonly ArtifactReader[] = [
  lastRun,
  playwrightJson,
  jestJson,
  playwrightHtml,
  junitXml,
  otherXml,
  mochaJson,
  cucumberJson,
  rspecJson,
  goTestJson,
  dartTestJson,
  pytestCapture,
  pytestOutput,
]

export interface CollectOptions {
  /** Globs relative to `root`, or absolute; empty means the usual places. */
  readonly patterns: readonly string[]
  /** Absolute path of the repository. */
  readonly root: string
  readonly limits?: Partial<CollectLimits>
}

/** Reads every artifact that matches. A file that cannot be read becomes a problem; the others are read all the same. */
export async function collectArtifacts(options: CollectOptions): Promise<Collected> {
  const limits = { ...COLLECT_LIMITS, ...options.limits }
  const usual = options.patterns.length === 0
  const patterns = usual ? DEFAULT_PATTERNS : options.patterns
  const context: ReadContext = { root: options.root, paths: createPathResolver(options.root), limits }
  const found = await findFiles(patterns, options.root, limits.maxFiles)
  const tests: TestOutcome[] = []
  const traces: TraceFile[] = []
  const problems: Problem[] = []
  const recognised: RecognisedFile[] = []
  const declined: string[] = []
  let last: LastRun | null = null
  if (found.truncated) problems.push(tooMany(patterns, limits))
  const linked = new Set<string>()
  for (const path of [...found.paths].sort((a, b) => Number(a.endsWith('.zip')) - Number(b.endsWith('.zip')))) {
    const name = displayPath(options.root, path)
    try {
      const reading = await readFile({ path, name, ...(await probeFile(path)) }, context, linked)
      if (typeof reading === 'string') {
        declined.push(name)
        if (!usual && !isAttachment(name))
          problems.push({ message: `${name}: ${reading}`, remedy: DECLINED_REMEDY, subject: name })
        continue
      }
      tests.push(...reading.tests)
      for (const test of reading.tests) for (const trace of test.traces) linked.add(trace.path)
      traces.push(...(reading.traces ?? []))
      problems.push(...(reading.problems ?? []))
      recognised.push({ path: name, format: reading.format, counts: countTests(reading.tests) })
      if (reading.lastRun) last = reading.lastRun
    } catch (error) {
      problems.push(toProblem(error, name))
    }
  }
  problems.push(...missingSources(tests))
  const nearMisses =
    recognised.length === 0 ? [...new Set([...declined, ...(await findNearMisses(options.root))])] : declined
  if (recognised.length === 0) problems.push(nothingFound(patterns, options.root, found.paths.length, nearMisses))
  return {
    ...mergeOutcomes(tests, traces),
    lastRunOnly: last !== null && !tests.some((test) => test.outcome === 'failed' || test.outcome === 'flaky'),
    lastRun: last,
    problems,
    scanned: { patterns, files: found.paths.length, recognised, nearMisses: nearMisses.slice(0, 20) },
  }
}

const DECLINED_REMEDY =
  'Pass a Playwright JSON, HTML or blob report, a trace.zip, or JUnit XML (most runners write it when asked), or narrow the globs.'

/** What a file holds, or the reason why it is none of the known formats. */
async function readFile(
  file: ArtifactFile,
  context: ReadContext,
  linked: ReadonlySet<string>,
): Promise<Reading | string> {
  if (file.size === 0) return 'the file is empty.'
  if (file.head.startsWith('PK')) return readArchive(file, context, linked)
  const reader = READERS.find((each) => each.sniff(file))
  if (!reader && isCutOff(file)) {
    throw new ArtifactError(
      `${file.name}: JSON that was cut off; it has no end.`,
      'The run was stopped while it wrote its report, or the upload was. Upload the report after the tests have ended.',
    )
  }
  return reader ? reader.read(file, context) : explain(file)
}

const isCutOff = ({ head, tail }: ArtifactFile): boolean => /^\s*\{/.test(head) && !/[}\]]\s*$/.test(tail)

/** A trace that a report has told of needs no second look. */
async function readArchive(
  file: ArtifactFile,
  context: ReadContext,
  linked: ReadonlySet<string>,
): Promise<Reading | string> {
  const zip = await readZip(file.path, {}, file.name)
  try {
    if (isTrace(zip.names) && linked.has(file.path)) return { format: 'playwright-trace', tests: [] }
    if (isTrace(zip.names)) return await readLoneTrace(zip, file, context)
    if (isBlob(zip.names)) return await readBlob(zip, file, context)
    return 'a zip archive that holds neither a Playwright trace nor a blob report.'
  } finally {
    zip.close()
  }
}

const OTHER_XML: Readonly<Record<string, string>> = {
  robot: 'a Robot Framework report',
  coverage: 'a coverage report',
  checkstyle: 'a Checkstyle report',
}

function explain(file: ArtifactFile): string {
  const root = rootName(file.head)
  if (root !== null && root.toLowerCase() === 'html') return 'an HTML page that is no Playwright report.'
  if (root !== null)
    return `${OTHER_XML[root] ?? `XML with the root <${root}>`}, which is not a known format of failures.`
  if (/^\s*[[{]/.test(file.head)) return 'JSON that is no report of Playwright, jest, vitest, mocha, Cucumber or RSpec.'
  return 'not a known format of failures.'
}

/** Pictures, videos and the like are matched by broad globs and are no failed reports. */
function isAttachment(name: string): boolean {
  return (
    /\.(?:png|jpe?g|webm|webp|gif|svg|md|css|js|map|ttf|woff2?|txt|log|webmanifest)$/i.test(name) ||
    /(?:^|\/)playwright-report\/trace\//.test(name)
  )
}

function countTests(tests: readonly TestOutcome[]): RecognisedFile['counts'] {
  const count = (outcome: TestOutcome['outcome']): number => tests.filter((test) => test.outcome === outcome).length
  return { tests: tests.length, failed: count('failed'), flaky: count('flaky'), skipped: count('skipped') }
}

function toProblem(error: unknown, name: string): Problem {
  if (error instanceof ArtifactError || error instanceof ArchiveError || error instanceof TraceError) {
    const message = error.message.includes(name) ? error.message : `${name}: ${error.message}`
    return { message, remedy: error.remedy, subject: name }
  }
  const text = error instanceof Error ? error.message : String(error)
  return {
    message: `${name}: could not be read: ${text}`,
    remedy: 'Check the file; the other artifacts were read.',
    subject: name,
  }
}

function tooMany(patterns: readonly string[], limits: CollectLimits): Problem {
  return {
    message: `The globs ${patterns.join(', ')} match more than ${limits.maxFiles} files; the rest is left out.`,
    remedy: 'Name the folders of the reports in `artifacts`.',
  }
}

function nothingFound(
  patterns: readonly string[],
  root: string,
  files: number,
  nearMisses: readonly string[],
): Problem {
  const looked = files === 0 ? 'No file matches' : `None of the ${files} files that match is a report:`
  const near = nearMisses.length > 0 ? ` Close to it: ${nearMisses.slice(0, 8).join(', ')}.` : ''
  return {
    message: `No artifacts found. ${looked} ${patterns.join(', ')} in ${root}.${near}`,
    remedy:
      'Run this step after the tests in the same job, or download their artifacts first, and say in `artifacts` where they are.',
  }
}

/** One problem per artifact whose tests are in files that the repository does not have. */
function missingSources(tests: readonly TestOutcome[]): Problem[] {
  const missing = Map.groupBy(
    tests.filter((test) => !test.resolved && test.outcome !== 'passed' && test.outcome !== 'skipped'),
    (test) => test.artifact,
  )
  return [...missing].map(([artifact, lost]) => ({
    message: `${artifact}: ${lost.length} failed tests are in files that are not in this repository, such as "${lost[0]?.file ?? ''}".`,
    remedy: 'Check out the commit that was tested, and run from the repository that holds the tests.',
    subject: artifact,
  }))
}
