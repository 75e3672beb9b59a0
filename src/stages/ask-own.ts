import { type AnswerContext, readAnswer } from '../healers/answer.ts'
import type { HealContext, OwnContext, Verdict } from '../healers/contract.ts'
import type { Diagnosis, Problem } from '../model.ts'
import type { ReadFile } from '../source/patch-set.ts'
import type { Run } from './run.ts'
import type { Cause } from './state.ts'

const LIMITS = { files: 30, fileLength: 200_000, changes: 2_000, fallbackMs: 120_000 } as const

/**
 * Asks the project's own healers of a failure type, one after the other; null where none has an answer. What is no answer
 * is reported by the name of its module, and the next is asked.
 */
export const askOwnHealers = async (
  run: Run,
  cause: Cause,
  diagnosis: Diagnosis,
  context: HealContext,
  read: ReadFile,
): Promise<Verdict | null> => {
  if (cause.withoutOwn) return null
  const healers = run.own?.healers.filter(({ failureType }) => failureType === diagnosis.failureType) ?? []
  for (const healer of healers) {
    const answer = await healer.heal(plain(diagnosis), ownContext(cause, diagnosis, context, read))
    if (answer === null || answer === undefined) continue
    const asked = answerContext(diagnosis, context, healer.file, 'strategy', read)
    const first = readAnswer(answer, asked)
    const isChosen = typeof first !== 'string' && first.proposal?.new === context.chosen?.candidate
    // What a person chose was shown to them because it did not reach the threshold.
    const verdict = isChosen ? readAnswer(answer, { ...asked, threshold: -1 }) : first
    if (typeof verdict !== 'string') return verdict
    run.report(unusable(`The healer ${healer.file}`, cause, verdict, healer.file))
  }
  return null
}

/** Asks the fallback where every healer was silent: nothing was found that a person could choose from. */
export const askFallback = async (
  run: Run,
  cause: Cause,
  diagnosis: Diagnosis,
  context: HealContext,
  read: ReadFile,
  verdict: Verdict,
): Promise<Verdict> => {
  const { fallback } = run
  const isSilent = verdict.status === 'needs_human' && (verdict.proposal?.alternatives.length ?? 0) === 0
  if (!fallback || !isSilent || cause.withoutOwn) return verdict
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(LIMITS.fallbackMs)])
  try {
    const given = ownContext(cause, diagnosis, context, read)
    const answer = await untilAborted(fallback.heal(plain(diagnosis), given, signal), signal)
    if (answer === null || answer === undefined) return verdict
    const read_ = readAnswer(answer, answerContext(diagnosis, context, fallback.name, 'ai', read))
    if (typeof read_ !== 'string') return read_
    run.report(unusable(fallback.name, cause, read_, fallback.name))
  } catch (error) {
    run.signal.throwIfAborted()
    run.report(unusable(fallback.name, cause, error instanceof Error ? error.message : String(error), fallback.name))
  }
  return verdict
}

const untilAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new Error('it took too long')), { once: true }),
    ),
  ])

const answerContext = (
  { failureType }: Diagnosis,
  { threshold }: HealContext,
  by: string,
  kind: AnswerContext['kind'],
  read: ReadFile,
): AnswerContext => ({ threshold, failureType, by, kind, read })

/** What the answer of one that is not our own came to when it was held against the guard. */
export const refusedOwn = (cause: Cause, by: string, reason: string): Problem =>
  unusable(by, cause, `its patch was refused: ${reason}`, by)

const unusable = (who: string, cause: Cause, what: string, subject: string): Problem => ({
  message: `${who} was asked about ${cause.diagnosis.affected.slice(0, 120)}, and ${what.replaceAll(/\s+/g, ' ').slice(0, 300)}.`,
  remedy: 'Mend what it answers (docs/extending.md says what is expected); the run went on without it.',
  subject,
})

/** The diagnosis as data that another thread can be sent. */
const plain = (diagnosis: Diagnosis): Diagnosis => {
  const { locator, ...rest } = diagnosis
  if (!locator) return rest
  const { selector, action, step } = locator
  return { ...rest, locator: { selector, action, step } }
}

const ownContext = (cause: Cause, diagnosis: Diagnosis, context: HealContext, read: ReadFile): OwnContext => {
  const failures = context.failures ?? [...cause.cases].map(({ failure }) => failure)
  const files = [
    diagnosis.location?.file,
    diagnosis.locator?.source?.file,
    ...failures.flatMap(({ test, errors }) => [
      test.file,
      ...errors.flatMap(({ stack }) => stack.map(({ file }) => file)),
    ]),
  ]
  const sources: Record<string, string> = {}
  for (const file of new Set(files)) {
    const text = file === undefined || Object.keys(sources).length >= LIMITS.files ? null : read(file)
    if (file !== undefined && text !== null && text.length <= LIMITS.fileLength) sources[file] = text
  }
  const { renames } = context
  const record = (map: ReadonlyMap<string, string> | undefined) => Object.fromEntries(map ?? [])
  return {
    threshold: context.threshold,
    failures: failures.map(({ attachments: _, ...failure }) => ({ ...failure, attachments: [] })),
    sources,
    changes:
      context.history
        ?.slice(0, LIMITS.changes * 5)
        .flatMap(({ file, line, old, new: fresh, commit }) =>
          old === null || fresh === null ? [] : [{ file, line, old, new: fresh, commit: commit.id }],
        )
        .slice(0, LIMITS.changes) ?? null,
    renames: {
      fields: record(renames?.fields),
      resources: record(renames?.resources),
      locators: record(renames?.locators),
    },
  }
}
