import { EMPTY, type History, type HistoryEvent } from './events.ts'

/** What is kept, of attempts and of decisions each: the newest of each signature, and of all. */
export const LIMITS = { perSignature: 12, events: 2_000, bytes: 1_500_000 } as const

/** Two events that say the same are one. */
export const keyOf = (event: HistoryEvent): string => {
  const { kind, at, signature } = event
  return kind === 'attempt'
    ? JSON.stringify([at, signature, kind, event.commit, event.basis, event.outcome, event.new, event.strategy])
    : JSON.stringify([at, signature, kind, event.by, event.reason, event.strategy, event.new])
}

const byTime = (a: readonly [string, HistoryEvent], b: readonly [string, HistoryEvent]): number =>
  a[1].at < b[1].at ? -1 : a[1].at > b[1].at ? 1 : a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : text(a[1]) < text(b[1]) ? -1 : 1

const text = (event: HistoryEvent): string => JSON.stringify(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1)))

/**
 * Puts histories together: every event of any of them once, oldest first, and of too many the newest. In whatever order
 * and however often histories meet, the result is the same; so two runs at the same time lose nothing of each other.
 */
export const merge = (...histories: readonly History[]): History => {
  const found = new Map<string, HistoryEvent>()
  for (const event of histories.flatMap(({ events }) => events)) {
    const key = keyOf(event)
    const known = found.get(key)
    if (!known || text(event) < text(known)) found.set(key, event)
  }
  const newest = [...found].sort(byTime).reverse()
  const kept = new Set([
    ...keepNewest(newest.filter(([, { kind }]) => kind === 'attempt')),
    // Attempts come with every run; they must not drive out what a person said.
    ...keepNewest(newest.filter(([, { kind }]) => kind !== 'attempt')),
  ])
  return { version: 1, events: newest.flatMap(([, event]) => (kept.has(event) ? [event] : [])).reverse() }
}

const keepNewest = (newest: readonly (readonly [string, HistoryEvent])[]): readonly HistoryEvent[] => {
  const perSignature = new Map<string, number>()
  const kept: HistoryEvent[] = []
  for (const [, event] of newest) {
    const count = perSignature.get(event.signature) ?? 0
    if (count >= LIMITS.perSignature || kept.length >= LIMITS.events) continue
    perSignature.set(event.signature, count + 1)
    kept.push(event)
  }
  return kept
}

export const add = (history: History, events: readonly HistoryEvent[]): History => merge(history, { ...EMPTY, events })

/** A history whose text stays below a limit: the oldest attempts go first, decisions last. */
export const shrink = (history: History, bytes: number = LIMITS.bytes): History => {
  const size = (event: HistoryEvent): number => Buffer.byteLength(JSON.stringify(event)) + 2
  let total = history.events.reduce((sum, event) => sum + size(event), 100)
  const dropped = new Set<HistoryEvent>()
  for (const isAttempt of [true, false]) {
    for (const event of history.events) {
      if (total <= bytes) break
      if ((event.kind === 'attempt') !== isAttempt) continue
      dropped.add(event)
      total -= size(event)
    }
  }
  return dropped.size === 0 ? history : { version: 1, events: history.events.filter((event) => !dropped.has(event)) }
}
