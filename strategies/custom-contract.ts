import type { Diagnosis, FailureType, Locator, Snapshot, Target } from '../src/model.ts'

/** What a strategy of a project's own says of an element of the snapshot. */
export interface CustomWitness {
  /** Index into `snapshot.elements`. */
  readonly element: number
  /** In (0, 1]; 0.5 where nothing is said. */
  readonly strength?: number
  readonly reason?: string
  /** How to reach it; made from the element where nothing is said. */
  readonly locator?: Locator
}

/** A strategy of a project's own, in a module under `.self-heal/`. */
export interface CustomStrategy {
  readonly name: string
  /** Rank in the cascade; the built-in strategies have 100 down to 30. */
  readonly priority: number
  propose(target: Target, snapshot: Snapshot): readonly CustomWitness[] | Promise<readonly CustomWitness[]>
}

/** A healer of a project's own; it is asked before the built-in healer of that failure type. */
export interface CustomHealer {
  readonly failureType: FailureType
  heal(diagnosis: Diagnosis, context: unknown): unknown
}

/**
 * What the function that such a module may export is given; both give back what they are given, and are there for the
 * types: `export default ({ defineStrategy }) => defineStrategy({ name: 'badge', priority: 75, propose … })`.
 */
export interface Define {
  defineStrategy(strategy: CustomStrategy): CustomStrategy
  defineHealer(healer: CustomHealer): CustomHealer
}

/** What such a module exports by default: one extension, several, or a function that makes them. */
export type Extension = CustomStrategy | CustomHealer
export type ExtensionModule = Extension | readonly Extension[] | ((define: Define) => Extension | readonly Extension[])
