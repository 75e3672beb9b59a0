import type { FailureType, SourceLocation } from './failure.ts'
import type { ActionKind, LocatorSource } from './locator.ts'

/** A classified failure; `signature` is the same for the same cause across tests and runs (12 hex digits). */
export interface Diagnosis {
  readonly failureType: FailureType
  readonly signature: string
  /** One sentence. */
  readonly rootCause: string
  /** The locator, field, resource or API that broke, as a person would name it. */
  readonly affected: string
  readonly expected: string | null
  readonly actual: string | null
  /** Where a fix would go: the definition of the target, not merely its use. */
  readonly location: SourceLocation | null
  readonly message: string
  /** Only for failures about an element. */
  readonly locator?: BrokenLocator
  readonly suggestions: readonly string[]
}

/** The broken locator: what was run, and the source that built it where it was found. */
export interface BrokenLocator {
  /** Selector in Playwright's internal form, frames included, e.g. `internal:testid=[data-testid="buy"s]`. */
  readonly selector: string
  readonly action: ActionKind
  /** The step's title as the author sees it, e.g. `Click getByTestId('buy')`. */
  readonly step: string
  /** The expression in the source that builds it; absent where it could not be found. */
  readonly source?: LocatorSource
}
