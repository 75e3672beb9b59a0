import { matchPaths } from '../src/dom/match/xpath.ts'
import { type Expression, parseXPath, type Step, type XPath } from '../src/dom/match/xpath-parse.ts'
import type { PageIndex } from '../src/dom/page-index.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { pathOf, placesOf } from './paths.ts'
import { writeXPath } from './xpath-write.ts'

/** More elements than this are no answer. */
const MAX_REACHED = 12
/** Relaxations tried of one expression. */
const MAX_TRIES = 32
const MAX_PEERS = 1_500

/**
 * Paths: an XPath of the test is relaxed step by step until it reaches something; besides, the path the element stood
 * at is laid over the paths of today, from both ends, so that one level more or less does not matter.
 */
export const xpath: Strategy = {
  name: 'xpath',
  priority: 55,
  prior: 0.65,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const written = askedOf(target).xpath
    for (const path of (written === undefined ? null : parseXPath(written))?.slice(0, 3) ?? [])
      relax(ballot, page, path)
    const { idxpath } = target.fingerprint
    // What the test wrote says more than where the element happened to stand.
    if (idxpath !== undefined) layOver(ballot, page, idxpath, ballot.isEmpty ? 1 : 0.6)
    return ballot.witnesses()
  },
}

function relax(ballot: Ballot, page: PageIndex, path: XPath): void {
  const seen = new Set<string>()
  let reached = 0
  for (const { relaxed, kept } of relaxations(path).slice(0, MAX_TRIES)) {
    const text = writeXPath(relaxed)
    if (seen.has(text)) continue
    seen.add(text)
    const found = matchPaths(page, [relaxed]) ?? []
    if (found.length === 0 || found.length > MAX_REACHED) continue
    const share = 1 / (1 + 0.5 * Math.log2(found.length))
    const reason = kept === 1 ? `still matches ${text}` : `matches ${text}, what is left of the path`
    for (const element of found) ballot.add(element, 0.95 * kept * share, reason, { kind: 'xpath', value: text })
    if (++reached >= 3) break
  }
}

interface Relaxation {
  readonly relaxed: XPath
  /** Share of the path that is kept. */
  readonly kept: number
}

const isPlace = (one: Expression): boolean =>
  (one.kind === 'literal' && typeof one.value === 'number') || one.kind === 'last' || one.kind === 'position'

/** Weaker forms of a path, the least weakened first. */
function relaxations(path: XPath): Relaxation[] {
  const { position, ...open } = path
  const loose: XPath = {
    ...open,
    steps: open.steps.map((step) => ({ ...step, axis: step.axis === 'child' ? 'descendant' : step.axis })),
  }
  const unplaced = (one: XPath): XPath =>
    mapSteps(one, (step) => ({ ...step, predicates: step.predicates.filter((each) => !isPlace(each)) }))
  const list: Relaxation[] = [
    { relaxed: path, kept: 1 },
    { relaxed: loose, kept: 0.9 },
    { relaxed: unplaced(open), kept: 0.85 },
    { relaxed: unplaced(loose), kept: 0.8 },
    { relaxed: mapSteps(loose, soften), kept: 0.75 },
  ]
  const total = loose.steps.length
  for (let from = 1; from < total; from++) {
    const tail: XPath = { absolute: true, steps: loose.steps.slice(from) }
    const kept = 0.8 * (1 - from / (total + 1))
    list.push(
      { relaxed: tail, kept },
      { relaxed: unplaced(tail), kept: kept * 0.9 },
      { relaxed: mapSteps(tail, soften), kept: kept * 0.85 },
    )
  }
  const last = loose.steps.at(-1)
  if (last !== undefined) {
    for (const one of last.predicates) {
      const fewer = last.predicates.filter((each) => each !== one)
      if (fewer.length > 0)
        list.push({
          relaxed: { absolute: true, steps: [{ ...last, axis: 'descendant', predicates: fewer }] },
          kept: 0.45,
        })
    }
    for (const one of last.predicates.flatMap(conjuncts).filter((each) => !isPlace(each)))
      list.push({
        relaxed: { absolute: true, steps: [{ axis: 'descendant', tag: '*', predicates: [one] }] },
        kept: 0.5,
      })
  }
  return list.sort((a, b) => b.kept - a.kept)
}

const conjuncts = (one: Expression): readonly Expression[] => (one.kind === 'and' ? one.of : [one])
const mapSteps = (path: XPath, change: (step: Step) => Step): XPath => ({ ...path, steps: path.steps.map(change) })

/** `@class="a b"` becomes "contains its first word", `text()="x"` becomes "contains x". */
function soften(step: Step): Step {
  return {
    ...step,
    predicates: step.predicates
      .filter((one) => !isPlace(one))
      .map((one): Expression => {
        if (one.kind !== 'compare' || one.operator !== '=' || one.right.kind !== 'literal') return one
        const value = String(one.right.value)
        if (one.left.kind === 'attribute' && one.left.name === 'class') {
          return {
            kind: 'call',
            name: 'contains',
            of: [one.left, { kind: 'literal', value: value.split(/\s+/)[0] ?? value }],
          }
        }
        if (one.left.kind === 'ownText' || one.left.kind === 'text') {
          const normal: Expression = { kind: 'call', name: 'normalize-space', of: [{ kind: 'text' }] }
          return { kind: 'call', name: 'contains', of: [normal, { kind: 'literal', value: value.trim() }] }
        }
        return one
      }),
  }
}

/** Compares the old indexed path with those of all elements of the same tag, from the root and from the element. */
function layOver(ballot: Ballot, page: PageIndex, idxpath: string, worth: number): void {
  const old = pathOf(idxpath)
  const tag = old.at(-1)?.replace(/\[\d+\]$/, '')
  if (tag === undefined || old.length > 200) return
  const places = placesOf(page)
  for (const element of page.withTrait('tag', tag).slice(0, MAX_PEERS)) {
    const now = places(element)
    const shorter = Math.min(old.length, now.length)
    let head = 0
    while (head < shorter && old[head] === now[head]) head++
    let tail = 0
    while (tail < shorter - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++
    const same = (head + tail) / Math.max(old.length, now.length)
    if (same < 0.5) continue
    const exact = head === old.length && head === now.length
    const strength = worth * (exact ? 0.8 : 0.7 * same * (tail > 0 ? 1 : 0.7))
    const reason = exact ? 'stands at the same path' : `${head + tail} of ${old.length} levels of its path are the same`
    ballot.add(element, strength, reason, { kind: 'xpath', value: `/${now.join('/')}` })
  }
}
