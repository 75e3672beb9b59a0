import { TEST_ID_ATTRIBUTES } from '../../src/dom/fingerprint.ts'
import { matchLocator } from '../../src/dom/match/locator.ts'
import { indexPage, type PageIndex } from '../../src/dom/page-index.ts'
import type { ActionKind, Locator, Target } from '../../src/model.ts'
import { type Kin, kinOfElement } from '../../strategies/kinship.ts'
import { authorLocators } from './authors.ts'
import { type Cue, isDecidable, survivingCues } from './cues.ts'
import { freeze, type Node, thaw, walk } from './dom.ts'
import { IDENTIFIER_MUTATIONS, stripIdentifiers, TEST_IDS } from './identifiers.ts'
import { LOOK_MUTATIONS, stripLook } from './look.ts'
import { type OldPage, readPages } from './pages.ts'
import { type Random, randomOf } from './random.ts'
import type { Mutation, Scene } from './scene.ts'
import { insertLookAlike, removeWhole, STRUCTURE_MUTATIONS } from './structure.ts'
import { stripTexts, TEXT_MUTATIONS } from './texts.ts'

/** What became of the target. */
export type Fate = 'kept' | 'removed' | 'stripped'

export interface MutationCase {
  readonly number: number
  readonly page: string
  readonly variant: OldPage['variant']
  readonly fate: Fate
  /** Kinds of mutation, in the order they were made. */
  readonly mutations: readonly string[]
  /** Something of the same tag, class and role, but of another identity, stands beside the target or in its place. */
  readonly lookAlike: boolean
  readonly target: Target
  /** Other elements of the old page, as a green trace shows them. */
  readonly others: readonly Target[]
  /** The page after the change. */
  readonly after: PageIndex
  /** Index on that page of what the target became, -1 where it was removed. */
  readonly truth: number
  readonly cues: readonly Cue[]
  /** Kept, with enough left to be told: the cases that are scored as right, wrong or abstained. */
  readonly decidable: boolean
}

export interface CaseOptions {
  readonly seed: number
  /** How many cases to make. */
  readonly count: number
  readonly pages?: readonly string[]
}

/**
 * Makes cases whose truth is known because they were made: an element of a real page, a change of that page, and what
 * became of the element. The same seed gives the same cases.
 */
export function* generateCases({ seed, count, pages }: CaseOptions): Generator<MutationCase> {
  const random = randomOf(seed)
  const old = readPages(random, pages)
  const eligible = old.map((page) => eligibleTargets(page))
  for (let number = 0, tries = 0; number < count && tries < count * 20; tries++) {
    const at = random.int(0, old.length - 1)
    const page = old[at]
    const element = eligible[at]?.pick(random)
    if (page === undefined || element === undefined) continue
    const fate: Fate = random.chance(0.68) ? 'kept' : random.chance(0.7) ? 'removed' : 'stripped'
    const made = makeCase(page, element, fate, random)
    if (made === null) continue
    yield { ...made, number }
    number++
  }
}

/** What tests use: three in four things one can press, fill or choose, the rest texts; with cues to be known by. */
function eligibleTargets(page: OldPage): { pick(random: Random): number | undefined } {
  const groups: { used: number[]; read: number[] } = { used: [], read: [] }
  for (const one of page.snapshot.elements) {
    const { box } = one
    if (!one.visible || box === undefined || box.width < 4 || box.height < 4) continue
    if (/^(?:html|body|head|path|g|use|circle|rect|line|polyline|option)$/.test(one.tag)) continue
    const kin = kinOfElement(page.index, one.index)
    if (kin === 'press' || kin === 'field' || kin === 'choice') groups.used.push(one.index)
    else if (one.ownText.length > 1 && one.ownText.length < 80) groups.read.push(one.index)
  }
  const known = new Map<number, boolean>()
  return {
    pick(random) {
      const list = random.chance(0.8) && groups.used.length > 0 ? groups.used : groups.read
      if (list.length === 0) return undefined
      const element = random.pick(list)
      let fit = known.get(element)
      if (fit === undefined) {
        fit = isDecidable(survivingCues(page.index.fingerprint(element), page.index, element))
        known.set(element, fit)
      }
      return fit ? element : undefined
    },
  }
}

const ACTION_OF: Readonly<Record<Kin, ActionKind>> = {
  press: 'click',
  field: 'fill',
  choice: 'check',
  picture: 'expect',
  heading: 'expect',
  row: 'expect',
  other: 'expect',
}

function actionOf(page: OldPage, element: number): ActionKind {
  if (page.index.tag(element) === 'select') return 'select'
  const kin = kinOfElement(page.index, element)
  return kin === 'field' && !/^(?:input|textarea)$/.test(page.index.tag(element)) ? 'click' : ACTION_OF[kin]
}

function makeCase(old: OldPage, element: number, fate: Fate, random: Random): Omit<MutationCase, 'number'> | null {
  const { page, nodes } = thaw(old.snapshot)
  const target = nodes[element]
  if (target === undefined) return null
  const scene: Scene = { page, target, random }
  const lookAlike = random.chance(fate === 'kept' ? 0.25 : 0.5)
  const was = old.index.fingerprint(element)
  let twin: Node | null = null
  if (lookAlike) {
    twin = insertLookAlike(scene)
    if (twin !== null) disguise(scene, twin)
  }
  const mutations =
    fate === 'stripped' ? strip(scene) : mutate(scene, fate === 'kept' ? weightedCount(random) : random.int(0, 3))
  if (fate === 'kept' && mutations.length === 0) return null
  if (fate === 'removed') removeWhole(scene)
  const { snapshot, indexOf } = freeze(page)
  const after = indexPage(snapshot)
  const truth = fate === 'removed' ? -1 : (indexOf.get(target) ?? -1)
  const cues = truth < 0 ? [] : survivingCues(was, after, truth)
  // By construction nothing may be left; what chance left over would make the truth doubtful.
  if (fate === 'stripped' && cues.length > 0) return null
  if (fate === 'removed' && leftovers(was, after)) return null
  const rival = twin === null ? -1 : (indexOf.get(twin) ?? -1)
  if (
    rival >= 0 &&
    survivingCues(was, after, rival).some((cue) => cue === 'identifier' || cue === 'words' || cue === 'label')
  )
    return null
  const locator = brokenLocator(old, element, after, truth, random)
  return {
    page: old.name,
    variant: old.variant,
    fate,
    mutations,
    lookAlike: rival >= 0,
    target: targetOf(old, element, locator),
    others: otherTargets(old, element),
    after,
    truth,
    cues,
    decidable: fate === 'kept' && isDecidable(cues),
  }
}

/** Makes something else of a look-alike: other words, no identifier in common. Its label keeps leading to it. */
function disguise({ page, random }: Scene, copy: Node): void {
  const { id } = copy.attributes
  const scene: Scene = { page, target: copy, random }
  stripIdentifiers(scene)
  if (id !== undefined) copy.attributes.id = id
  stripTexts(scene)
  for (const one of walk(copy)) {
    if (one !== copy) for (const name of [...TEST_IDS, 'id', 'name']) delete one.attributes[name]
  }
}

function targetOf(old: OldPage, element: number, locator?: Locator): Target {
  return {
    fingerprint: old.index.fingerprint(element),
    ...(locator === undefined ? {} : { locator }),
    action: actionOf(old, element),
    testIdAttributes: TEST_ID_ATTRIBUTES,
  }
}

const known = new WeakMap<OldPage, Map<number, Target>>()

/** Up to forty of the other usable elements of the old page, those close by in the document first. */
function otherTargets(old: OldPage, element: number): readonly Target[] {
  let targets = known.get(old)
  if (targets === undefined) {
    targets = new Map()
    for (const one of old.snapshot.elements) {
      const kin = kinOfElement(old.index, one.index)
      if (one.visible && (kin === 'press' || kin === 'field' || kin === 'choice'))
        targets.set(one.index, targetOf(old, one.index))
    }
    known.set(old, targets)
  }
  const related = (one: number): boolean =>
    one === element || old.index.tree.contains(one, element) || old.index.tree.contains(element, one)
  return [...targets]
    .filter(([one]) => !related(one))
    .sort(([a], [b]) => Math.abs(a - element) - Math.abs(b - element))
    .slice(0, 40)
    .map(([, target]) => target)
}

/** One change in four of ten cases, up to six in few. */
function weightedCount(random: Random): number {
  const at = random.next()
  return at < 0.4 ? 1 : at < 0.7 ? 2 : at < 0.9 ? 3 : random.int(4, 6)
}

/** Kinds of change with the share of changes that are of it: what locators go by changes most. */
const GROUPS: readonly (readonly [share: number, mutations: readonly Mutation[]])[] = [
  [0.3, IDENTIFIER_MUTATIONS],
  [0.3, TEXT_MUTATIONS],
  [0.25, STRUCTURE_MUTATIONS],
  [0.15, LOOK_MUTATIONS],
]

function pickMutation(random: Random): Mutation {
  let at = random.next()
  for (const [share, mutations] of GROUPS) {
    at -= share
    if (at < 0) return random.pick(mutations)
  }
  return random.pick(LOOK_MUTATIONS)
}

function mutate(scene: Scene, count: number): string[] {
  const done: string[] = []
  for (let tries = 0; done.length < count && tries < 40; tries++) {
    const mutation = pickMutation(scene.random)
    if (!done.includes(mutation.kind) && mutation.apply(scene)) done.push(mutation.kind)
  }
  return done
}

/** Takes all that an element is known by, and moves it elsewhere. */
function strip(scene: Scene): string[] {
  stripIdentifiers(scene)
  stripTexts(scene)
  const wanted = new Set(['move', 'change-neighbours', 'change-tag', 'wrap'])
  const done = STRUCTURE_MUTATIONS.concat(TEXT_MUTATIONS).filter((one) => wanted.has(one.kind) && one.apply(scene))
  stripLook(scene)
  return ['strip', ...done.map((one) => one.kind)]
}

/** True where, after a removal, another element has the identifier or the words: then it may well be the same thing. */
function leftovers(was: Target['fingerprint'], after: PageIndex): boolean {
  for (const name of [...TEST_IDS, 'id', 'name']) {
    const value = was.attributes[name]
    if (value && after.withAttribute(name, value).length > 0) return true
  }
  const said = (was.name || was.text || '').toLowerCase().trim()
  return said !== '' && after.withTrait('text', said).some((one) => kinOfElement(after, one) !== 'other')
}

/** A locator as authors write it that reached the element before and does not any more; none where all still do. */
function brokenLocator(
  old: OldPage,
  element: number,
  after: PageIndex,
  truth: number,
  random: Random,
): Locator | undefined {
  for (const locator of random.shuffle(authorLocators(old.index, element))) {
    const before = matchLocator(old.index, locator)
    if (before?.length !== 1 || before[0] !== element) continue
    const now = matchLocator(after, locator)
    if (now !== null && (now.length !== 1 || (truth >= 0 && now[0] !== truth))) return locator
  }
  return undefined
}
