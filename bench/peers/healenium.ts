import type { Fingerprint } from '../../src/model.ts'
import { lettersInCommon, type Peer } from './peer.ts'

const WEIGHTS = { path: 100, tag: 100, id: 50, text: 45, classes: 40, other: 30 } as const

/** Longest common subsequence of the tags on the two paths, over the longer path. */
function pathsInCommon(a: Fingerprint, b: Fingerprint): number {
  const [x, y] = [(a.xpath ?? '').split('/'), (b.xpath ?? '').split('/')]
  let row = new Array<number>(y.length + 1).fill(0)
  for (const step of x) {
    const next = [0]
    for (let j = 1; j <= y.length; j++) {
      next.push(step === y[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0))
    }
    row = next
  }
  return (row[y.length] ?? 0) / Math.max(x.length, y.length)
}

function classesInCommon(a: Fingerprint, b: Fingerprint): number {
  const [x, y] = [a, b].map(({ attributes }) => new Set((attributes.class ?? '').split(/\s+/).filter(Boolean)))
  if (x === undefined || y === undefined || x.size === 0) return 0
  return [...x].filter((token) => y.has(token)).length / Math.max(x.size, y.size)
}

function scoreOf(a: Fingerprint, b: Fingerprint): number {
  const parts: [number, number][] = [
    [WEIGHTS.path, pathsInCommon(a, b)],
    [WEIGHTS.tag, a.tag === b.tag ? 1 : 0],
  ]
  if (a.attributes.id !== undefined) parts.push([WEIGHTS.id, lettersInCommon(a.attributes.id, b.attributes.id ?? '')])
  if (a.text !== undefined && a.text !== '') parts.push([WEIGHTS.text, lettersInCommon(a.text, b.text ?? '')])
  if (a.attributes.class !== undefined) parts.push([WEIGHTS.classes, classesInCommon(a, b)])
  for (const [name, value] of Object.entries(a.attributes)) {
    if (name !== 'id' && name !== 'class') parts.push([WEIGHTS.other, lettersInCommon(value, b.attributes[name] ?? '')])
  }
  const all = parts.reduce((sum, [weight]) => sum + weight, 0)
  return parts.reduce((sum, [weight, likeness]) => sum + weight * likeness, 0) / all
}

/** Its default: the best score above 0.5, no lead asked. */
export const healenium: Peer = {
  name: 'Healenium',
  source: 'healenium.io, "How it works": path LCS and weighted distance of tag, id, class, value and other attributes',
  score: (old, page) => Array.from({ length: page.size }, (_, i) => scoreOf(old, page.fingerprint(i))),
  accept: 0.5,
  lead: 0,
}
