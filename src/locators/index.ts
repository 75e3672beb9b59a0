import { cypress } from './cypress.ts'
import type { Dialect } from './dialect.ts'
import { playwright } from './playwright.ts'

/** All dialects. A new one is a file beside these and a line here. */
export const DIALECTS: readonly Dialect[] = [playwright, cypress]

export type { Dialect, ParsedLocator } from './dialect.ts'
