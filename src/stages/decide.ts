import type { History } from '../evidence/weigh.ts'
import type { CodeView, HealContext, Probe, ProbeAnswer, Verdict } from '../healers/contract.ts'
import { healerFor } from '../healers/index.ts'
import type { Diagnosis, Edit, Failure, Evidence as Reason } from '../model.ts'
import { checkPatch } from '../source/guard.ts'
import type { PatchSet, Place } from '../source/patch-set.ts'
import { askOutside } from './ask-outside.ts'
import type { FailingPage } from './evidence.ts'
import type { Run } from './run.ts'
import type { Cause } from './state.ts'

/** What a healer can see and ask beyond a page. */
export interface Beyond {
  readonly code: CodeView | null
  readonly failures: readonly Failure[]
  readonly repeated: boolean
  measure(edits: readonly Edit[], limitMs: number): Promise<{ passed: boolean; durationMs: number } | null>
}

/** Asks the healer of a failure type, and carries out the probes it asks for. */
export const askHealer = async (
  run: Run,
  cause: Cause,
  diagnosis: Diagnosis,
  page: FailingPage | null,
  history: History,
  beyond: Beyond | null = null,
): Promise<Verdict> => {
  const context: HealContext = {
    threshold: run.config.confidenceThreshold,
    baseline: {
      source: cause.baseline,
      target: cause.lost?.target ?? null,
      others: cause.lost?.others ?? [],
      matches: cause.lost?.matches ?? 1,
    },
    page: page?.index ?? null,
    isPageEarly: page?.isEarly ?? false,
    refuted: cause.refuted,
    history,
    strategiesOff: run.config.strategies.off,
    ...(beyond?.code ? { code: beyond.code, failures: beyond.failures, repeated: beyond.repeated } : {}),
    ci: run.config.ci,
  }
  const own = await askOutside(run, cause, diagnosis, context)
  if (own) return own
  const healer = healerFor(diagnosis.failureType)
  if (!healer) return withoutHealer(cause)
  const healing = healer.heal(diagnosis, context)
  let next = healing.next()
  while (!next.done) {
    next = healing.next(await answer(next.value, page, beyond))
  }
  return next.value
}

const answer = async (probe: Probe, page: FailingPage | null, beyond: Beyond | null): Promise<ProbeAnswer> => {
  if (probe.kind === 'measure')
    return { kind: 'measure', measured: (await beyond?.measure(probe.edits, probe.limitMs)) ?? null }
  const match = async (selector: string) => (page ? page.view.match(selector).catch(() => null) : null)
  return { kind: 'match', matches: await Promise.all(probe.selectors.map(match)) }
}

/** The seam for what no healer knows: what is known is said, and a person is asked. */
const withoutHealer = ({ diagnosis }: Cause): Verdict => ({
  status: 'needs_human',
  reason: diagnosis.rootCause,
  proposal: null,
  winner: null,
})

export type Guarded =
  | { readonly outcome: 'added' }
  | { readonly outcome: 'deferred' | 'refused'; readonly reason: string }

/**
 * Adds edits to a cause's fix, if the guard lets them pass: only files that may be patched, and in them nothing but what
 * the failure type allows. `deferred` where another fix of the same round changes the same place: it comes first.
 */
export const guardFix = async (
  cause: Cause,
  edits: readonly Edit[],
  place: Place,
  patches: PatchSet,
  suite: { readonly mayPatch: (file: string) => string | null; readonly files: readonly string[] },
): Promise<Guarded> => {
  for (const { file } of edits) {
    const reason = suite.mayPatch(file)
    if (reason) return { outcome: 'refused', reason }
  }
  const placed = place(edits)
  if (typeof placed === 'string') return { outcome: 'deferred', reason: placed }
  const earlier = patches.edits(cause.signature)
  const clash = patches.add(cause.signature, [...earlier, ...placed])
  if (clash) return { outcome: 'deferred', reason: clash }
  const changed = patches.changed([cause.signature])
  const checked = await checkPatch({
    before: new Map(changed.map(({ path, before }) => [path, before])),
    after: new Map(changed.map(({ path, after }) => [path, after])),
    failureType: cause.diagnosis.failureType,
    allowedFiles: changed.map(({ path }) => path),
    readFile: patches.read,
    context: new Map(suite.files.flatMap((file) => [[file, patches.read(file) ?? ''] as const])),
  })
  if (checked.ok) return { outcome: 'added' }
  if (earlier.length > 0) patches.add(cause.signature, earlier)
  else patches.remove(cause.signature)
  return { outcome: 'refused', reason: checked.violations.join(' ') }
}

/** A verdict turned down after the fact, with the reason beside the evidence it had. */
export const turnDown = (verdict: Verdict, reason: string, evidence: readonly Reason[] = []): Verdict => ({
  ...verdict,
  status: 'needs_human',
  reason,
  proposal: verdict.proposal
    ? { ...verdict.proposal, edits: [], evidence: [...verdict.proposal.evidence, ...evidence] }
    : null,
})
