import { TEST_ID_ATTRIBUTES } from '../../src/dom/fingerprint.ts'
import { isGeneratedId, stableClasses } from '../../src/dom/identity/generated.ts'
import type { PageIndex } from '../../src/dom/page-index.ts'
import { normalise } from '../../src/dom/text.ts'
import { visualSimilarity } from '../../src/dom/visual-hash.ts'
import type { Fingerprint } from '../../src/model.ts'
import { kinOfElement } from '../../strategies/kinship.ts'

/**
 * Independent cues of who an element is. `identifier`, `words` and `label` say who it is; `row`, `place` and `look` are
 * circumstances, which a look-alike put in its place has as well.
 */
export const CUES = ['identifier', 'words', 'label', 'row', 'place', 'look'] as const
export type Cue = (typeof CUES)[number]

const IDENTITY: ReadonlySet<Cue> = new Set(['identifier', 'words', 'label'])

/**
 * True where an answer can be asked for: two independent cues have survived, and one of them says who the element is.
 * With circumstances alone nobody could tell it from something else put in its place.
 */
export const isDecidable = (cues: readonly Cue[]): boolean => cues.length >= 2 && cues.some((cue) => IDENTITY.has(cue))

/** Cues of an old element that an element of a page still has, and no other element of its kind there. */
export function survivingCues(was: Fingerprint, page: PageIndex, element: number): Cue[] {
  const kin = kinOfElement(page, element)
  const related = (one: number): boolean =>
    one === element || page.tree.contains(one, element) || page.tree.contains(element, one)
  const alone = (list: readonly number[]): boolean => list.includes(element) && list.every(related)
  const now = page.fingerprint(element)
  const peers = (): number[] => {
    const list: number[] = []
    for (let one = 0; one < page.size; one++) if (kinOfElement(page, one) === kin && page.visible(one)) list.push(one)
    return list
  }
  const cues: Cue[] = []
  if (hasIdentifier(was, page, alone)) cues.push('identifier')
  if (hasWords(was, now, page, alone)) cues.push('words')
  // A name that is the label's text is the label once more.
  const isNamedByLabel = cues.includes('words') && normalise(was.label ?? '') === normalise(was.name ?? '')
  if (was.label && now.label && !isNamedByLabel && normalise(was.label) === normalise(now.label)) {
    if (
      peers().every(
        (one) => related(one) || normalise(page.fingerprint(one).label ?? '') !== normalise(was.label ?? ''),
      )
    )
      cues.push('label')
  }
  if (was.rowKey && was.rowKey === now.rowKey) {
    const twins = peers().filter((one) => !related(one) && page.fingerprint(one).rowKey === was.rowKey)
    if (twins.every((one) => page.shortText(one) !== page.shortText(element))) cues.push('row')
  }
  // Something else put there has the same path as well; that is why a place is a circumstance only.
  if (was.idxpath !== undefined && was.idxpath === now.idxpath) cues.push('place')
  if (looksTheSame(was, now) && peers().every((one) => related(one) || !looksTheSame(was, page.fingerprint(one))))
    cues.push('look')
  return cues
}

function hasIdentifier(was: Fingerprint, page: PageIndex, alone: (list: readonly number[]) => boolean): boolean {
  for (const name of [...TEST_ID_ATTRIBUTES, 'id', 'name', 'href']) {
    const value = was.attributes[name]
    if (!value || isGeneratedId(value) || (name === 'href' && !/[a-z0-9]/i.test(value))) continue
    if (alone(page.withAttribute(name, value))) return true
    // A test id that moved to a sister attribute is the same test id.
    if (/^data-/.test(name) && TEST_ID_ATTRIBUTES.some((other) => alone(page.withAttribute(other, value)))) return true
  }
  return false
}

function hasWords(
  was: Fingerprint,
  now: Fingerprint,
  page: PageIndex,
  alone: (list: readonly number[]) => boolean,
): boolean {
  const words = [was.name, was.text, was.attributes['aria-label'], was.attributes.placeholder, was.attributes.title]
  for (const said of words) {
    if (!said || said.length > 200 || !/[\p{L}\p{N}]/u.test(said)) continue
    const wanted = normalise(said)
    const has = [now.name, now.text, now.attributes['aria-label'], now.attributes.placeholder, now.attributes.title]
    if (!has.some((one) => one !== undefined && normalise(one) === wanted)) continue
    const others = page.withTrait('text', wanted)
    if (others.length === 0 || alone(others)) return true
  }
  return false
}

function looksTheSame(was: Fingerprint, now: Fingerprint): boolean {
  if (was.box === undefined || now.box === undefined || now.box.width <= 0 || now.box.height <= 0) return false
  const wider = was.box.width / now.box.width
  const higher = was.box.height / now.box.height
  if (Math.max(wider, 1 / wider, higher, 1 / higher) > 1.15) return false
  if (was.visualHash !== undefined && now.visualHash !== undefined) {
    return (visualSimilarity(was.visualHash, now.visualHash) ?? 0) >= 0.9
  }
  const classes = stableClasses(was.attributes.class).join(' ')
  return classes !== '' && classes === stableClasses(now.attributes.class).join(' ')
}
