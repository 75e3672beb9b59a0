import type { Fingerprint } from '../model.ts'
import type { ValuePair } from './explain.ts'

/** Attributes that name an element, and what a reviewer calls them. */
export const NAMING: readonly (readonly [attribute: string, what: string])[] = [
  ['id', 'id'],
  ['name', 'name'],
  ['placeholder', 'placeholder'],
  ['title', 'title'],
  ['alt', 'alternative text'],
  ['aria-label', 'label'],
  ['href', 'link'],
]

const classesOf = (fingerprint: Fingerprint): readonly string[] =>
  (fingerprint.attributes.class ?? '').split(/\s+/).filter((name) => name !== '')

/**
 * The values by which a reviewer would tell that two elements are the same thing renamed: everything that both have
 * and that differs. Classes pair only where exactly one went and one came.
 */
export const valuePairs = (
  old: Fingerprint,
  next: Fingerprint,
  testIdAttributes: readonly string[],
): readonly ValuePair[] => {
  const pairs: ValuePair[] = []
  const add = (what: string, before: string | undefined, after: string | undefined) => {
    if (before && after && before !== after && before.length <= 200 && after.length <= 200) {
      pairs.push({ what, old: before, new: after })
    }
  }
  for (const attribute of testIdAttributes) add('test id', old.attributes[attribute], next.attributes[attribute])
  for (const [attribute, what] of NAMING) add(what, old.attributes[attribute], next.attributes[attribute])
  add('text', old.ownText || old.text, next.ownText || next.text)
  add('label', old.label, next.label)
  add('name', old.name, next.name)
  const gone = classesOf(old).filter((name) => !classesOf(next).includes(name))
  const came = classesOf(next).filter((name) => !classesOf(old).includes(name))
  if (gone.length === 1 && came.length === 1) add('class', gone[0], came[0])
  return pairs
}

/** What still names an element as it did: values that both have, and that tell something. */
export const keptValues = (
  old: Fingerprint,
  next: Fingerprint,
  testIdAttributes: readonly string[],
): readonly { readonly what: string; readonly value: string }[] => {
  const kept: { what: string; value: string }[] = []
  const add = (what: string, before: string | undefined, after: string | undefined) => {
    if (before && before === after && before.length >= 3 && before.length <= 200 && /\p{L}/u.test(before)) {
      kept.push({ what, value: before })
    }
  }
  for (const attribute of testIdAttributes) add('test id', old.attributes[attribute], next.attributes[attribute])
  for (const [attribute, what] of NAMING) add(what, old.attributes[attribute], next.attributes[attribute])
  add('text', old.ownText || old.text, next.ownText || next.text)
  add('label', old.label, next.label)
  return kept
}

/** The values of a lost element that a deletion would have taken with it, the most telling first. */
export const tellingValues = (
  old: Fingerprint,
  testIdAttributes: readonly string[],
): readonly { readonly what: string; readonly value: string }[] => {
  const values: { what: string; value: string }[] = []
  const add = (what: string, value: string | undefined) => {
    if (value && value.length >= 3 && value.length <= 200) values.push({ what, value })
  }
  for (const attribute of testIdAttributes) add('test id', old.attributes[attribute])
  for (const [attribute, what] of NAMING.slice(0, 2)) add(what, old.attributes[attribute])
  add('text', old.ownText || old.name)
  return values
}
