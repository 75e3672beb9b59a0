import type { EffectsVerdict, FailureType, Problem, Status, Verification } from '../model.ts'

/** How a status is called, what it means to the reader, and what is asked of them. */
export interface StatusWords {
  readonly label: string
  /** What follows the number one, and any other number. */
  readonly counted: readonly [string, string]
  readonly mark: string
  readonly meaning: string
}

export const STATUS_WORDS: Readonly<Record<Status, StatusWords>> = {
  likely_regression: {
    label: 'Likely regression',
    counted: ['likely regression', 'likely regressions'],
    mark: '✖',
    meaning: 'The product probably lost something the test relies on. Nothing was patched; a person decides.',
  },
  needs_human: {
    label: 'Needs a human',
    counted: ['needs a human', 'need a human'],
    mark: '?',
    meaning: 'No repair was possible or certain enough. What is known is shown, for a person to decide.',
  },
  environment: {
    label: 'Environment',
    counted: ['failed by its environment', 'failed by their environment'],
    mark: '!',
    meaning: 'The test failed for a reason outside test and product: network, permission, missing service.',
  },
  proposed: {
    label: 'Proposed',
    counted: ['proposed', 'proposed'],
    mark: '○',
    meaning: 'A patch exists, but it has not been verified by running the patched test.',
  },
  flaky: {
    label: 'Flaky',
    counted: ['flaky', 'flaky'],
    mark: '≈',
    meaning: 'The unpatched test passed when it was run again. Flaky tests are never healed.',
  },
  healed: {
    label: 'Healed',
    counted: ['healed', 'healed'],
    mark: '✔',
    meaning: 'The patched test was run again and passed every time.',
  },
  skipped: { label: 'Skipped', counted: ['skipped', 'skipped'], mark: '–', meaning: 'Not looked at in this run.' },
}

/** Statuses in the order in which a reader should see them. */
export const WORST_FIRST: readonly Status[] = [
  'likely_regression',
  'needs_human',
  'environment',
  'proposed',
  'flaky',
  'healed',
  'skipped',
]

export const FAILURE_WORDS: Readonly<Record<FailureType, string>> = {
  selector_not_found: 'selector not found',
  timeout: 'timeout',
  assertion_mismatch: 'assertion mismatch',
  resource_not_found: 'resource not found',
  api_changed: 'API changed',
  field_renamed: 'field renamed',
  permission_denied: 'permission denied',
  connection_error: 'connection error',
  unknown: 'unknown failure',
}

export const EFFECT_WORDS: Readonly<Record<EffectsVerdict, string>> = {
  same: 'the healed step did the same as when the test was last green',
  explained: 'the healed step did something else than when the test was last green, and the commits explain it',
  different: 'the healed step did something else than when the test was last green',
  unknown: 'there was no green run to compare the healed step with',
}

/** `2/2 passed`, or null where nothing was run. */
export function countRuns(verification: Verification | null): string | null {
  if (verification === null || verification.runs.length === 0) return null
  const passed = verification.runs.filter((run) => run.passed).length
  return `${passed}/${verification.runs.length} passed`
}

/** Two decimals; what would round to a certainty or an impossibility says so in words. */
export function probability(value: number): string {
  if (!Number.isFinite(value)) return 'unknown'
  if (value > 0.99 && value < 1) return 'above 0.99'
  if (value > 0 && value < 0.01) return 'below 0.01'
  return Math.min(1, Math.max(0, value)).toFixed(2)
}

/** What a calibrated confidence says, as a sentence. */
export function confidenceMeaning(confidence: number): string {
  const hundred = Math.round(Math.min(0.99, Math.max(0.01, confidence)) * 100)
  return `Of 100 repairs shown at this confidence, about ${hundred} are what a maintainer would merge.`
}

/** What a problem is about, where its message does not say so itself. */
export function problemSubject({ subject, message }: Problem): string | null {
  return subject === undefined || subject === '' || message.includes(subject) ? null : subject
}

/** `840 ms`, `3.2 s`, `4 min 05 s`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return 'unknown'
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}
