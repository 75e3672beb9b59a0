import { areSynonyms } from '../dom/vocabulary.ts'
import { shownText } from '../evidence/literal-changes.ts'
import { keptValues } from '../evidence/value-pairs.ts'
import type { Evidence, Fingerprint } from '../model.ts'
import { placesSaying } from './assertion-doubts.ts'
import type { CodeView, HealContext } from './contract.ts'

const CONFIDENCE = { inSource: 0.85, elsewhere: 0.65 } as const
/** A text with figures in it, or longer than a label, is made of data or tells of something. */
const MOST_WORDS = 8

export interface PageProof {
  readonly confidence: number
  readonly evidence: readonly Evidence[]
}

/**
 * What the page proves where no commit pairs the two texts: the same element as when the test was green, known by more than
 * the text, now says the same in other words; and the product's own source says the new words and the old ones no more.
 * Null where any of it is not so.
 */
export const provenByPage = (
  was: string,
  now: string,
  element: Fingerprint | null,
  { baseline, code }: HealContext,
): PageProof | null => {
  const { target, source } = baseline
  if (!code || !element || !target || source === 'none') return null
  const old = target.fingerprint
  const isSame = old.tag === element.tag && old.role === element.role && textIs(old, was) && textIs(element, now)
  if (!isSame || !isLabel(was) || !isLabel(now) || !areSynonyms(was, now)) return null
  const [kept] = keptValues(old, element, target.testIdAttributes).filter(
    ({ what, value }) => !['text', 'label', 'name'].includes(what) && value !== was && value !== now,
  )
  if (!kept) return null
  const identity: Evidence = {
    kind: 'identity',
    for: true,
    weight: 0.5,
    text: `It is the element that it was when the test was green (${kept.what} “${kept.value}”), and “${now}” says the same as “${was}”`,
  }
  const said = sourceSays(code, was, now)
  if (said === 'new')
    return {
      confidence: CONFIDENCE.inSource,
      evidence: [identity, because('The product’s source says the new words, and the old ones no more', true)],
    }
  if (said === 'neither')
    return {
      confidence: CONFIDENCE.elsewhere,
      evidence: [identity, because('Neither wording stands in the source of the product here', false)],
    }
  return null
}

const because = (text: string, isFor: boolean): Evidence => ({ kind: 'commit', for: isFor, weight: 0.3, text })

const textIs = ({ text, ownText }: Fingerprint, wanted: string): boolean => shownText(text ?? ownText ?? '') === wanted

const isLabel = (text: string): boolean => !/\p{N}/u.test(text) && text.split(' ').length <= MOST_WORDS

const sourceSays = (code: CodeView, was: string, now: string): 'new' | 'neither' | 'old' => {
  if (placesSaying(code, was).length > 0) return 'old'
  return placesSaying(code, now).length > 0 ? 'new' : 'neither'
}
