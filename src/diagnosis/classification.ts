import type { BrokenLocator, FailureType } from '../model.ts'

/** What a failure is about; the signature and the place in the source are found afterwards. */
export interface Classification {
  readonly failureType: FailureType
  /** One sentence. */
  readonly rootCause: string
  readonly affected: string
  readonly expected: string | null
  readonly actual: string | null
  readonly suggestions: readonly string[]
  /** For failures about an element whose selector the trace tells. */
  readonly locator?: Omit<BrokenLocator, 'source'>
  /** The locator as the report writes it, also where there is no trace. */
  readonly locatorText?: string
}
