import { createHash } from 'node:crypto'
import type { HealedFile } from '../engine.ts'
import type { Failure, Proposal, Result, Status, Verification } from '../model.ts'
import { unifiedDiff } from '../source/edits.ts'
import type { PatchSet } from '../source/patch-set.ts'
import { baselineReason } from './baseline-reason.ts'
import type { Cause } from './state.ts'

/** What became of a cause, judged by the runs of its tests with all fixes in place. */
export const statusOf = (cause: Cause, verifyRuns: number): { readonly status: Status; readonly reason: string } => {
  const { verdict } = cause
  if (cause.state !== 'fixed' || !verdict)
    return { status: verdict?.status ?? 'needs_human', reason: verdict?.reason ?? cause.diagnosis.rootCause }
  const cases = [...cause.cases]
  const passed = cases.filter(
    (one) => one.state === 'passed' && one.runs.length >= verifyRuns && one.runs.every((run) => run.passed),
  )
  if (passed.length > 0) {
    const others = cases.length - passed.length
    const rest =
      others > 0
        ? ` ${others} further ${others === 1 ? 'test gets' : 'tests get'} past this step and stop at another.`
        : ''
    return {
      status: 'healed',
      reason: `${verdict.reason} ${passed.length === 1 ? 'The patched test' : `${passed.length} patched tests`} passed ${verifyRuns} ${verifyRuns === 1 ? 'time' : 'times'}.${rest}`,
    }
  }
  const went = cases.filter((one) => one.cause !== cause.signature)
  return went.length > 0
    ? {
        status: 'proposed',
        reason: `${verdict.reason} The patched step passes, but no test that uses it comes to its end: each stops at another failure below.`,
      }
    : { status: 'proposed', reason: `${verdict.reason} It was not run.` }
}

const fileName = (cause: Cause): string => {
  const title = [...cause.cases][0]?.test.title ?? 'fix'
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  return `${slug || 'fix'}-${cause.signature.slice(0, 6)}.patch`
}

/** The diff of one fix alone. */
export const diffOf = (patches: PatchSet, signature: string): string =>
  patches
    .changed([signature])
    .map(({ path, before, after }) => unifiedDiff(path, before, after))
    .join('')

export const resultOf = (cause: Cause, patches: PatchSet, verifyRuns: number): Result => {
  const { status, reason } = statusOf(cause, verifyRuns)
  const { locator: _, suggestions, ...diagnosis } = cause.diagnosis
  const isPatched = cause.state === 'fixed'
  const proposal: Proposal | null = cause.verdict?.proposal
    ? {
        ...cause.verdict.proposal,
        evidence: [...cause.verdict.proposal.evidence, ...baselineReason(cause), ...cause.notes],
        edits: isPatched ? patches.edits(cause.signature).map(({ placed: _placed, ...edit }) => edit) : [],
        diff: isPatched ? diffOf(patches, cause.signature) : '',
        patch: isPatched ? fileName(cause) : null,
      }
    : null
  return {
    tests: [...cause.cases].map(({ test }) => test),
    diagnosis,
    status,
    // Without a proposal there is no other place to say why the page is not known.
    reason: proposal ? reason : [reason, ...unreached(cause)].join(' '),
    proposal,
    verification: verificationOf(cause),
    pictures: cause.pictures,
    // What is healed leaves nothing to be done but the review.
    suggestions: status === 'healed' ? [] : suggestions,
  }
}

const unreached = ({ notes }: Cause): string[] =>
  notes.filter((note) => note.kind === 'live' && !note.for).map(({ text }) => `${text}.`)

/** A fix that was withdrawn for what its step does keeps the runs that showed it. */
const verificationOf = ({ cases, state, effects }: Cause): Verification | null => {
  const isRefused = effects?.verdict === 'different'
  const own = isRefused ? effects.runs : state === 'fixed' ? [...cases].flatMap((one) => one.runs) : []
  const runs = own.map(({ passed, durationMs }) => ({ passed, durationMs }))
  return runs.length > 0 ? { runs, effects: effects?.verdict ?? 'unknown' } : null
}

/** A failure that never came to a healer: flaky, or beyond a limit. */
export const plainResult = (
  failure: Failure,
  status: Extract<Status, 'flaky' | 'skipped'>,
  reason: string,
  runs: Verification['runs'] = [],
): Result => {
  const error = failure.errors[0]
  return {
    tests: [failure.test],
    diagnosis: {
      failureType: 'unknown',
      signature: createHash('sha256').update(`${status}\n${failure.test.id}`).digest('hex').slice(0, 12),
      rootCause: reason,
      affected: failure.test.title,
      expected: null,
      actual: null,
      location: error?.location ?? null,
      message: error?.message ?? '',
    },
    status,
    reason,
    proposal: null,
    verification: runs.length > 0 ? { runs, effects: 'unknown' } : null,
    pictures: { before: null, after: null },
    suggestions: [],
  }
}

/** The fixes that may be delivered, one at a time: each on top of the ones before it. */
export const deliverable = (causes: readonly Cause[], patches: PatchSet, verifyRuns: number) => {
  const healed = causes.filter((cause) => statusOf(cause, verifyRuns).status === 'healed')
  const signatures = healed.map(({ signature }) => signature)
  const before = new Map<string, string>()
  const fixes = healed.map((cause, at) => {
    const files = patches
      .changed(signatures.slice(0, at + 1))
      .flatMap(({ path, before: original, after }): HealedFile[] => {
        const last = before.get(path) ?? original
        before.set(path, after)
        return last === after ? [] : [{ path, before: last, after, signatures: [cause.signature] }]
      })
    return {
      signature: cause.signature,
      title: cause.verdict?.proposal?.description ?? '',
      confidence: cause.verdict?.proposal?.confidence ?? 0,
      files,
    }
  })
  const files = patches.changed(signatures).map(
    ({ path, before: original, after }): HealedFile => ({
      path,
      before: original,
      after,
      signatures: signatures.filter((signature) => patches.edits(signature).some(({ file }) => file === path)),
    }),
  )
  return { files, fixes: fixes.filter((fix) => fix.files.length > 0) }
}
