import type { Report, Result } from '../model.ts'
import { orderResults } from '../report/index.ts'
import { STATUS_WORDS } from '../report/words.ts'

/** A line in the margin of a file. Lines count from 1. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
  readonly file?: string
  readonly line?: number
}

/** GitHub shows this many of each level per step and drops the rest. */
const MAX_PER_LEVEL = 10

const LEVELS: Readonly<Record<Result['status'], Annotation['level'] | null>> = {
  likely_regression: 'error',
  needs_human: 'warning',
  environment: 'warning',
  proposed: 'notice',
  healed: 'notice',
  flaky: 'notice',
  skipped: null,
}

/** What is said in the margins: the worst first, at most ten of each level; the last of a full level counts the rest. */
export function annotationsOf(report: Report): Annotation[] {
  const all = orderResults(report.results).flatMap((result) => annotationOf(result) ?? [])
  const problems = report.problems.map(
    (problem): Annotation => ({
      level: 'warning',
      title: 'Self-heal',
      message: `${problem.message} ${problem.remedy}`.slice(0, 1_000),
    }),
  )
  return limit([...all, ...problems])
}

function annotationOf(result: Result): Annotation | null {
  const level = LEVELS[result.status]
  if (level === null) return null
  const place = result.diagnosis.location
  const change = result.proposal?.new && result.status === 'healed' ? ` → ${result.proposal.new}` : ''
  return {
    level,
    title: STATUS_WORDS[result.status].label,
    message: `${result.diagnosis.affected}${change}: ${result.reason} (${result.diagnosis.signature})`.slice(0, 1_000),
    ...(place === null ? {} : { file: place.file, line: Math.max(1, place.line) }),
  }
}

function limit(annotations: readonly Annotation[]): Annotation[] {
  return (['error', 'warning', 'notice'] as const).flatMap((level) => {
    const some = annotations.filter((annotation) => annotation.level === level)
    if (some.length <= MAX_PER_LEVEL) return some
    const rest = some.length - MAX_PER_LEVEL + 1
    const last: Annotation = { level, title: 'Self-heal', message: `and ${rest} more; the job summary has all.` }
    return [...some.slice(0, MAX_PER_LEVEL - 1), last]
  })
}
