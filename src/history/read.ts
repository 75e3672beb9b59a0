import { FAILURE_TYPES } from '../model.ts'
import { type Attempt, DECISIONS, type Decision, EMPTY, type History, type HistoryEvent, OUTCOMES } from './events.ts'
import { merge } from './merge.ts'

/** Bytes of a history that are read at all. */
export const MAX_BYTES = 8 * 1024 * 1024

const MAX = { text: 500, name: 60, by: 100, candidates: 5 } as const

export interface ReadHistory {
  readonly history: History
  /** What is wrong with the text, in words; null where nothing is. What is not of the form is left out of `history`. */
  readonly damage: string | null
}

/** Reads a history that anyone may have written: what is not of the form is left out, and said. */
export const readHistory = (text: string): ReadHistory => {
  if (text.length > MAX_BYTES) return { history: EMPTY, damage: `it has more than ${MAX_BYTES} characters` }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { history: EMPTY, damage: 'it is no JSON, or it breaks off' }
  }
  if (!isRecord(value) || value.version !== 1 || !Array.isArray(value.events))
    return { history: EMPTY, damage: 'it is not of the form of version 1' }
  const events = value.events.map(readEvent)
  const good = events.filter((event) => event !== null)
  const bad = events.length - good.length
  return {
    history: merge({ version: 1, events: good }),
    damage: bad === 0 ? null : `${bad} of its ${events.length} entries are not of the form`,
  }
}

/** One entry a line, so that a diff of two versions can be read. */
export const writeHistory = ({ version, events }: History): string =>
  `{"version":${version},"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`

/** An event with its texts cut to what is kept; null where it is of no known form. */
export const readEvent = (value: unknown): HistoryEvent | null => {
  if (!isRecord(value)) return null
  const at = timeOf(value.at)
  const { signature } = value
  if (at === null || typeof signature !== 'string' || !/^[0-9a-f]{12}$/.test(signature)) return null
  return value.kind === 'attempt' ? readAttempt(value, at, signature) : readDecision(value, at, signature)
}

const readAttempt = (value: Json, at: string, signature: string): Attempt | null => {
  const outcome = OUTCOMES.find((one) => one === value.outcome)
  const failureType = FAILURE_TYPES.find((one) => one === value.failureType)
  const { commit, basis, confidence, absent } = value
  if (outcome === undefined || failureType === undefined) return null
  if (typeof commit !== 'string' || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})?$/.test(commit)) return null
  if (typeof basis !== 'string' || !/^[0-9a-f]{0,16}$/.test(basis) || !isShare(confidence) || !isShare(absent))
    return null
  const texts = readTexts(value, ['affected', 'old', 'new', 'reason'], MAX.text)
  const names = readTexts(value, ['strategy'], MAX.name)
  const candidates = readCandidates(value.candidates)
  if (!texts || !names || !candidates) return null
  return {
    kind: 'attempt',
    at,
    signature,
    commit,
    basis,
    outcome,
    failureType,
    affected: texts.affected,
    old: texts.old,
    new: texts.new,
    strategy: names.strategy,
    confidence,
    absent,
    reason: texts.reason,
    candidates,
  }
}

const readDecision = (value: Json, at: string, signature: string): Decision | null => {
  const kind = DECISIONS.find((one) => one === value.kind)
  const texts = readTexts(value, ['reason', 'old', 'new'], MAX.text)
  const by = readTexts(value, ['by'], MAX.by)
  const names = readTexts(value, ['strategy'], MAX.name)
  if (kind === undefined || !texts || !by || !names) return null
  return {
    kind,
    at,
    signature,
    by: by.by,
    reason: texts.reason,
    strategy: names.strategy,
    old: texts.old,
    new: texts.new,
  }
}

const readCandidates = (value: unknown): Attempt['candidates'] | null => {
  if (!Array.isArray(value)) return null
  const found: { locator: string; confidence: number }[] = []
  for (const one of value.slice(0, MAX.candidates) as unknown[]) {
    if (!isRecord(one) || typeof one.locator !== 'string' || !isShare(one.confidence)) return null
    found.push({ locator: one.locator.slice(0, MAX.text), confidence: one.confidence })
  }
  return found
}

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1

/** A time between 2020 and 2100: one from the far future would outlast every decision. */
const timeOf = (value: unknown): string | null =>
  typeof value === 'string' &&
  /^20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value))
    ? value
    : null

const readTexts = <K extends string>(value: Json, keys: readonly K[], max: number): Record<K, string> | null => {
  const found: Partial<Record<K, string>> = {}
  for (const key of keys) {
    const text = value[key]
    if (typeof text !== 'string') return null
    found[key] = text.slice(0, max)
  }
  return found as Record<K, string>
}
