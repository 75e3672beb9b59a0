import type { Accessible, State } from '../dom/accessible.ts'

/** A thing by which a page changed, by role and accessible name. */
export interface Named {
  readonly role: string
  readonly name: string
}

/** A state that something came to: `checked` true is a checkbox that was ticked. */
export interface Turn extends Named {
  readonly state: State
  readonly to: boolean
}

/** What the accessibility tree gained and lost by a step, in the order of the page. */
export interface PageChange {
  /** Texts of live regions: what is read out to whoever does not see it. */
  readonly said: readonly string[]
  readonly gained: readonly Named[]
  readonly lost: readonly Named[]
  readonly turned: readonly Turn[]
  /** Milliseconds from the end of the step's call to the last look at the page; 0 where nothing waited for what comes. */
  readonly watchedMs: number
}

/** Characters of a message and of a name that are compared and kept. */
export const KEPT = { said: 100, name: 48 } as const
const MOST = 40
const STATES: readonly State[] = ['checked', 'expanded', 'selected', 'pressed', 'disabled', 'filled']

const keyOf = ({ role, name }: Named): string => `${role} ${name}`

/** Items of the one list that the other lacks, each counted as often as it stands there. */
const beyond = (list: readonly Accessible[], other: readonly Accessible[]): readonly Accessible[] => {
  const left = new Map<string, number>()
  for (const one of other) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1)
  return list.filter((one) => {
    const count = left.get(keyOf(one)) ?? 0
    left.set(keyOf(one), count - 1)
    return count <= 0
  })
}

/** What a region says that it did not say before: what was added to its text, or all of it. */
const newlySaid = (text: string, before: readonly string[]): string => {
  const [longest] = before
    .filter((old) => old !== '' && (text.startsWith(`${old} `) || text.endsWith(` ${old}`)))
    .sort((a, b) => b.length - a.length)
  if (longest === undefined) return text
  return text.startsWith(`${longest} `) ? text.slice(longest.length + 1) : text.slice(0, -longest.length - 1)
}

/** States of what stands on both pages, where they differ; things of one name are taken in their order. */
const turnsOf = (before: readonly Accessible[], after: readonly Accessible[]): readonly Turn[] => {
  const earlier = Map.groupBy(before, keyOf)
  return after.flatMap((one) => {
    const was = earlier.get(keyOf(one))?.shift()
    if (!was) return []
    return STATES.flatMap((state): Turn[] => {
      const [from, to] = [was.states[state], one.states[state]]
      return from !== undefined && to !== undefined && from !== to
        ? [{ role: one.role, name: one.name, state, to }]
        : []
    })
  })
}

/** Compares a page with what it was: multisets of roles and names, so that order and place do not count. */
export const pageChange = (
  before: readonly Accessible[],
  after: readonly Accessible[],
  watchedMs: number,
): PageChange => {
  const spoken = before.filter(({ live }) => live).map(({ name }) => name)
  const said = beyond(after, before)
    .filter(({ live, name }) => live && name !== '')
    .map(({ name }) => newlySaid(name, spoken))
  const named = (list: readonly Accessible[]): readonly Named[] =>
    list.flatMap(({ role, name, live }) => (live || name === '' ? [] : [{ role, name }])).slice(0, MOST)
  return {
    // An alert within a region that is read out as well is one message.
    said: [...new Set(said)]
      .filter((text) => !said.some((other) => other !== text && text.includes(other)))
      .slice(0, MOST),
    gained: named(beyond(after, before)),
    lost: named(beyond(before, after)),
    turned: turnsOf(before, after).slice(0, MOST),
    watchedMs,
  }
}
