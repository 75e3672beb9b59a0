import type { Node, Page } from './dom.ts'
import type { Random } from './random.ts'

/** What a mutation works on: a page, and the element whose test broke. */
export interface Scene {
  readonly page: Page
  readonly target: Node
  readonly random: Random
}

/** A change as a product makes it. */
export interface Mutation {
  readonly kind: string
  /** Changes the scene; false where there was nothing to change. */
  apply(scene: Scene): boolean
}
