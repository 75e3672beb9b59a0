import { asList, asNumber, asRecord, asString, isRecord, type Json } from '../dom/trace-lines.ts'
import type { Framework } from '../model.ts'
import { type PlainCase, parseJson, toPlainOutcome } from './plain-case.ts'
import { readText } from './text-file.ts'
import { ArtifactError, type ArtifactReader } from './types.ts'

const MAX_DEPTH = 100

/** mocha's own JSON, and mochawesome's, which Cypress writes as well. */
export const mochaJson: ArtifactReader = {
  name: 'mocha-json',
  sniff: (file) => /^\s*\{\s*"stats"\s*:/.test(file.head) && /"passes"/.test(file.head) && /"pending"/.test(file.head),
  async read(file, context) {
    const report = parseJson(await readText(file, context.limits.maxReportBytes), 'mocha report', file)
    const isAwesome = isRecord(report) && Array.isArray(report.results)
    if (!isRecord(report) || !(isAwesome || Array.isArray(report.tests)))
      throw new ArtifactError(
        `${file.name}: a JSON file without "tests" and "results" is no mocha report.`,
        'Check the file or the globs.',
      )
    const cases = isAwesome
      ? asList(report.results).flatMap((suite) => fromSuite(asRecord(suite), [], '', 0))
      : fromLists(report)
    return {
      format: isAwesome ? 'mochawesome' : 'mocha-json',
      tests: cases.slice(0, context.limits.maxTests).map((one) => toPlainOutcome(one, file, context)),
    }
  },
}

/** Which of mocha's lists a test stands in says how it ended. */
const fromLists = (report: Json): readonly PlainCase[] => {
  const key = (test: Json): string => `${asString(test.fullTitle)}\0${asString(test.file) ?? ''}`
  const keys = (list: unknown): ReadonlySet<string> => new Set(asList(list).map((test) => key(asRecord(test))))
  const [failed, pending] = [keys(report.failures), keys(report.pending)]
  return asList(report.tests)
    .map(asRecord)
    .map((test) => {
      const title = asString(test.title) ?? ''
      const full = asString(test.fullTitle) ?? title
      const around = full.endsWith(title) ? full.slice(0, full.length - title.length).trim() : ''
      const isFailed =
        failed.has(key(test)) || (isRecord(test.err) && Object.keys(test.err).length > 0 && !pending.has(key(test)))
      const outcome = isFailed ? 'failed' : pending.has(key(test)) ? 'skipped' : 'passed'
      return toCase(test, [around, title], asString(test.file) ?? '', outcome)
    })
}

const fromSuite = (suite: Json, around: readonly string[], file: string, depth: number): readonly PlainCase[] => {
  if (depth > MAX_DEPTH) return []
  const title = asString(suite.title) ?? ''
  const titles = title === '' ? around : [...around, title]
  const source = asString(suite.fullFile) || asString(suite.file) || file
  const hooks = [...asList(suite.beforeHooks), ...asList(suite.afterHooks)].map(asRecord)
  const tests = [
    ...asList(suite.tests).map(asRecord),
    ...hooks.filter((hook) => hook.state === 'failed' || hook.fail === true),
  ]
  return [
    ...tests.map((test) => {
      const state = asString(test.state)
      const outcome =
        state === 'failed' || test.fail === true
          ? 'failed'
          : state === 'passed' || test.pass === true
            ? 'passed'
            : 'skipped'
      return toCase(test, [...titles, asString(test.title) ?? ''], source, outcome)
    }),
    ...asList(suite.suites).flatMap((inner) => fromSuite(asRecord(inner), titles, source, depth + 1)),
  ]
}

const toCase = (test: Json, titles: readonly string[], source: string, outcome: PlainCase['outcome']): PlainCase => {
  const error = asRecord(test.err)
  return {
    title: titles.filter(Boolean).join(' › '),
    source,
    framework: frameworkOf(source),
    outcome,
    type: asString(error.name),
    message: asString(error.message) ?? asString(error.estack)?.split('\n    at ')[0] ?? asString(error.stack) ?? '',
    trace: asString(error.stack) ?? asString(error.estack) ?? '',
    durationMs: asNumber(test.duration) ?? 0,
    retries: asNumber(test.currentRetry) ?? 0,
  }
}

const frameworkOf = (source: string): Framework =>
  /\.cy\.[cm]?[jt]sx?$|(?:^|[\\/])cypress[\\/]/.test(source) ? 'cypress' : 'unknown'
