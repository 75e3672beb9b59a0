import { describe, expect, it } from 'vitest'
import { BUCKETS, bucketOf, checkedBucket, MAX_BUCKET_BYTES, mergeBucket } from '../../src/evidence/store-buckets.ts'
import type { StoredStep } from '../../src/evidence/stored-step.ts'

const step = (test: string, name: string, text = 'Buy'): StoredStep => ({
  test,
  selector: `internal:testid=[data-testid="${name}"s]`,
  nth: 0,
  matches: 1,
  fingerprint: { tag: 'button', attributes: { 'data-testid': name }, text },
  effects: {
    kind: 'click',
    mutations: [{ method: 'POST', route: '/basket/:id', outcome: 'ok' }],
    from: '/',
    reached: ['/basket'],
    dialogs: [],
    downloads: 0,
    change: null,
    page: null,
    unmoved: false,
  },
})
const tests = (bucket: string) =>
  bucket
    .split('\n')
    .filter((line) => line.includes('"day"'))
    .map((line) => JSON.parse(line) as { test: string; day: string })

describe('a bucket of the baseline', () => {
  it('takes the tests of one run and keeps those of others', () => {
    const first = mergeBucket(null, [{ test: 'a', steps: [step('a', 'buy')] }], '2026-01-01')
    const second = mergeBucket(first, [{ test: 'b', steps: [step('b', 'sell')] }], '2026-01-02')
    expect(tests(second)).toEqual([
      { v: 1, test: 'a', day: '2026-01-01' },
      { v: 1, test: 'b', day: '2026-01-02' },
    ])
    expect(checkedBucket(second).steps).toBe(2)
  })

  it('is the same to the letter where nothing changed, until the record would age', () => {
    const recorded = [{ test: 'a', steps: [step('a', 'buy'), step('a', 'pay')] }]
    const first = mergeBucket(null, recorded, '2026-01-01')
    expect(mergeBucket(first, recorded, '2026-01-05')).toBe(first)
    expect(tests(mergeBucket(first, recorded, '2026-01-09'))[0]?.day).toBe('2026-01-09')
    const changed = [{ test: 'a', steps: [step('a', 'buy', 'Purchase')] }]
    expect(mergeBucket(first, changed, '2026-01-02')).toContain('Purchase')
  })

  it('keeps what differed between the runs that were merged into it', () => {
    const quiet = step('a', 'buy')
    const loud = {
      ...quiet,
      effects: {
        ...quiet.effects,
        mutations: [...quiet.effects.mutations, { method: 'POST', route: '/metrics', outcome: 'ok' }],
      },
    } as const
    const merged = [quiet, loud, quiet].reduce<string | null>(
      (bucket, one) => mergeBucket(bucket, [{ test: 'a', steps: [one] }], '2026-01-01'),
      null,
    )
    const [read] = checkedBucket(merged).text.trim().split('\n')
    expect(JSON.parse(read ?? '{}')).toMatchObject({ varies: [['sends POST /metrics', 0]] })
    // Merged anew after another job was faster, it is still there.
    expect(mergeBucket(merged, [{ test: 'b', steps: [step('b', 'sell')] }], '2026-01-01')).toContain('POST /metrics')
  })

  it('forgets first what was recorded longest ago', () => {
    const long = 'x'.repeat(150)
    const many = (start: number, count: number) =>
      Array.from({ length: count }, (_, at) => {
        const test = `test ${start + at}`
        return { test, steps: Array.from({ length: 20 }, (_, nth) => step(test, `${long}${nth}`, long)) }
      })
    const old = mergeBucket(null, many(0, 15), '2026-01-01')
    const both = mergeBucket(old, many(100, 15), '2026-02-01')
    expect(Buffer.byteLength(both)).toBeLessThanOrEqual(MAX_BUCKET_BYTES)
    const kept = tests(both)
    expect(kept.filter(({ day }) => day === '2026-02-01')).toHaveLength(15)
    expect(kept.length).toBeLessThan(30)
  })

  it('gives nothing back that has not the form of a step, nor a step that stands under another test', () => {
    const good = mergeBucket(null, [{ test: 'a', steps: [step('a', 'buy')] }], '2026-01-01')
    const hostile = [
      '{"v":1,"test":"b","day":"yesterday"}',
      'not json',
      '{"v":1,"test":"c","selector":"x"}',
      '{"__proto__":{"polluted":true}}',
      JSON.stringify({ ...step('nobody', 'x'), v: 1 }),
      'x'.repeat(100_000),
    ].join('\n')
    const checked = checkedBucket(`${hostile}\n${good}${hostile}`)
    expect(checked.steps).toBe(1)
    expect(checked.text).toContain('"test":"a"')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('is one of 64, the same for a test on every machine', () => {
    expect(BUCKETS).toHaveLength(64)
    expect(new Set(Array.from({ length: 2_000 }, (_, index) => bucketOf(`t ${index}`))).size).toBe(64)
    expect(bucketOf('tests/lamp.spec.ts › Lamp › goes into the basket')).toBe(
      bucketOf('tests/lamp.spec.ts › Lamp › goes into the basket'),
    )
  })
})
