import { createHash } from 'node:crypto'
import { simpleGit } from 'simple-git'
import type { EngineConfig } from '../engine.ts'
import type { Verdict } from '../healers/contract.ts'
import { type Attempt, EMPTY, type History } from '../history/events.ts'
import { pastOf, type Standing, standingOf } from '../history/standing.ts'
import type { HistoryStore } from '../history/store.ts'
import type { Evidence, Problem, Result } from '../model.ts'
import { VERSION } from '../version.ts'
import type { Cause } from './state.ts'

/** What earlier runs, and people, left behind, and what this run is to be remembered by. */
export interface Memory {
  readonly history: History
  /** Commit of the app; empty where it does not say what is tested. */
  readonly commit: string
  /** Digest of all beside the commit that an outcome depends on. */
  readonly basis: string
  readonly retryRefused: boolean
  /** Signatures that were closed by what is remembered of them. */
  readonly closed: Set<string>
}

/**
 * Reads what is remembered.
 *
 * @param given what else an outcome depends on: extensions as they are, green traces
 */
export const openMemory = async (
  config: EngineConfig,
  store: HistoryStore | undefined,
  commit: string,
  given: readonly string[],
): Promise<{ readonly memory: Memory; readonly problems: readonly Problem[] }> => {
  const loaded = store ? await store.load() : { history: EMPTY, problems: [] }
  const memory: Memory = {
    history: loaded.history,
    commit: (await tellsTheApp(config)) ? commit : '',
    basis: basisOf(config, given),
    retryRefused: config.retryRefused === true,
    closed: new Set(),
  }
  return { memory, problems: loaded.problems }
}

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i

/** A commit says nothing of an app that runs elsewhere, or of files that differ from it. */
const tellsTheApp = async ({ root, baseUrl }: EngineConfig): Promise<boolean> => {
  if (baseUrl !== null && URL.canParse(baseUrl) && !LOOPBACK.test(new URL(baseUrl).hostname)) return false
  try {
    const changed = await simpleGit(root).raw(['--no-optional-locks', 'status', '--porcelain', '--untracked-files=no'])
    return changed.trim() === ''
  } catch {
    return false
  }
}

const basisOf = (config: EngineConfig, given: readonly string[]): string => {
  const { confidenceThreshold, maxRetries, verifyRuns, strategies, testGlobs, artifacts, baseline } = config
  const parts = [
    VERSION,
    confidenceThreshold,
    maxRetries,
    verifyRuns,
    strategies,
    testGlobs,
    artifacts,
    baseline,
    given,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

/** Closes a cause that is not to be tried again, and says why. */
export const recall = (cause: Cause, memory: Memory | undefined): void => {
  if (!memory || cause.state !== 'open' || cause.verdict !== null) return
  const standing = standingOf(memory.history, cause.signature, memory.commit, memory.basis)
  if (standing.kind === 'open' || (standing.kind === 'refused' && memory.retryRefused)) return
  memory.closed.add(cause.signature)
  cause.state = 'closed'
  cause.isRecalled = true
  cause.verdict = verdictOf(standing, cause.signature)
}

const verdictOf = (standing: Exclude<Standing, { kind: 'open' }>, signature: string): Verdict => {
  const again = `\`self-heal heal --retry ${signature}\` or \`/heal retry ${signature}\` tries it again.`
  if (standing.kind === 'refused') {
    const { attempt } = standing
    const reason = `It was refused on this commit before (${attempt.at.slice(0, 10)}): ${attempt.reason} ${again}`
    return {
      status: attempt.outcome === 'likely_regression' ? 'likely_regression' : 'needs_human',
      reason,
      winner: null,
      proposal: {
        description: 'Not tried again on the same commit',
        old: attempt.old,
        new: '',
        strategy: '',
        confidence: attempt.confidence,
        absent: attempt.absent,
        edits: [],
        evidence: [
          { kind: 'history', for: false, weight: 1, text: `Refused on this commit before: ${attempt.reason}` },
        ],
        strategies: [],
        alternatives: attempt.candidates,
      },
    }
  }
  const { decision } = standing
  const who = `${decision.by || 'a person'} (${decision.at.slice(0, 10)})${decision.reason === '' ? '' : `: ${decision.reason}`}`
  return {
    status: standing.kind === 'never' ? 'skipped' : 'needs_human',
    reason:
      standing.kind === 'never'
        ? `It is never healed, by the decision of ${who}. ${again}`
        : `${decision.new === '' ? 'A fix of it' : decision.new} was rejected by ${who}. ${again}`,
    proposal: null,
    winner: null,
  }
}

/** What this run is to be remembered by: conclusive outcomes alone. */
export const attemptsOf = (
  judged: readonly { readonly cause: Cause; readonly result: Result }[],
  memory: Memory,
  at: Date,
): readonly Attempt[] =>
  judged.flatMap(({ cause, result }): Attempt[] => {
    const { status, diagnosis, proposal } = result
    const isConclusive = status === 'healed' || (isRefusal(status) && knewEnough(cause))
    if (!isConclusive || !proposal || memory.closed.has(cause.signature)) return []
    return [
      {
        kind: 'attempt',
        at: at.toISOString(),
        signature: cause.signature,
        commit: memory.commit,
        basis: memory.basis,
        outcome: status === 'healed' || status === 'likely_regression' ? status : 'needs_human',
        failureType: diagnosis.failureType,
        affected: diagnosis.affected.slice(0, 500),
        old: proposal.old.slice(0, 500),
        new: proposal.new.slice(0, 500),
        strategy: proposal.strategy.slice(0, 60),
        confidence: proposal.confidence,
        absent: proposal.absent,
        reason: result.reason.slice(0, 500),
        candidates: proposal.alternatives
          .slice(0, 5)
          .map(({ locator, confidence }) => ({ locator: locator.slice(0, 500), confidence })),
      },
    ]
  })

const isRefusal = (status: Result['status']): boolean => status === 'needs_human' || status === 'likely_regression'

/** A refusal for want of evidence may end otherwise the next time, and so may one that came of an unsteady test. */
const knewEnough = (cause: Cause): boolean =>
  cause.inconclusive !== true && (cause.diagnosis.locator === undefined || cause.baseline !== 'none')

/** A result with what the past says of its signature: as evidence where there is a proposal, else as a suggestion. */
export const withPast = (result: Result, memory: Memory | undefined): Result => {
  const { signature } = result.diagnosis
  const past = memory && !memory.closed.has(signature) ? pastOf(memory.history, signature) : []
  if (past.length === 0) return result
  const { proposal } = result
  if (!proposal) return { ...result, suggestions: [...past, ...result.suggestions] }
  const evidence = past.map(
    (text): Evidence => ({ kind: 'history', for: !text.startsWith('Rejected'), weight: 0, text }),
  )
  return { ...result, proposal: { ...proposal, evidence: [...proposal.evidence, ...evidence] } }
}
