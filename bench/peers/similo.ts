import type { PageIndex } from '../../src/dom/page-index.ts'
import type { Fingerprint } from '../../src/model.ts'
import { lettersInCommon, type Peer } from './peer.ts'

type Compare = (a: Fingerprint, b: Fingerprint) => number | undefined

const both = (
  a: string | undefined,
  b: string | undefined,
  compare: (a: string, b: string) => number,
): number | undefined => (a === undefined || b === undefined || a === '' || b === '' ? undefined : compare(a, b))
const equal = (a: string, b: string): number => (a.toLowerCase() === b.toLowerCase() ? 1 : 0)
const ratio = (a: number, b: number): number => (Math.max(a, b) === 0 ? 1 : Math.min(a, b) / Math.max(a, b))
const attribute =
  (name: string, compare: (a: string, b: string) => number): Compare =>
  (a, b) =>
    both(a.attributes[name], b.attributes[name], compare)

function wordsInCommon(a: string, b: string): number {
  const [left, right] = [new Set(a.toLowerCase().split(/\s+/)), new Set(b.toLowerCase().split(/\s+/))]
  let shared = 0
  for (const word of left) if (right.has(word)) shared++
  return shared / Math.max(left.size, right.size, 1)
}

const boxes =
  (compare: (a: NonNullable<Fingerprint['box']>, b: NonNullable<Fingerprint['box']>) => number): Compare =>
  (a, b) =>
    a.box === undefined || b.box === undefined ? undefined : compare(a.box, b.box)

/** The fourteen properties with their published weights: 1.5 for the more stable ones, 0.5 for the others. */
export const PROPERTIES: readonly { readonly name: string; readonly weight: number; readonly compare: Compare }[] = [
  { name: 'tag', weight: 1.5, compare: (a, b) => equal(a.tag, b.tag) },
  { name: 'id', weight: 1.5, compare: attribute('id', equal) },
  { name: 'name', weight: 1.5, compare: attribute('name', equal) },
  { name: 'visible text', weight: 1.5, compare: (a, b) => both(a.text, b.text, lettersInCommon) },
  { name: 'neighbour texts', weight: 1.5, compare: (a, b) => both(a.neighborText, b.neighborText, wordsInCommon) },
  { name: 'class', weight: 0.5, compare: attribute('class', lettersInCommon) },
  { name: 'href', weight: 0.5, compare: attribute('href', lettersInCommon) },
  { name: 'alt', weight: 0.5, compare: attribute('alt', lettersInCommon) },
  { name: 'absolute path', weight: 0.5, compare: (a, b) => both(a.idxpath, b.idxpath, lettersInCommon) },
  { name: 'path from an id', weight: 0.5, compare: (a, b) => both(pathFromId(a), pathFromId(b), lettersInCommon) },
  {
    name: 'is button',
    weight: 0.5,
    compare: (a, b) => (a.isButton === undefined ? undefined : a.isButton === b.isButton ? 1 : 0),
  },
  { name: 'location', weight: 0.5, compare: boxes((a, b) => Math.max(0, 1 - Math.hypot(a.x - b.x, a.y - b.y) / 100)) },
  { name: 'area', weight: 0.5, compare: boxes((a, b) => ratio(a.width * a.height, b.width * b.height)) },
  {
    name: 'shape',
    weight: 0.5,
    compare: boxes((a, b) => ratio(a.width / Math.max(a.height, 1), b.width / Math.max(b.height, 1))),
  },
]

function pathFromId({ idxpath = '', ancestors = [], attributes }: Fingerprint): string {
  if (attributes.id !== undefined) return `#${attributes.id}`
  const depth = ancestors.findIndex(({ id }) => id !== undefined)
  return depth < 0
    ? idxpath
    : `#${ancestors[depth]?.id}/${idxpath
        .split('/')
        .slice(-depth - 1)
        .join('/')}`
}

/** Share of the weight of what the old element is known by that still agrees. */
export function similoScore(a: Fingerprint, b: Fingerprint): number {
  let sum = 0
  let all = 0
  for (const { weight, compare } of PROPERTIES) {
    const itself = compare(a, a)
    if (itself === undefined) continue
    all += weight
    sum += weight * (compare(a, b) ?? 0)
  }
  return all === 0 ? 0 : sum / all
}

export const similo: Peer = {
  name: 'Similo',
  source: 'Nass, Alégroth, Feldt, Leotta, Ricca: Similarity-based Web Element Localization, ACM TOSEM 2023',
  score: (old: Fingerprint, page: PageIndex) =>
    Array.from({ length: page.size }, (_, i) => similoScore(old, page.fingerprint(i))),
  accept: 0.6,
  lead: 0.05,
}
