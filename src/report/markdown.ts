import type { Problem, Report } from '../model.ts'
import { STAGES } from '../model.ts'
import { byteLength, fitBlocks, type Variants } from './fit.ts'
import { mdCode, mdLink, mdText } from './markdown-escape.ts'
import * as parts from './markdown-parts.ts'
import { headline, orderResults } from './summary.ts'
import { count, duration, problemSubject } from './words.ts'

export interface MarkdownOptions {
  /** Limit of the text in UTF-8 bytes; a job summary may have 1 MiB. */
  readonly maxBytes?: number
  /** Where the HTML report can be opened, where it can be. */
  readonly reportUrl?: string | null
  readonly pullRequestUrl?: string | null
}

/** GitHub's limit of a job summary, with some room for what other steps of the job write around it. */
export const SUMMARY_LIMIT = 1024 * 1024 - 1024

/** The report as a job summary: worst first, a table, then one collapsed section per result. */
export function toMarkdown(report: Report, options: MarkdownOptions = {}): string {
  const results = orderResults(report.results)
  const head = [`## Self-heal: ${headline(report.summary)}`, links(options), runLine(report)].filter((t) => t !== '')
  const tail = [timings(report)]
  const problems = report.problems.map(problemLine)
  let budget = (options.maxBytes ?? SUMMARY_LIMIT) - byteLength([...head, ...tail].join('\n\n')) - RESERVE

  const rows = fitBlocks(
    results.map((result) => row(result)),
    Math.floor(budget * (results.length > 0 ? 0.6 : 0)),
    1,
  )
  budget -= rows.parts.reduce((sum, part) => sum + byteLength(part) + 1, 0)
  const shownProblems = fitBlocks(problems, Math.floor(budget * 0.2), 1)
  budget -= shownProblems.parts.reduce((sum, part) => sum + byteLength(part) + 1, 0)
  const details = fitBlocks(results.slice(0, rows.parts.length).map(parts.detailsBlock), budget)

  const sections = [...head]
  if (rows.parts.length > 0) sections.push([...TABLE_HEAD, ...rows.parts].join('\n'))
  if (rows.dropped > 0)
    sections.push(`${count(rows.dropped, 'more result')} not shown here for size; the report has all.`)
  if (details.parts.length > 0) sections.push('### Details', ...details.parts)
  if (details.dropped > 0 && details.dropped > rows.dropped)
    sections.push(`Details of ${count(details.dropped, 'result')} are left out here for size; the report has all.`)
  if (shownProblems.parts.length > 0) sections.push('### Problems of the run', shownProblems.parts.join('\n'))
  if (shownProblems.dropped > 0) sections.push(`and ${count(shownProblems.dropped, 'more problem')}`)
  return `${[...sections, ...tail].join('\n\n')}\n`
}

/** Bytes for headings and the sentences that say what was left out. */
const RESERVE = 1_200

const TABLE_HEAD = [
  '| Status | Test | Old → new | Strategy | Confidence | Verification |',
  '| --- | --- | --- | --- | --- | --- |',
]

function row(result: Report['results'][number]): Variants {
  const cells = [
    parts.statusCell(result),
    parts.testCell(result),
    parts.changeCell(result),
    parts.strategyCell(result),
    parts.confidenceCell(result),
    parts.verificationCell(result),
  ]
  return [`| ${cells.join(' | ')} |`]
}

function links(options: MarkdownOptions): string {
  const shown = []
  if (options.pullRequestUrl) shown.push(mdLink('Pull request', options.pullRequestUrl))
  if (options.reportUrl) shown.push(mdLink('Full report', options.reportUrl))
  return shown.join(' · ')
}

const BASELINES: Readonly<Record<Report['run']['baselineSource'], string>> = {
  'green-trace': 'traces of the last green run',
  store: 'the baseline store',
  rerun: 'a run of the last green commit',
  none: 'nothing: no green run was found',
}

function runLine({ run }: Report): string {
  const commit = run.commit === null ? '' : `Commit ${mdCode(run.commit.slice(0, 12))}. `
  const since = run.baselineCommit === null ? '' : ` (${mdCode(run.baselineCommit.slice(0, 12))})`
  const broken = run.reached === 'done' ? '' : ` **The run ended early, in the stage "${run.reached}".**`
  return `${commit}What elements were is known from ${BASELINES[run.baselineSource]}${since}.${broken}`
}

function timings({ run }: Report): string {
  const stages = STAGES.filter((stage) => run.timings[stage] > 0).map((s) => `${s} ${duration(run.timings[s])}`)
  return `<sub>${duration(run.durationMs)}${stages.length > 0 ? `: ${stages.join(' · ')}` : ''}</sub>`
}

function problemLine(problem: Problem): Variants {
  const about = problemSubject(problem)
  const subject = about === null ? '' : `${mdCode(about, 160)}: `
  return [
    `- ${subject}${mdText(problem.message, 500)} ${mdText(problem.remedy, 300)}`,
    `- ${mdText(problem.message, 120)}`,
  ]
}
