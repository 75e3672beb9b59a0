import { STRATEGIES } from '../../strategies/index.ts'
import { withRenames } from '../evidence/rename-map.ts'
import type { History } from '../evidence/weigh.ts'
import type { CodeView, HealContext, Probe, ProbeAnswer, Verdict } from '../healers/contract.ts'
import { healerFor } from '../healers/index.ts'
import { EMPTY } from '../history/events.ts'
import { preferredOrder } from '../history/priors.ts'
import type { Diagnosis, Edit, Failure, Evidence as Reason } from '../model.ts'
import { checkPatch } from '../source/guard.ts'
import type { PatchSet, Place, ReadFile } from '../source/patch-set.ts'
import { askOutside } from './ask-outside.ts'
import { askFallback, askOwnHealers } from './ask-own.ts'
import { hearOwn, priorAt } from './extensions.ts'
import type { FailingPage } from './failing-page.ts'
import type { Run } from './run.ts'
import type { Cause } from './state.ts'
import { inLightOf } from './troubled.ts'

/** What a healer can see and ask beyond a page. */
export interface Beyond {
  readonly code: CodeView | null
  readonly failures: readonly Failure[]
  readonly repeated: boolean
  readonly healedBefore: NonNullable<HealContext['healedBefore']>
  readonly pageSource: string | null
  measure(edits: readonly Edit[], limitMs: number): Promise<{ passed: boolean; durationMs: number } | null>
}

/**
 * Asks the project's own healers of a failure type, then ours, then the fallback; carries out the probes that ours asks for.
 */
export const askHealer = async (
  run: Run,
  cause: Cause,
  diagnosis: Diagnosis,
  page: FailingPage | null,
  history: History,
  beyond: Beyond | null = null,
  read: ReadFile = () => null,
): Promise<Verdict> => {
  const target = cause.lost?.target ?? null
  const context: HealContext = {
    threshold: run.config.confidenceThreshold,
    baseline: {
      source: cause.baseline,
      target,
      others: cause.lost?.others ?? [],
      matches: cause.lost?.matches ?? 1,
    },
    page: page?.index ?? null,
    isPageEarly: page?.isEarly ?? false,
    ...(page?.doubt ? { pageDoubt: page.doubt } : {}),
    refuted: cause.refuted,
    history: withRenames(history, run.own?.renames),
    strategiesOff: run.config.strategies.off,
    ownTestimonies: await hearOwn(run.own, target, page),
    ...preferredOf(run),
    ...(run.own ? { renames: run.own.renames } : {}),
    chosen: run.config.chosen?.find(({ signature }) => signature === cause.signature) ?? null,
    ...(beyond?.code
      ? {
          code: beyond.code,
          failures: beyond.failures,
          repeated: beyond.repeated,
          healedBefore: beyond.healedBefore,
          pageSource: beyond.pageSource,
        }
      : {}),
    ci: run.config.ci,
  }
  const own =
    (await askOwnHealers(run, cause, diagnosis, context, read)) ?? (await askOutside(run, cause, diagnosis, context))
  if (own) return own
  const verdict = inLightOf(cause.troubles, await askBuiltIn(cause, diagnosis, context, page, beyond))
  // A page that may have been loading still says nothing of the next time.
  if ((page?.isEarly || page?.doubt) && verdict.status !== 'proposed') cause.inconclusive = true
  return askFallback(run, cause, diagnosis, context, read, verdict)
}

const askBuiltIn = async (
  cause: Cause,
  diagnosis: Diagnosis,
  context: HealContext,
  page: FailingPage | null,
  beyond: Beyond | null,
): Promise<Verdict> => {
  const healer = healerFor(diagnosis.failureType)
  if (!healer) return withoutHealer(cause)
  const healing = healer.heal(diagnosis, context)
  let next = healing.next()
  while (!next.done) {
    next = healing.next(await answer(next.value, page, beyond))
  }
  return next.value
}

/** The order of strategies, where people's verdicts, the settings or strategies of the project's own change it. */
const preferredOf = ({ config, memory, own }: Run): Pick<HealContext, 'preferred'> => {
  const known = [...STRATEGIES, ...(own?.strategies ?? []).map((one) => ({ ...one, prior: priorAt(one.priority) }))]
  const order = preferredOrder(
    known.toSorted((a, b) => b.priority - a.priority),
    memory?.history ?? EMPTY,
    config.strategies.order ?? [],
  )
  return STRATEGIES.every(({ name }, at) => order[at] === name) ? {} : { preferred: order }
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
    failureType: cause.verdict?.failureType ?? cause.diagnosis.failureType,
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
