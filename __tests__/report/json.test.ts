import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import schema from '../../healing-report.schema.json' with { type: 'json' }
import { FAILURE_TYPES, type Report, STAGES, STATUSES } from '../../src/model.ts'
import { parseReport, ReportUnreadable, toJson } from '../../src/report/json.ts'
import { sampleReport, sampleResult, sampleTest } from '../support/reports.ts'

/** Everything present, optional keys too: a key that is new in the model does not compile until it stands here. */
type Complete<T> = T extends readonly (infer U)[]
  ? readonly Complete<U>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Complete<Exclude<T[K], undefined>> }
    : T

function completeReport(): Complete<Report> {
  const report = sampleReport([])
  const result = sampleResult()
  const test = sampleTest('a', 'a.spec.ts', 1, 'chromium')
  return {
    ...report,
    run: { ...report.run, confidenceThreshold: 0.8 },
    problems: [{ message: 'm', remedy: 'r', subject: 's' }],
    results: [{ ...result, tests: [{ ...test, line: 1, project: 'chromium' }] }],
  }
}

/** The shipped schema lets later versions add keys; closed like this it also finds keys that it forgot. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed)
  if (typeof node !== 'object' || node === null) return node
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, closed(value)]),
  )
  return 'properties' in copy && copy.type === 'object' ? { ...copy, additionalProperties: false } : copy
}

function matchesClosed(data: unknown): string {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true })
  const validate = ajv.compile(closed(schema) as typeof schema)
  validate(data)
  return ajv.errorsText(validate.errors)
}

/** The sample report's text with `value` at `path`. */
function reportWith(path: string, value: unknown): string {
  const keys = path.slice(1).split('/')
  const put = (node: unknown, depth: number): unknown => {
    if (depth === keys.length) return value
    const key = keys[depth] ?? ''
    if (Array.isArray(node)) return node.map((item, i) => (String(i) === key ? put(item, depth + 1) : item))
    const known = node !== null && typeof node === 'object' && key in node ? Reflect.get(node, key) : undefined
    return { ...(node as object), [key]: put(known, depth + 1) }
  }
  return JSON.stringify(put(JSON.parse(toJson(sampleReport())), 0))
}

describe('the JSON report', () => {
  it('is described by the shipped schema, every key of it', () => {
    expect(matchesClosed(JSON.parse(toJson(completeReport())))).toBe('No errors')
    expect(matchesClosed(JSON.parse(toJson(sampleReport())))).toBe('No errors')
  })

  it('has a schema that knows all statuses, failure types and stages of the model', () => {
    expect(schema.$defs.result.properties.status.enum.toSorted()).toEqual([...STATUSES].sort())
    expect(schema.$defs.diagnosis.properties.failureType.enum).toEqual([...FAILURE_TYPES])
    expect(schema.properties.run.properties.timings.required).toEqual([...STAGES])
  })

  it('comes back the same from its text', async () => {
    const report = sampleReport()
    expect(await parseReport(toJson(report))).toEqual(report)
  })

  it('survives lone surrogates', async () => {
    const report = sampleReport([sampleResult({ reason: 'half \ud800 a character' })])
    expect(await parseReport(toJson(report))).toEqual(report)
  })
})

describe('reading a report that somebody else wrote', () => {
  it.each<[string, string, unknown]>([
    ['a status that does not exist', '/results/0/status', 'merged'],
    ['a signature with a path in it', '/results/0/diagnosis/signature', '../../x'],
    ['a patch outside its folder', '/results/0/proposal/patch', '../x.patch'],
    ['a picture from the network', '/results/0/pictures/before', 'https://x'],
    ['a confidence above one', '/results/0/proposal/confidence', 7],
    ['an object where text belongs', '/results/0/reason', { html: '<b>' }],
    ['negative times', '/run/timings/heal', -1],
  ])('refuses %s and names the place', async (_, path, value) => {
    const reading = parseReport(reportWith(path, value))
    await expect(reading).rejects.toThrow(ReportUnreadable)
    await expect(reading).rejects.toThrow(path)
  })

  it('says what is wrong with other files', async () => {
    await expect(parseReport('{"a":')).rejects.toThrow('not JSON')
    await expect(parseReport('[]')).rejects.toThrow('schema version none')
    await expect(parseReport('{"schemaVersion":9}')).rejects.toThrow('schema version 9')
  })

  it('ignores keys it does not know', async () => {
    const read = await parseReport(reportWith('/later', true))
    expect(read.results).toHaveLength(8)
  })
})
