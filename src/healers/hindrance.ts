import type { PageIndex } from '../dom/page-index.ts'
import { isUnresolved } from '../dom/unresolved-text.ts'
import { announceOtherDeeds } from '../dom/vocabulary.ts'
import type { Fingerprint, Target } from '../model.ts'

/** Characters of a label; what is longer is prose. */
const MAX_LABEL = 60

/** Why the test could not do with an element what it wants to do; null where it can. */
export const obstacle = (target: Target, page: PageIndex, element: number): string | null => {
  if (['expect', 'read', 'absent', 'upload'].includes(target.action)) return null
  if (!page.visible(element) && target.fingerprint.visible !== false) return 'it is not visible'
  if (!page.enabled(element) && target.fingerprint.enabled !== false) return 'it is disabled'
  return null
}

/**
 * Why an element that is the old one all the same is not what the test is about any more: it says that it does something
 * else. A commit that says so proves that the product changed, not that the test still tests what it should.
 */
export const otherDeed = ({ fingerprint: old }: Target, now: Fingerprint): string | null => {
  const labels = ({ name, ownText }: Fingerprint): string => (name || ownText || '').slice(0, MAX_LABEL)
  const [was, is] = [labels(old), labels(now)]
  if (was === '' || is === '' || !announceOtherDeeds(was, is)) return null
  return `It is probably the same element, but it said “${was}” and says “${is}” now, which is another deed: does the test still test what it should?`
}

/**
 * Why an element that is the old one is broken itself: where it had a label, it shows the key of a message, a placeholder or
 * `undefined`. To find it by that would make the fault what is tested.
 */
export const lostLabel = ({ fingerprint: old }: Target, now: Fingerprint): string | null => {
  const labels = ({ name, label, ownText, attributes }: Fingerprint): readonly (string | undefined)[] => [
    name,
    label,
    ownText,
    attributes.placeholder,
    attributes.title,
    attributes.alt,
  ]
  const was = labels(old)
  for (const [at, text] of labels(now).entries()) {
    const before = was[at] ?? ''
    if (text && before !== '' && text !== before && isUnresolved(text) && !isUnresolved(before))
      return `The element is there, but shows “${text.slice(0, MAX_LABEL)}” where it said “${before.slice(0, MAX_LABEL)}”: its label was not filled in.`
  }
  return null
}
