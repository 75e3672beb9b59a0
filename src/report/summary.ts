import type { Report, Result, Status, TestRef } from '../model.ts'
import { count, STATUS_WORDS, WORST_FIRST } from './words.ts'

/**
 * Counts failed tests: `failures` is the number of distinct tests, and each of them counts once, under the worst status
 * among its results; so the statuses add up to `failures`. A result that names no test counts as one.
 */
export function summarise(results: readonly Result[]): Report['summary'] {
  const worst = new Map<string, Status>()
  for (const [index, result] of results.entries()) {
    const keys = result.tests.length > 0 ? result.tests.map(keyOf) : [`result ${index}`]
    for (const key of keys) {
      const known = worst.get(key)
      if (known === undefined || rank(result.status) < rank(known)) worst.set(key, result.status)
    }
  }
  const counts: Record<Status, number> = {
    healed: 0,
    proposed: 0,
    needs_human: 0,
    likely_regression: 0,
    flaky: 0,
    environment: 0,
    skipped: 0,
  }
  for (const status of worst.values()) counts[status] += 1
  return { failures: worst.size, ...counts }
}

/** Worst status first, then lowest confidence, then by file and line; the same results always come in the same order. */
export function orderResults(results: readonly Result[]): Result[] {
  return [...results].sort(
    (a, b) =>
      rank(a.status) - rank(b.status) ||
      (a.proposal?.confidence ?? 0) - (b.proposal?.confidence ?? 0) ||
      compare(placeOf(a), placeOf(b)) ||
      compare(a.diagnosis.signature, b.diagnosis.signature),
  )
}

/** `25 failed tests: 2 likely regressions, 22 healed, 1 flaky`. */
export function headline(summary: Report['summary']): string {
  if (summary.failures === 0) return 'No failed tests'
  const parts = WORST_FIRST.filter((status) => summary[status] > 0).map((status) =>
    count(summary[status], ...STATUS_WORDS[status].counted),
  )
  return `${count(summary.failures, 'failed test')}: ${parts.join(', ')}`
}

/** True where nothing is left for a person or another run: everything was healed or flaky. */
export function nothingLeft(summary: Report['summary']): boolean {
  return summary.failures === summary.healed + summary.flaky
}

function rank(status: Status): number {
  return WORST_FIRST.indexOf(status)
}

function keyOf(test: TestRef): string {
  return `${test.framework}\n${test.project ?? ''}\n${test.id}`
}

function placeOf(result: Result): string {
  const place = result.diagnosis.location
  const line = String(place?.line ?? 0).padStart(7, '0')
  return `${place?.file ?? result.tests[0]?.file ?? ''}\n${line}\n${result.tests[0]?.title ?? ''}`
}

/** By code units, not by locale: the order must not depend on the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
