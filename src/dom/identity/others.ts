import type { Fingerprint, Target } from '../../model.ts'
import { boxOverlap } from '../neighbours.ts'
import type { Profile } from './profile.ts'
import { relationOf } from './relations.ts'
import { SAME_BOX } from './same-thing.ts'

/** Most other elements of the old page that are looked for as well. */
export const MAX_OTHERS = 48

/**
 * The other old elements worth asking: those that stand closest in the old tree, and those most alike, which may claim
 * the same element today. The lost element itself is never among them.
 */
export function chooseOthers(
  old: Profile,
  others: readonly Target[],
  profile: (fingerprint: Fingerprint) => Profile,
  limit = MAX_OTHERS,
): Fingerprint[] {
  const apart = others
    .map(({ fingerprint }) => fingerprint)
    .filter((fingerprint) => !isSelf(old.fingerprint, fingerprint))
  if (apart.length <= limit) return apart
  const worth = apart
    .slice(0, 20_000)
    .map((fingerprint) => ({ fingerprint, worth: worthOf(old, profile(fingerprint)) }))
  return worth
    .sort((a, b) => b.worth - a.worth)
    .slice(0, limit)
    .map(({ fingerprint }) => fingerprint)
}

function worthOf(old: Profile, other: Profile): number {
  const { up, down, parallel } = relationOf(other, old)
  let worth = 4 / (1 + up + down) + (parallel ? 1 : 0)
  if (other.kind === old.kind) worth += 0.5
  if (old.text !== undefined && other.text?.text === old.text.text) worth += 2
  if (old.classes.length > 0 && other.classes.join(' ') === old.classes.join(' ')) worth += 0.5
  return worth
}

function isSelf(old: Fingerprint, other: Fingerprint): boolean {
  return old === other || (old.idxpath !== undefined && old.idxpath === other.idxpath && old.tag === other.tag)
}

/** True where two old elements were the same thing, so that they do not compete for one element today. */
export function wereSameThing(a: Fingerprint, b: Fingerprint): boolean {
  const x = a.idxpath ?? ''
  const y = b.idxpath ?? ''
  if (x === '' || y === '' || !(x.startsWith(`${y}/`) || y.startsWith(`${x}/`))) return false
  if (a.box !== undefined && b.box !== undefined) return boxOverlap(a.box, b.box) >= SAME_BOX
  return Math.abs(x.split('/').length - y.split('/').length) === 1
}
