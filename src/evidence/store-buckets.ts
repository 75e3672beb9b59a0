import { createHash } from 'node:crypto'
import { asRecord, asString } from '../dom/trace-lines.ts'
import { overEarlier, readStep, type StoredStep, writeStep } from './stored-step.ts'

/**
 * The baseline as it lies on a branch: a fixed number of files, so that all of it is read in a few requests and a change
 * of one test rewrites little. Each test has a line that says when it was last recorded, and its steps below.
 */
export const BUCKETS: readonly string[] = Array.from(
  { length: 64 },
  (_, index) => `baseline/${index.toString(16).padStart(2, '0')}.jsonl`,
)

/** What was recorded of one test. */
export interface RecordedTest {
  readonly test: string
  readonly steps: readonly StoredStep[]
}

/** Bytes of one bucket; what was recorded longest ago goes first. */
export const MAX_BUCKET_BYTES = 256 * 1024
/** A test that is as it was is written anew only after this many days, so that its record does not age. */
const REFRESH_DAYS = 7
const DAY = /^\d{4}-\d{2}-\d{2}$/
const VERSION = 1

/** The bucket that holds a test. */
export const bucketOf = (test: string): string =>
  BUCKETS[(createHash('sha256').update(test).digest()[0] ?? 0) % BUCKETS.length] as string

interface Entry {
  readonly day: string
  readonly lines: readonly string[]
}

/** Reads a bucket and keeps of it only what has the form that it must have. */
const readBucket = (text: string | null): Map<string, Entry> => {
  const entries = new Map<string, { day: string; lines: string[] }>()
  for (const line of (text ?? '').split('\n')) {
    if (line === '') continue
    const step = readStep(line)
    if (step) {
      entries.get(step.test)?.lines.push(writeStep(step) ?? '')
      continue
    }
    const head = readHead(line)
    if (head && !entries.has(head.test)) entries.set(head.test, { day: head.day, lines: [] })
  }
  return new Map(
    [...entries].map(([test, { day, lines }]) => [test, { day, lines: lines.filter((one) => one !== '') }]),
  )
}

const readHead = (line: string): { test: string; day: string } | null => {
  if (line.length > 2_000) return null
  try {
    const value = asRecord(JSON.parse(line))
    const [test, day] = [asString(value.test), asString(value.day)]
    return value.v === VERSION && test !== undefined && day !== undefined && DAY.test(day) ? { test, day } : null
  } catch {
    return null
  }
}

const linesOf = ([test, { day, lines }]: readonly [string, Entry]): string =>
  [JSON.stringify({ v: VERSION, test, day }), ...lines].map((line) => `${line}\n`).join('')

/**
 * A bucket with some of its tests recorded anew; the others stay.
 *
 * @param day when they were recorded, as `2026-11-25`
 */
export const mergeBucket = (text: string | null, recorded: readonly RecordedTest[], day: string): string => {
  const entries = readBucket(text)
  for (const { test, steps } of recorded) {
    const known = entries.get(test)
    const earlier = (known?.lines ?? []).flatMap((line) => readStep(line) ?? [])
    const lines = overEarlier(steps, earlier).flatMap((step) => writeStep(step) ?? [])
    const isSame = known?.lines.length === lines.length && known.lines.every((line, at) => line === lines[at])
    if (known && isSame && daysBetween(known.day, day) < REFRESH_DAYS) continue
    entries.delete(test)
    if (lines.length > 0) entries.set(test, { day, lines })
  }
  const byAge = [...entries].sort(([, a], [, b]) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0))
  const kept = new Map<string, string>()
  let bytes = 0
  for (const entry of byAge) {
    const block = linesOf(entry)
    bytes += Buffer.byteLength(block)
    if (bytes > MAX_BUCKET_BYTES) break
    kept.set(entry[0], block)
  }
  return [...kept.keys()]
    .sort()
    .map((test) => kept.get(test))
    .join('')
}

/** The same steps, without anything else that stood in the bucket. */
export const checkedBucket = (text: string | null): { readonly text: string; readonly steps: number } => {
  const lines = [...readBucket(text).values()].flatMap((entry) => entry.lines)
  return { text: lines.map((line) => `${line}\n`).join(''), steps: lines.length }
}

const daysBetween = (from: string, to: string): number => Math.abs(Date.parse(to) - Date.parse(from)) / 86_400_000
