import type { PageIndex } from '../../src/dom/page-index.ts'
import type { Fingerprint } from '../../src/model.ts'

/** Another way to find a lost element, re-implemented from its published description, to be measured beside ours. */
export interface Peer {
  readonly name: string
  /** Where its description is. */
  readonly source: string
  /** Scores in [0, 1], one per element of the page. */
  readonly score: (old: Fingerprint, page: PageIndex) => readonly number[]
  /** Score from which, and lead over the second best by which, its best candidate is taken. */
  readonly accept: number
  readonly lead: number
}

export interface PeerAnswer {
  readonly element: number
  readonly score: number
  readonly accepted: boolean
}

/** The peer's answer to one question; null for an empty page. */
export function askPeer(peer: Peer, old: Fingerprint, page: PageIndex): PeerAnswer | null {
  let best = -1
  let [first, second] = [-1, -1]
  for (const [element, score] of peer.score(old, page).entries()) {
    if (score > first) {
      second = first
      first = score
      best = element
    } else if (score > second) second = score
  }
  return best < 0
    ? null
    : { element: best, score: first, accepted: first >= peer.accept && first - second >= peer.lead }
}

/** Edit similarity as the peers use it: one minus Levenshtein distance over the longer length, case ignored. */
export function lettersInCommon(a: string, b: string): number {
  const [x, y] = [a.toLowerCase().slice(0, 300), b.toLowerCase().slice(0, 300)]
  if (x === y) return 1
  if (x === '' || y === '') return 0
  let row = Array.from({ length: y.length + 1 }, (_, j) => j)
  for (let i = 1; i <= x.length; i++) {
    const next = [i]
    for (let j = 1; j <= y.length; j++) {
      const change = (row[j - 1] ?? 0) + (x[i - 1] === y[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return 1 - (row[y.length] ?? 0) / Math.max(x.length, y.length)
}
