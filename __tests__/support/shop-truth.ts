import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a test does with a locator that v2 broke, on a state of the shop where it can be tried. */
export interface TruthUse {
  readonly tests: readonly string[]
  readonly state: string
  readonly oldSelector: string
  /** What the old selector finds on v2: nothing, more than one element, or another element than it should. */
  readonly oldOnV2: 'none' | 'several' | 'other'
  /** Null for what was removed. */
  readonly rightSelector: string | null
  /** Why a wrong neighbour would leave the test green, where it would. */
  readonly trap?: string
}

export interface TruthChange {
  readonly id: string
  readonly mark: 'must' | 'may' | 'never'
  readonly kind: string
  /** Beginning of the subject of the commit that did it. */
  readonly commit: string
  /** Where the locator stands in the suite, and how it reads. */
  readonly file: string
  readonly old: string
  /** One way to write it for v2. */
  readonly new: string | null
  readonly uses: readonly TruthUse[]
  /** The same as edits that make the tests green again; `find` stands exactly once in `file`. */
  readonly fix: readonly { readonly file: string; readonly find: string; readonly replace: string }[]
  /** Elements of v2 that are not the right one, though they look like it. */
  readonly lookAlikes?: readonly string[]
  readonly note?: string
}

export interface TruthState {
  readonly path: string
  readonly storage?: Readonly<Record<string, unknown>>
  readonly click?: Readonly<Record<'v1' | 'v2', string>>
}

export interface ShopTruth {
  /** Every test of the suite, as `<file> › <title path>`, by what it does on v2 and what should become of it. */
  readonly tests: Readonly<Record<'heal' | 'mayHeal' | 'regression' | 'bug' | 'flaky' | 'green', readonly string[]>>
  readonly states: Readonly<Record<string, TruthState>>
  readonly changes: readonly TruthChange[]
  readonly others: readonly {
    readonly id: string
    readonly mark: 'never'
    readonly kind: string
    readonly file: string
    readonly tests: readonly string[]
    readonly note: string
  }[]
}

const FILE = join(import.meta.dirname, '..', '..', 'fixtures', 'shop', 'truth.json')

/** The hand-written truth about the shop fixture. For tests, the demo and benchmarks to judge by; never for the engine. */
export function readShopTruth(): ShopTruth {
  return JSON.parse(readFileSync(FILE, 'utf8')) as ShopTruth
}
