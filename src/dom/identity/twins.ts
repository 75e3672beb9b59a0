import type { Profile } from './profile.ts'
import type { Look } from './scene.ts'

/** How free the others must leave an element for it to be a newcomer to the page. */
const FREE = 0.5

/** Why such an element is left to a human. */
export const TWIN = 'Several elements are called the same, and nothing tells which of them it was.'

/**
 * True where a newcomer to the page has all the names that the chosen element has, and nothing around the two tells which
 * of them the lost one was: not its row, not its heading, not its path. The place alone is a guess, and a neighbour healed.
 *
 * @param same elements that are the same thing as the chosen one
 * @param rooms how free other old elements leave each compared element
 */
export function hasFreeTwin(look: Look, chosen: Profile, same: readonly number[], rooms: readonly number[]): boolean {
  const { old, comparisons } = look
  if (old.steps.length > 0 && old.steps.join('/') === chosen.steps.join('/')) return false
  const names = namesOf(chosen)
  return comparisons.some(
    ({ element, now }, i) =>
      !same.includes(element) &&
      (rooms[i] ?? 1) > FREE &&
      now.fingerprint.visible !== false &&
      namesOf(now) === names &&
      !tells(old.rowKey?.text, chosen.rowKey?.text, now.rowKey?.text) &&
      !tells(old.heading?.text, chosen.heading?.text, now.heading?.text),
  )
}

const tells = (old: string | undefined, chosen: string | undefined, twin: string | undefined): boolean =>
  old !== undefined && old === chosen && old !== twin

/** All that an element is called by, as one string: twins have the same. */
export function namesOf({ tag, testId, id, idGenerated, formName, href, text, captions }: Profile): string {
  const said = captions.map((caption) => caption.text)
  return [tag, testId, idGenerated ? '' : id, formName, href?.full, text?.text, ...said].join('\u0000')
}
