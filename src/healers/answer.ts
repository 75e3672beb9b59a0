import { type Edit, type Evidence, FAILURE_TYPES, type FailureType } from '../model.ts'
import type { ProposalDraft, Verdict } from './contract.ts'

const LIMITS = { text: 500, edits: 20, edit: 2_000, evidence: 10 } as const
const CEILING = 0.99
const STATUSES = ['proposed', 'needs_human', 'likely_regression', 'environment'] as const

export interface AnswerContext {
  readonly threshold: number
  /** What the failure was diagnosed as. */
  readonly failureType: FailureType
  /** Who answered, for the evidence. */
  readonly by: string
  readonly kind: Extract<Evidence['kind'], 'strategy' | 'ai'>
  /** A file with the fixes made so far; null where there is none. */
  readonly read: (file: string) => string | null
}

/**
 * Reads what a healer that is not our own answered. It may be anything: what is not of the form is refused with a reason,
 * texts are cut, and every edit must replace what really stands there.
 */
export const readAnswer = (answer: unknown, context: AnswerContext): Verdict | string => {
  if (!isRecord(answer)) return 'it answered with something that is no object'
  const status = STATUSES.find((one) => one === (answer.status ?? 'proposed'))
  if (status === undefined) return 'its `status` is none of proposed, needs_human, likely_regression, environment'
  const reason = text(answer.reason)
  if (reason === null || reason.trim() === '') return 'it gives no `reason`'
  const confidence = answer.confidence ?? 0.5
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1))
    return 'its `confidence` is not from 0 to 1'
  const failureType = failureTypeOf(answer.failureType, context)
  if (failureType === null) return 'its `failureType` is none, or contradicts the diagnosis'
  const said = sentences(answer.evidence)
  if (said === null) return 'its `evidence` is no list of sentences'
  const texts = [answer.description ?? reason, answer.old ?? '', answer.new ?? ''].map(text)
  const [description, old, fresh] = texts
  if (description == null || old == null || fresh == null) return 'its `description`, `old` or `new` is no text'
  const edits = status === 'proposed' ? readEdits(answer.edits, context.read) : []
  if (typeof edits === 'string') return edits
  const [first] = edits
  const shown: ProposalDraft = {
    description,
    old: old || first?.old.slice(0, LIMITS.text) || '',
    new: fresh || first?.new.slice(0, LIMITS.text) || '',
    strategy: context.by.slice(0, 60),
    confidence: Math.min(CEILING, confidence),
    absent: status === 'likely_regression' ? confidence : 0,
    edits,
    evidence: [reason, ...said].map((each) => ({
      kind: context.kind,
      for: status === 'proposed',
      weight: 0.5,
      text: `${context.by}: ${each}`,
    })),
    strategies: [],
    alternatives: [],
  }
  const own = { by: context.by, winner: null, ...(failureType === context.failureType ? {} : { failureType }) }
  if (status !== 'proposed') return { ...own, status, reason, proposal: { ...shown, new: '' } }
  if (confidence > context.threshold) return { ...own, status, reason, proposal: shown }
  return {
    ...own,
    status: 'needs_human',
    reason: `${reason} It reaches ${Math.round(confidence * 100)} %, and more than ${Math.round(context.threshold * 100)} % is asked for.`,
    proposal: { ...shown, edits: [], alternatives: [{ locator: shown.new, confidence: shown.confidence }] },
  }
}

/** Only what was diagnosed as nothing may be said to be something else. */
const failureTypeOf = (value: unknown, { failureType }: AnswerContext): FailureType | null => {
  if (value === undefined || value === failureType) return failureType
  const type = FAILURE_TYPES.find((one) => one === value)
  return type !== undefined && failureType === 'unknown' ? type : null
}

const readEdits = (value: unknown, read: AnswerContext['read']): readonly Edit[] | string => {
  if (!Array.isArray(value) || value.length === 0) return 'it proposes no `edits`'
  if (value.length > LIMITS.edits) return `it proposes more than ${LIMITS.edits} edits`
  const edits: Edit[] = []
  for (const one of value as unknown[]) {
    const edit = readEdit(one, read)
    if (typeof edit === 'string') return edit
    edits.push(edit)
  }
  return edits
}

const readEdit = (value: unknown, read: AnswerContext['read']): Edit | string => {
  if (!isRecord(value)) return 'one of its edits is no object'
  const { file, old, new: fresh, start, end, line } = value
  if (typeof file !== 'string' || typeof old !== 'string' || typeof fresh !== 'string')
    return 'one of its edits lacks `file`, `old` or `new`'
  if (old === '' || old.length > LIMITS.edit || fresh.length > LIMITS.edit)
    return 'one of its edits is empty or too long'
  const source = read(file)
  if (source === null) return `there is no file ${file.slice(0, 200)}`
  if (typeof line === 'number') return editInLine({ file, old, new: fresh }, line, source)
  if (typeof start !== 'number' || typeof end !== 'number') return 'one of its edits has neither offsets nor a `line`'
  if (source.slice(start, end) !== old) return `${file.slice(0, 200)} holds something else at ${start}`
  return { file, start, end, old, new: fresh }
}

const editInLine = (edit: Pick<Edit, 'file' | 'old' | 'new'>, line: number, source: string): Edit | string => {
  const lines = source.split('\n')
  const within = lines[line - 1]
  const at = within?.indexOf(edit.old) ?? -1
  if (within === undefined || at < 0)
    return `line ${line} of ${edit.file.slice(0, 200)} does not hold what is to be replaced`
  if (within.indexOf(edit.old, at + 1) >= 0) return `line ${line} of ${edit.file.slice(0, 200)} holds it more than once`
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + at
  return { ...edit, start, end: start + edit.old.length }
}

const sentences = (value: unknown): readonly string[] | null => {
  if (value === undefined) return []
  if (!Array.isArray(value)) return null
  const read = (value as unknown[]).slice(0, LIMITS.evidence).map(text)
  return read.every((one) => one !== null) ? read : null
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, LIMITS.text) : null)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
