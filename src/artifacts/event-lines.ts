import { asNumber, asRecord, asString, isRecord, type Json } from '../dom/trace-lines.ts'
import { type PlainCase, toPlainOutcome } from './plain-case.ts'
import { readText } from './text-file.ts'
import type { ArtifactReader } from './types.ts'

const MAX_LINES = 2_000_000

/** Lines of JSON, one event each; a line that is none, or was cut off, is left out. */
const eventsIn = (text: string): readonly Json[] =>
  text.split('\n', MAX_LINES).flatMap((line) => {
    if (!line.startsWith('{')) return []
    try {
      const value: unknown = JSON.parse(line)
      return isRecord(value) ? [value] : []
    } catch {
      return []
    }
  })

/** `go test -json`. */
export const goTestJson: ArtifactReader = {
  name: 'go-test-json',
  sniff: (file) => /^\{[^\n]*"Action":"(?:start|run|output|pass|fail|skip)"[^\n]*"Package":"/.test(file.head),
  async read(file, context) {
    const tests = new Map<string, { output: string; end: Json | null; pkg: string; name: string }>()
    for (const event of eventsIn(await readText(file, context.limits.maxReportBytes))) {
      const [pkg, name] = [asString(event.Package) ?? '', asString(event.Test) ?? '']
      if (name === '' || tests.size >= context.limits.maxTests) continue
      const key = `${pkg}\0${name}`
      const one = tests.get(key) ?? { output: '', end: null, pkg, name }
      tests.set(key, one)
      if (event.Action === 'output' && one.output.length < context.limits.maxMessage)
        one.output += asString(event.Output) ?? ''
      if (event.Action === 'pass' || event.Action === 'fail' || event.Action === 'skip') one.end = event
    }
    // A test with subtests fails with them: the subtest says why.
    const failed = [...tests.values()].filter(({ end }) => end?.Action === 'fail')
    const isParent = ({ pkg, name }: { pkg: string; name: string }): boolean =>
      failed.some((other) => other.pkg === pkg && other.name.startsWith(`${name}/`))
    const cases = [...tests.values()]
      .filter((one) => !(one.end?.Action === 'fail' && isParent(one)))
      .map(({ output, end, pkg, name }): PlainCase => {
        const place = /^\s+([\w./-]+_test\.go):(\d+): /m.exec(output)
        return {
          title: `${pkg} › ${name.split('/').join(' › ')}`,
          source: place?.[1] ?? '',
          ...(place ? { line: Number(place[2]) } : {}),
          framework: 'unknown',
          // A test without an end was running when the run broke off.
          outcome: end === null || end.Action === 'fail' ? 'failed' : end.Action === 'pass' ? 'passed' : 'skipped',
          message: output
            .replace(/^(?:=== |--- |\s*--- ).*\n?/gm, '')
            .replace(/^\s+[\w./-]+\.go:\d+: /gm, '')
            .trim(),
          durationMs: (asNumber(end?.Elapsed) ?? 0) * 1000,
        }
      })
    return { format: 'go-test-json', tests: cases.map((one) => toPlainOutcome(one, file, context)) }
  },
}

/** `dart test --reporter json` and `flutter test --machine`. */
export const dartTestJson: ArtifactReader = {
  name: 'dart-test-json',
  sniff: (file) => /^\{[^\n]*"protocolVersion":/.test(file.head) && /"type":"start"/.test(file.head),
  async read(file, context) {
    const suites = new Map<number, string>()
    const tests = new Map<number, { test: Json; begun: number; errors: Json[]; end: Json | null }>()
    for (const event of eventsIn(await readText(file, context.limits.maxReportBytes))) {
      const suite = asRecord(event.suite)
      const test = asRecord(event.test)
      const id = asNumber(test.id) ?? asNumber(event.testID) ?? -1
      if (event.type === 'suite') suites.set(asNumber(suite.id) ?? -1, asString(suite.path) ?? '')
      if (event.type === 'testStart' && tests.size < context.limits.maxTests)
        tests.set(id, { test, begun: asNumber(event.time) ?? 0, errors: [], end: null })
      if (event.type === 'error') tests.get(id)?.errors.push(event)
      const known = tests.get(id)
      if (event.type === 'testDone' && known) known.end = event
    }
    const cases = [...tests.values()]
      .filter(({ end, errors }) => end?.hidden !== true || errors.length > 0)
      .map(({ test, begun, errors, end }): PlainCase => {
        const failed = errors.length > 0 || end === null || end.result !== 'success'
        const line = asNumber(test.line)
        return {
          title: asString(test.name) ?? '',
          source: suites.get(asNumber(test.suiteID) ?? -1) ?? '',
          ...(line === undefined ? {} : { line }),
          framework: 'unknown',
          outcome: end?.skipped === true ? 'skipped' : failed ? 'failed' : 'passed',
          message: errors.map((error) => asString(error.error) ?? '').join('\n'),
          trace: errors.map((error) => asString(error.stackTrace) ?? '').join('\n'),
          durationMs: (asNumber(end?.time) ?? begun) - begun,
        }
      })
    return { format: 'dart-test-json', tests: cases.map((one) => toPlainOutcome(one, file, context)) }
  },
}
