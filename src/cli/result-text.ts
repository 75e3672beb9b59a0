import type { Report, Result } from '../model.ts'
import { headline, orderResults } from '../report/summary.ts'
import { cut, oneLine, showHidden } from '../report/visible.ts'
import {
  confidenceMeaning,
  count,
  countRuns,
  EFFECT_WORDS,
  FAILURE_WORDS,
  probability,
  problemSubject,
  STATUS_WORDS,
} from '../report/words.ts'
import type { painter } from './context.ts'

/** Text for a terminal. Everything from a report is shown with its control characters made visible. */
export type Paint = ReturnType<typeof painter>

const STATUS_STYLE = {
  likely_regression: 'red',
  needs_human: 'yellow',
  environment: 'magenta',
  proposed: 'blue',
  flaky: 'yellow',
  healed: 'green',
  skipped: 'dim',
} as const

/** The outcome of a run in a screenful: worst first, two lines per result. */
export function summaryText(report: Report, paint: Paint): string {
  const lines = [paint('bold', headline(report.summary)), '']
  for (const result of orderResults(report.results)) {
    lines.push(titleLine(result, paint), `    ${testsLine(result)}`)
    if (!isPatched(result)) lines.push(`    ${cut(oneLine(result.reason), 300)}`)
  }
  if (report.results.length > 0) lines.push('')
  for (const problem of report.problems) {
    const about = problemSubject(problem)
    const subject = about === null ? '' : `${oneLine(about)}: `
    lines.push(
      `${paint('yellow', '!')} ${cut(`${subject}${oneLine(problem.message)} ${oneLine(problem.remedy)}`, 600)}`,
    )
  }
  return `${lines.join('\n').trimEnd()}\n`
}

/** One result on one line: status, old → new, confidence, signature. */
export function titleLine(result: Result, paint: Paint): string {
  const words = STATUS_WORDS[result.status]
  const { proposal, diagnosis } = result
  const status = paint(STATUS_STYLE[result.status], `${words.mark} ${words.label.padEnd(17)}`)
  const what =
    proposal !== null && proposal.edits.length > 0
      ? `${shortCode(proposal.old)} → ${shortCode(proposal.new)}`
      : shortCode(diagnosis.affected)
  return `${status} ${what}  ${paint('dim', `${scoreText(result)}${oneLine(diagnosis.signature)}`)}`
}

/** Everything the report knows of one result: evidence, candidates, what each strategy says. */
export function explainText(result: Result, paint: Paint, threshold?: number): string {
  const { diagnosis, proposal } = result
  const place = diagnosis.location
  const sections: (string | null)[] = [
    [
      titleLine(result, paint),
      `${oneLine(result.reason)}`,
      '',
      `${oneLine(diagnosis.rootCause)}`,
      `${FAILURE_WORDS[diagnosis.failureType]}${place === null ? '' : `, defined at ${oneLine(place.file)}:${place.line}`}`,
      ...(diagnosis.expected === null ? [] : [`expected: ${oneLine(diagnosis.expected)}`]),
      ...(diagnosis.actual === null ? [] : [`actual:   ${oneLine(diagnosis.actual)}`]),
    ].join('\n'),
    section(
      'Tests',
      result.tests.map(
        (t) =>
          `${oneLine(t.title)}${t.project ? ` (${oneLine(t.project)})` : ''}  ${oneLine(t.file)}${t.line ? `:${t.line}` : ''}`,
      ),
      paint,
    ),
    proposal === null ? null : section('Confidence', confidenceLines(result, threshold), paint),
    evidenceText(result, paint),
    section('Candidates', candidateLines(result), paint),
    section('Strategies', voteLines(result), paint),
    section('Verification', verificationLines(result), paint),
    proposal === null || proposal.diff === '' ? null : `${paint('bold', 'Patch')}\n${diffText(proposal.diff, paint)}`,
    section('What you can do', result.suggestions.map(oneLine), paint),
  ]
  return `${sections.filter((text) => text !== null).join('\n\n')}\n`
}

/** For and against, the weightiest first. */
export function evidenceText(result: Result, paint: Paint): string | null {
  const items = [...(result.proposal?.evidence ?? [])].sort((a, b) => b.weight - a.weight)
  const lines = items.map((item) => {
    const mark = item.for ? paint('green', '+') : paint('red', '−')
    return `${mark} ${oneLine(item.text)} ${paint('dim', `(${item.kind}, ${item.weight.toFixed(2)})`)}`
  })
  return section('Evidence', lines, paint)
}

/** A unified diff, coloured by line. */
export function diffText(diff: string, paint: Paint): string {
  return showHidden(diff)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      if (line.startsWith('+')) return paint('green', line)
      if (line.startsWith('-')) return paint('red', line)
      return line.startsWith('@@') ? paint('cyan', line) : line
    })
    .join('\n')
}

export function testsLine(result: Result): string {
  const first = result.tests[0]
  if (first === undefined) return ''
  const more = result.tests.length > 1 ? ` and ${count(result.tests.length - 1, 'more test')}` : ''
  return `${cut(oneLine(first.title), 160)}${more}`
}

function section(title: string, lines: readonly string[], paint: Paint): string | null {
  return lines.length === 0 ? null : [paint('bold', title), ...lines.map((line) => `  ${line}`)].join('\n')
}

function confidenceLines({ proposal }: Result, threshold?: number): string[] {
  if (proposal === null) return []
  const asked = threshold === undefined ? '' : `, asked for: above ${threshold}`
  const isPatch = proposal.edits.length > 0
  return [
    `${probability(proposal.confidence)} for ${isPatch ? 'this repair' : 'the best candidate'}${asked}`,
    `${probability(proposal.absent)} that the target is gone`,
    ...(isPatch ? [confidenceMeaning(proposal.confidence)] : []),
  ]
}

function candidateLines({ proposal }: Result): string[] {
  if (proposal === null) return []
  const others = proposal.alternatives.map(
    (item, at) => `${at + 1}. ${probability(item.confidence).padEnd(10)} ${oneLine(item.locator)}`,
  )
  if (proposal.edits.length === 0) return others
  return [
    `   ${probability(proposal.confidence).padEnd(10)} ${oneLine(proposal.new)}  (chosen, by ${oneLine(proposal.strategy)})`,
    ...others,
  ]
}

function voteLines({ proposal }: Result): string[] {
  const own = proposal !== null && proposal.edits.length > 0 ? 'this element' : 'best candidate'
  return (proposal?.strategies ?? []).map((vote) => {
    const verdict = vote.agrees ? own : vote.locator === null ? 'silent' : 'another element'
    return `${oneLine(vote.name).padEnd(12)} ${verdict.padEnd(16)} ${vote.locator === null ? '' : oneLine(vote.locator)}`.trimEnd()
  })
}

function verificationLines({ verification }: Result): string[] {
  const runs = countRuns(verification)
  return verification === null || runs === null ? [] : [`${runs}; ${EFFECT_WORDS[verification.effects]}`]
}

function scoreText(result: Result): string {
  if (result.proposal === null) return ''
  return result.status === 'likely_regression'
    ? `gone ${probability(result.proposal.absent)}  `
    : `${probability(result.proposal.confidence)}  `
}

function isPatched(result: Result): boolean {
  return result.proposal !== null && result.proposal.edits.length > 0
}

function shortCode(value: string): string {
  return cut(oneLine(value), 120)
}
