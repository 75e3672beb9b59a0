import { areSameMutation, type Mutation, sayMutation } from './mutation.ts'
import { KEPT, type Turn } from './page-change.ts'
import type { StepEffects } from './step-effects.ts'
import { spokenKey } from './wording.ts'

/**
 * What differs between two runs beside the doing of a heal: at steps that nobody changed, and at the step itself between
 * runs that were green.
 */
export interface Noise {
  /** Traits that only one of two such runs had. */
  readonly varies: ReadonlySet<string>
  /** Routes that took another's place: `/cart` → `/basket`. */
  readonly routes: ReadonlyMap<string, string>
}

export const NO_NOISE: Noise = { varies: new Set(), routes: new Map() }

const MAX_TRAIT = 120
const cut = (text: string): string => text.slice(0, MAX_TRAIT)

/** One thing that a step did, in a form that is the same from run to run, and the same of what was kept of it. */
export const traits = {
  sends: (mutation: Mutation): string => cut(`sends ${sayMutation(mutation)}`),
  reaches: (route: string): string => cut(`goes to ${route}`),
  says: (text: string): string => cut(`says ${spokenKey(text.slice(0, KEPT.said))}`),
  turns: ({ role, name, state, to }: Turn): string =>
    cut(`${to ? '' : 'un'}${state} ${role} ${spokenKey(name.slice(0, KEPT.name))}`),
  dialog: 'opens a dialog of the browser',
  download: 'downloads a file',
} as const

const only = (mine: StepEffects, others: StepEffects): readonly string[] => {
  const theirs = new Set(plain(others))
  return [
    ...mine.mutations.filter((one) => !others.mutations.some((other) => areSameMutation(one, other))).map(traits.sends),
    ...plain(mine).filter((one) => !theirs.has(one)),
  ]
}

/** Traits that are the same one only where they are the same to the letter. */
const plain = ({ reached, dialogs, downloads, change }: StepEffects): readonly string[] => [
  ...reached.map(traits.reaches),
  ...(dialogs.length > 0 ? [traits.dialog] : []),
  ...(downloads > 0 ? [traits.download] : []),
  ...(change?.said ?? []).map(traits.says),
  ...(change?.turned ?? []).map(traits.turns),
]

/** Traits that one step had in only one of two runs. */
export const variation = (a: StepEffects, b: StepEffects): readonly string[] => [...only(a, b), ...only(b, a)]

/** Adds what two runs do otherwise at a step that nobody changed: there the product did, or chance. */
export const addNoise = (noise: Noise, green: StepEffects, now: StepEffects): Noise => {
  const [was, is] = [green.reached.at(-1), now.reached.at(-1)]
  const routes = new Map(noise.routes)
  if (was !== undefined && is !== undefined && was !== is) routes.set(was, is)
  if (green.from !== null && now.from !== null && green.from !== now.from) routes.set(green.from, now.from)
  const found = variation(green, now).filter((trait) => ELSEWHERE.test(trait))
  return { varies: new Set([...noise.varies, ...found]), routes }
}

/** Of another step, requests and messages tell something of this one; where it went and what it opened is its own. */
const ELSEWHERE = /^(?:sends|says) /

/** Adds what is known to vary at a step by itself. */
export const withVariation = (noise: Noise, varies: readonly string[]): Noise =>
  varies.length === 0 ? noise : { ...noise, varies: new Set([...noise.varies, ...varies]) }

/** A trait that recorded green runs had and had not. */
export interface Variation {
  readonly trait: string
  /** Recordings since it last differed. */
  readonly quiet: number
}

/** Traits that are kept of one step. */
export const MAX_KNOWN = 6
/** A product that changed for good differs once; after so many alike recordings nothing varies any more. */
const FORGET = 8

/**
 * What varies at a step by all that was recorded of it.
 *
 * @param known what varied before
 * @param differs traits that differ between the recording before and this one, or within this one
 */
export const accumulate = (known: readonly Variation[], differs: readonly string[]): readonly Variation[] => {
  const now = [...new Set(differs)]
  return [
    ...now.map((trait) => ({ trait, quiet: 0 })),
    ...known.flatMap(({ trait, quiet }) =>
      now.includes(trait) || quiet >= FORGET ? [] : [{ trait, quiet: quiet + 1 }],
    ),
  ].slice(0, MAX_KNOWN)
}
