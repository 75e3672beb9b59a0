import type { Report, Result } from '../model.ts'
import { byteLength, type Fitted, fitBlocks, type Variants } from './fit.ts'
import { mdCode, mdLink, mdText } from './markdown-escape.ts'
import * as parts from './markdown-parts.ts'
import { orderResults } from './summary.ts'
import { count, countRuns, probability, STATUS_WORDS } from './words.ts'

export interface PullRequestContext {
  /** Where the HTML report can be opened; null where it is nowhere online. */
  readonly reportUrl: string | null
  /** The run that made this pull request, for "see the log". */
  readonly runUrl?: string | null
  /** Bytes that the whole may have; absent means `BODY_LIMIT`. */
  readonly limit?: number
  /** Bytes that the caller adds to the text itself, such as hidden state. */
  readonly reserve?: number
  /** Signatures whose fixes are in the branch; absent means every healed result. */
  readonly included?: readonly string[]
  /** Signatures whose diffs are shown elsewhere and are left out here. */
  readonly withoutDiff?: readonly string[]
  /** Comment commands that this installation understands, e.g. `/heal retry`. */
  readonly commands?: readonly { readonly command: string; readonly meaning: string }[]
}

/** GitHub's limit of a pull request's or comment's body. */
export const BODY_LIMIT = 65_536

/**
 * The body of the review pull request: a verdict for a reviewer with one minute, what was *not* repaired, the confidence
 * table, the diffs. It holds no time or date, so that the same outcome gives the same text, and stays within
 * `BODY_LIMIT` UTF-8 bytes by leaving out details from the end on.
 */
export function pullRequestBody(report: Report, context: PullRequestContext): string {
  const results = orderResults(report.results)
  const patched = results.filter((result) => isIncluded(result, context))
  const others = results.filter((result) => !patched.includes(result))
  const lost = others.filter((result) => result.status === 'likely_regression')
  const open = others.filter((result) => result.status !== 'likely_regression' && result.status !== 'flaky')
  const flaky = others.filter((result) => result.status === 'flaky')
  const head = [verdict(patched), openAlert(lost, open)].filter((part) => part !== '')
  const tail = footer(report, context)
  let budget =
    (context.limit ?? BODY_LIMIT) - (context.reserve ?? 0) - byteLength([...head, ...tail].join('\n\n')) - RESERVE
  const take = (blocks: readonly Variants[], share: number, gap: number): Fitted => {
    const fitted = fitBlocks(blocks, Math.floor(budget * share), gap)
    budget -= fitted.parts.reduce((sum, part) => sum + byteLength(part) + gap, 0)
    return fitted
  }

  const lostItems = take(lost.map(openItem), 0.4, 1)
  const rows = take(patched.map(tableRow), 0.5, 1)
  const openItems = take(open.map(openItem), 0.4, 1)
  const flakyItems = take(flaky.map(flakyItem), 0.2, 1)
  const shown = patched
    .slice(0, rows.parts.length)
    .filter(({ diagnosis }) => !context.withoutDiff?.includes(diagnosis.signature))
    .map(parts.diffDetails)
  const diffs = take(
    shown.filter((block) => block !== null),
    1,
    2,
  )

  const sections = [...head, ...listSection('### Likely regressions', lostItems)]
  if (rows.parts.length > 0) {
    sections.push('### Repairs', [...TABLE_HEAD, ...rows.parts].join('\n'), ...more(rows.dropped, ''), MEANING)
  }
  if (diffs.parts.length > 0) sections.push('### Diffs', ...diffs.parts)
  if (diffs.dropped > 0)
    sections.push(`${count(diffs.dropped, 'diff')} left out here for size; the files tab and the report have all.`)
  sections.push(...listSection('### Not repaired', openItems), ...listSection('### Flaky, not touched', flakyItems))
  return `${[...sections, ...tail].join('\n\n')}\n`
}

function listSection(title: string, items: Fitted): string[] {
  return items.parts.length === 0 ? [] : [title, [...items.parts, ...more(items.dropped, '- ')].join('\n')]
}

/** Bytes for headings and the sentences that say what was left out. */
const RESERVE = 1_500

const TABLE_HEAD = [
  '| Test | Old → new | Strategy | Confidence | Evidence | Verification |',
  '| --- | --- | --- | --- | --- | --- |',
]

const MEANING =
  'Confidence is calibrated: of 100 repairs shown at 0.95, about 95 are what a maintainer would merge. Every patch passed the guard, which compares the syntax trees before and after and refuses any change other than the repair itself, such as a weakened assertion, a skipped test or an added wait.'

function isIncluded(result: Result, context: PullRequestContext): boolean {
  if (context.included !== undefined) return context.included.includes(result.diagnosis.signature)
  return result.status === 'healed' && (result.proposal?.edits.length ?? 0) > 0
}

function verdict(patched: readonly Result[]): string {
  if (patched.length === 0) return 'Nothing was repaired.'
  const tests = new Set(patched.flatMap((result) => result.tests.map((test) => `${test.project ?? ''}\n${test.id}`)))
  const files = new Set(patched.flatMap((result) => result.proposal?.edits.map((edit) => edit.file) ?? []))
  const lowest = patched.reduce((min, result) => Math.min(min, result.proposal?.confidence ?? 0), 1)
  const verified = patched.filter((result) => passedAll(result)).length
  return [
    `**${count(patched.length, 'repair')}** for **${count(tests.size, 'failed test')}** in ${count(files.size, 'file')}.`,
    `Lowest confidence: **${probability(lowest)}**.`,
    verified === patched.length
      ? 'Every patched test was run again and passed.'
      : `**${verified} of ${patched.length}** were verified by running the patched tests again.`,
  ].join(' ')
}

function passedAll(result: Result): boolean {
  const runs = result.verification?.runs ?? []
  return countRuns(result.verification) !== null && runs.every((run) => run.passed)
}

function openAlert(lost: readonly Result[], open: readonly Result[]): string {
  const rest =
    open.length === 0 ? '' : `${count(open.length, 'failure')} could not be repaired; they are listed at the end.`
  if (lost.length > 0)
    return `> [!WARNING]\n> **${count(lost.length, 'likely regression')}** not patched: the product seems to have lost something the tests rely on. Look at them before merging.${rest && ` ${rest}`}`
  return rest && `> [!NOTE]\n> ${rest}`
}

function tableRow(result: Result): Variants {
  const cells = (evidence: string): string =>
    `| ${[
      parts.testCell(result),
      parts.changeCell(result),
      parts.strategyCell(result),
      parts.confidenceCell(result),
      evidence,
      parts.verificationCell(result),
    ].join(' | ')} |`
  return [
    cells(parts.evidenceCell(result, 3)),
    cells(parts.evidenceCell(result, 2, 140)),
    cells(parts.evidenceCell(result, 1, 140)),
    cells('see the report'),
  ]
}

function openItem(result: Result): Variants {
  const words = STATUS_WORDS[result.status]
  const test = result.tests[0]
  const title = test === undefined ? '' : ` · ${mdText(test.title, 120)}`
  const more = result.tests.length > 1 ? ` and ${count(result.tests.length - 1, 'more test')}` : ''
  const place = result.diagnosis.location
  const where = place === null ? '' : ` (${mdCode(`${place.file}:${place.line}`, 120)})`
  const start = `- **${words.mark} ${words.label}**: ${mdCode(result.diagnosis.affected, 120)}${where}${title}${more}`
  const evidence = (result.proposal?.evidence.length ?? 0) > 0 ? `<br>${parts.evidenceCell(result, 2)}` : ''
  return [`${start}<br>${mdText(result.reason, 300)}${evidence}`, `${start}<br>${mdText(result.reason, 120)}`, start]
}

function flakyItem(result: Result): Variants {
  const test = result.tests[0]
  return [`- ${mdText(test?.title ?? result.diagnosis.affected, 160)}: ${mdText(result.reason, 160)}`]
}

function footer(report: Report, context: PullRequestContext): string[] {
  const links = []
  if (context.reportUrl !== null) links.push(mdLink('Full report with pictures and all candidates', context.reportUrl))
  if (context.runUrl) links.push(mdLink('Run', context.runUrl))
  if (report.run.commit !== null) links.push(`made for commit ${mdCode(report.run.commit.slice(0, 12))}`)
  const commands = (context.commands ?? []).map((item) => `${mdCode(item.command, 60)} ${mdText(item.meaning, 120)}`)
  const asked = commands.length === 0 ? [] : [`Answer with a comment: ${commands.join(' · ')}`]
  return [...(links.length === 0 ? [] : [links.join(' · ')]), ...asked]
}

function more(dropped: number, prefix: string): string[] {
  return dropped === 0 ? [] : [`${prefix}and ${count(dropped, 'more result')}; the report has all`]
}
