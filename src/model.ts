/**
 * The nouns of the project as plain readonly data, by room of their own; whoever needs one takes it from here. No behaviour
 * lives in them, and they import nothing but each other. Words are those of the design: failure, diagnosis, snapshot,
 * fingerprint, candidate, strategy, evidence, proposal, verification, status, report.
 */
export * from './model/diagnosis.ts'
export * from './model/failure.ts'
export * from './model/locator.ts'
export * from './model/page.ts'
export * from './model/report.ts'
