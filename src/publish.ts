import { lstat, readFile } from 'node:fs/promises'
import path from 'node:path'
import { applyPatch, parsePatch } from 'diff'
import picomatch from 'picomatch'
import { glob } from 'tinyglobby'
import { type HealedFile, HealFault, type HealOutcome } from './engine.ts'
import type { Fix } from './github/branch.ts'
import { isSafePath } from './github/place-change.ts'
import type { Config } from './inputs.ts'
import type { Problem, Report, Result } from './model.ts'
import { parseReport, summarise } from './report/index.ts'
import { checkPatch } from './source/guard.ts'

const REPORT = 'healing-report.json'
const MAX_REPORTS = 100
const MAX_REPORT_BYTES = 64 * 1024 * 1024
const MAX_CONTEXT_FILES = 2_000
const MAX_FILE_BYTES = 1024 * 1024

/** Where tests and their page objects usually lie; used where `test_globs` says nothing. */
export const USUAL_TEST_GLOBS = [
  '**/{test,tests,e2e,spec,specs,__tests__,cypress,playwright,integration-tests,page-objects,pages}/**',
  '**/*.{spec,test,cy,e2e}.*',
  '**/{test_*,*_test,conftest}.py',
]

export interface Published {
  readonly outcome: HealOutcome
  readonly problems: readonly Problem[]
}

/**
 * Makes one outcome out of the reports of other jobs. They are hostile data: each is held against the schema, every diff
 * is applied to the files as they are here, and every patch goes through the guard again. What does not pass is named
 * and left out.
 */
export async function readPublished(config: Config, extraPatterns: readonly string[]): Promise<Published> {
  const patterns = [...config.artifacts, ...extraPatterns]
  const files = await findReports(config.root, patterns)
  if (files.length === 0) {
    throw new HealFault({
      message: `No ${REPORT} was found by ${patterns.join(', ') || `**/${REPORT}`} in ${config.root}.`,
      remedy: 'Download the reports of the healing jobs before this step, and name their folder in `artifacts`.',
      subject: 'artifacts',
    })
  }
  const problems: Problem[] = []
  const reports: Report[] = []
  for (const file of files) {
    try {
      reports.push(await parseReport(await readBounded(file)))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      problems.push({
        message: `${path.relative(config.root, file)} is no report: ${reason}.`,
        remedy: 'Make it again with the same version of self-heal.',
        subject: 'artifacts',
      })
    }
  }
  const [first] = reports
  if (first === undefined) {
    throw new HealFault({ ...(problems[0] as Problem), message: problems.map(({ message }) => message).join(' ') })
  }
  const merged = mergeReports(first, reports)
  const { fixes, left } = await readFixes(config, merged.results)
  const outcome: HealOutcome = {
    report: merged,
    fixes,
    files: fixes.flatMap((fix) => fix.files),
    reportDir: path.dirname(files[0] ?? config.reportDir),
    patchesDir: path.join(path.dirname(files[0] ?? config.reportDir), 'patches'),
  }
  return { outcome, problems: [...problems, ...left] }
}

async function findReports(root: string, patterns: readonly string[]): Promise<string[]> {
  const wanted = patterns.length === 0 ? [`**/${REPORT}`] : [...patterns]
  const options = { cwd: root, absolute: true, dot: true, followSymbolicLinks: false, onlyFiles: true }
  const found = await glob(wanted, {
    ...options,
    ignore: ['**/node_modules/**', '**/.git/**'],
    expandDirectories: true,
  })
  return found
    .filter((file) => path.basename(file) === REPORT)
    .sort()
    .slice(0, MAX_REPORTS)
}

async function readBounded(file: string): Promise<string> {
  const { size } = await lstat(file)
  if (size > MAX_REPORT_BYTES) throw new Error(`it has ${size} bytes`)
  return readFile(file, 'utf8')
}

/** One result per signature; shards look at different failures, so a second one of the same is the same again. */
export function mergeReports(first: Report, reports: readonly Report[]): Report {
  const results = new Map<string, Result>()
  for (const result of reports.flatMap((report) => report.results)) {
    const { signature } = result.diagnosis
    const known = results.get(signature)
    if (known === undefined || (known.status !== 'healed' && result.status === 'healed')) results.set(signature, result)
  }
  const merged = [...results.values()]
  const problems = reports.flatMap((report) => report.problems)
  return { ...first, results: merged, summary: summarise(merged), problems }
}

/** Fixes whose diff applies here and passes the guard, in the order of the report, each on top of those before it. */
async function readFixes(config: Config, results: readonly Result[]): Promise<{ fixes: Fix[]; left: Problem[] }> {
  const isAllowed = picomatch(config.testGlobs.length > 0 ? [...config.testGlobs] : USUAL_TEST_GLOBS, { dot: true })
  const texts = await readSuite(config.root, isAllowed)
  const fixes: Fix[] = []
  const left: Problem[] = []
  for (const result of results) {
    if (!isVerified(result, config.confidenceThreshold)) continue
    const { signature } = result.diagnosis
    const files = await checkDiff(result, texts, isAllowed)
    if (typeof files === 'string') {
      left.push({
        message: `The fix ${signature} is left out: ${files}`,
        remedy: 'Heal again on the newest commit, or name its file in `test_globs` where it may be patched.',
        subject: signature,
      })
      continue
    }
    for (const file of files) texts.set(file.path, file.after)
    const title = result.tests[0]?.title ?? result.diagnosis.affected
    fixes.push({ signature, title, confidence: result.proposal?.confidence ?? 0, files })
  }
  return { fixes, left }
}

function isVerified(result: Result, threshold: number): boolean {
  const runs = result.verification?.runs ?? []
  const passed = result.status === 'healed' && runs.length > 0 && runs.every((run) => run.passed)
  const verified = passed && result.verification?.effects !== 'different'
  return verified && (result.proposal?.confidence ?? 0) > threshold
}

/** The files of a diff as they become, or a sentence that says why not. */
async function checkDiff(
  result: Result,
  texts: ReadonlyMap<string, string>,
  isAllowed: (file: string) => boolean,
): Promise<HealedFile[] | string> {
  const { signature, failureType } = result.diagnosis
  const files: HealedFile[] = []
  for (const patch of parseDiff(result.proposal?.diff ?? '')) {
    const name = (patch.newFileName ?? '').replace(/^b\//, '')
    if (patch.oldFileName?.replace(/^a\//, '') !== name) return 'it renames, creates or deletes a file.'
    if (!isSafePath(name) || !isAllowed(name)) return `${name.slice(0, 200)} may not be patched.`
    const before = texts.get(name)
    if (before === undefined) return `there is no ${name} here.`
    const after = applyPatch(before, patch)
    if (after === false) return `it no longer fits ${name}.`
    files.push({ path: name, before, after, signatures: [signature] })
  }
  if (files.length === 0) return 'it holds no diff.'
  const verdict = await checkPatch({
    before: new Map(files.map((file) => [file.path, file.before])),
    after: new Map(files.map((file) => [file.path, file.after])),
    failureType,
    allowedFiles: files.map((file) => file.path),
    context: texts,
  })
  return verdict.ok ? files : verdict.violations.slice(0, 3).join(' ')
}

function parseDiff(diff: string): ReturnType<typeof parsePatch> {
  try {
    return parsePatch(diff).filter((patch) => patch.hunks.length > 0)
  } catch {
    return []
  }
}

/** Texts of all files that may be patched, by path from the root; they show the guard where constants are used. */
async function readSuite(root: string, isAllowed: (file: string) => boolean): Promise<Map<string, string>> {
  const options = { cwd: root, dot: false, followSymbolicLinks: false, onlyFiles: true }
  const names = await glob(['**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,java,cs,rb}'], {
    ...options,
    ignore: ['**/node_modules/**', '**/.git/**'],
  })
  const texts = new Map<string, string>()
  for (const name of names.filter(isAllowed).sort().slice(0, MAX_CONTEXT_FILES)) {
    const file = path.join(root, name)
    const stats = await lstat(file)
    if (stats.isFile() && stats.size <= MAX_FILE_BYTES) texts.set(name, await readFile(file, 'utf8'))
  }
  return texts
}
