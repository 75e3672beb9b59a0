import type { Evidence, Result } from '../model.ts'
import { otherCandidates } from './candidates.ts'
import type { Variants } from './fit.ts'
import { mdCode, mdDetails, mdFence, mdSentence, mdText } from './markdown-escape.ts'
import { confidenceMeaning, count, countRuns, EFFECT_WORDS, FAILURE_WORDS, probability, STATUS_WORDS } from './words.ts'

/** Cells and sections that the job summary and the pull request share. All of them are safe inside a table cell. */

export function testCell(result: Result): string {
  const first = result.tests[0]
  if (first === undefined) return mdText(result.diagnosis.affected, 120)
  const more = result.tests.length - 1
  const others = more > 0 ? `<br>and ${count(more, 'more test')}` : ''
  return `${mdText(first.title, 120)}<br>${mdCode(first.file, 100)}${others}`
}

export function changeCell(result: Result): string {
  const { proposal } = result
  if (proposal === null) return mdCode(result.diagnosis.affected, 160)
  if (proposal.edits.length === 0) return mdCode(proposal.old, 160)
  return `${mdCode(proposal.old, 160)}<br>→ ${mdCode(proposal.new, 160)}`
}

export function strategyCell(result: Result): string {
  return result.proposal === null || result.proposal.strategy === '' ? '–' : mdText(result.proposal.strategy, 40)
}

/** Confidence of a patch; for everything that was not patched, how likely the target is gone. */
export function confidenceCell(result: Result): string {
  const { proposal } = result
  if (proposal === null) return '–'
  if (result.status === 'likely_regression') return `gone: ${probability(proposal.absent)}`
  return probability(proposal.confidence)
}

/** What weighs less says too little to be among the few reasons that a table has room for. */
const TELLING = 0.1

/**
 * The weightiest reasons, each of at most `width` characters; of a repair, the weightiest one against it is always among
 * them.
 */
export function evidenceCell(result: Result, max = 3, width = 280): string {
  const all = byWeight(result.proposal?.evidence ?? [])
  const telling = all.filter(({ weight }) => weight >= TELLING)
  const isRepair = (result.proposal?.edits.length ?? 0) > 0
  const against = isRepair ? telling.filter((item) => !item.for).slice(0, 1) : []
  const chosen = [
    ...(isRepair ? telling.filter((item) => item.for) : telling).slice(0, max - against.length),
    ...against,
  ]
  if (chosen.length === 0) return mdText(result.reason, width)
  const rest = all.length - chosen.length
  return [...chosen.map((item) => evidenceLine(item, width)), ...(rest > 0 ? [`… ${rest} more`] : [])].join('<br>')
}

export function verificationCell(result: Result): string {
  const runs = countRuns(result.verification)
  if (runs === null || result.verification === null) return 'not run'
  const { effects } = result.verification
  return effects === 'unknown' ? runs : `${runs}<br>effects: ${effects}`
}

export function statusCell(result: Result): string {
  const words = STATUS_WORDS[result.status]
  return `${words.mark} ${words.label}`
}

/** One result as a collapsed section: complete, without the lists, and without the diff. */
export function detailsBlock(result: Result): Variants {
  const summary = `${statusCell(result)}: ${changeSummary(result)}`
  const place = result.diagnosis.location
  const where = place === null ? '' : ` at ${mdCode(`${place.file}:${place.line}`, 160)}`
  const cause = [
    mdSentence(result.reason, 500),
    `${FAILURE_WORDS[result.diagnosis.failureType]}${where}, signature ${mdCode(result.diagnosis.signature, 40)}. ${mdText(result.diagnosis.rootCause, 400)}`,
  ].join('\n\n')
  const full = [cause, testList(result, 20), confidenceText(result), evidenceList(result, 20), votes(result)]
  const rest = [alternatives(result), effects(result), suggestions(result)]
  const wide = diffBlock(result, { lines: 400, size: 12_000 })
  const short = diffBlock(result, { lines: 60, size: 2_000 })
  return [
    mdDetails(summary, join([...full, wide, ...rest])),
    mdDetails(summary, join([...full, short, ...rest])),
    mdDetails(summary, join([cause, testList(result, 3), evidenceList(result, 4), short])),
    mdDetails(summary, join([cause, 'The diff is left out here for size; the report has it.'])),
  ]
}

/** The diff of a patch in its own collapsed section, or null where there is none. */
export function diffDetails(result: Result): Variants | null {
  const { proposal } = result
  if (proposal === null || proposal.diff === '') return null
  const edited = [...new Set(proposal.edits.map((edit) => edit.file))]
  const summary = `${changeSummary(result)} in ${mdCode(edited[0] ?? proposal.patch ?? '', 100)}${edited.length > 1 ? ` and ${count(edited.length - 1, 'more file')}` : ''}`
  return [
    mdDetails(
      summary,
      join([
        diffBlock(result, { lines: 400, size: 12_000 }),
        testList(result, 10),
        evidenceList(result, 12),
        alternatives(result),
      ]),
    ),
    mdDetails(summary, join([diffBlock(result, { lines: 120, size: 4_000 }), testList(result, 3)])),
    mdDetails(summary, diffBlock(result, { lines: 40, size: 1_500 })),
  ]
}

function changeSummary(result: Result): string {
  const { proposal } = result
  if (proposal === null || proposal.edits.length === 0) return mdCode(result.diagnosis.affected, 120)
  return `${mdCode(proposal.old, 120)} → ${mdCode(proposal.new, 120)}`
}

function evidenceLine(item: Evidence, max: number): string {
  return `${item.for ? '+' : '−'} ${mdText(item.text, max)}`
}

function byWeight(items: readonly Evidence[]): Evidence[] {
  return [...items].sort((a, b) => b.weight - a.weight)
}

function testList(result: Result, max: number): string {
  const lines = result.tests.slice(0, max).map((test) => {
    const project = test.project === undefined || test.project === '' ? '' : ` (${mdText(test.project, 40)})`
    return `- ${mdText(test.title, 200)}${project}, ${mdCode(test.line ? `${test.file}:${test.line}` : test.file, 160)}`
  })
  const rest = result.tests.length - lines.length
  if (rest > 0) lines.push(`- and ${count(rest, 'more test')}`)
  return lines.length === 0 ? '' : `**${lines.length === 1 ? 'Test' : 'Tests'}**\n\n${lines.join('\n')}`
}

function confidenceText(result: Result): string {
  const { proposal } = result
  if (proposal === null) return ''
  const absent = `Probability that the target is gone: ${probability(proposal.absent)}.`
  if (proposal.edits.length === 0) return absent
  return `Confidence **${probability(proposal.confidence)}**. ${confidenceMeaning(proposal.confidence)} ${absent}`
}

function evidenceList(result: Result, max: number): string {
  const all = result.proposal?.evidence ?? []
  if (all.length === 0) return ''
  const shown = [...byWeight(all.filter((i) => !i.for)), ...byWeight(all.filter((i) => i.for))].slice(0, max)
  const lines = shown.map((item) => `- ${item.for ? 'for' : '**against**'}: ${mdText(item.text, 400)} (${item.kind})`)
  if (all.length > shown.length) lines.push(`- and ${count(all.length - shown.length, 'more reason')}`)
  return `**Evidence**\n\n${lines.join('\n')}`
}

function votes(result: Result): string {
  const all = result.proposal?.strategies ?? []
  const agree = all.filter((vote) => vote.agrees).map((vote) => mdText(vote.name, 40))
  const other = all.filter((vote) => !vote.agrees && vote.locator !== null).map((vote) => mdText(vote.name, 40))
  const lines = []
  if (agree.length > 0) lines.push(`Strategies that chose this element: ${agree.slice(0, 40).join(', ')}.`)
  if (other.length > 0) lines.push(`Strategies that chose another one: ${other.slice(0, 40).join(', ')}.`)
  return lines.join(' ')
}

function alternatives(result: Result): string {
  const lines = otherCandidates(result.proposal)
    .slice(0, 5)
    .map(({ number, confidence, locator }) => `${number}. ${probability(confidence)} ${mdCode(locator, 200)}`)
  if (lines.length === 0) return ''
  return `**${result.proposal?.edits.length ? 'Other candidates' : 'Candidates'}**\n\n${lines.join('\n')}`
}

function effects(result: Result): string {
  const runs = countRuns(result.verification)
  if (runs === null || result.verification === null) return ''
  return `Verification: ${runs}; ${EFFECT_WORDS[result.verification.effects]}.`
}

function suggestions(result: Result): string {
  const lines = result.suggestions.slice(0, 6).map((text) => `- ${mdText(text, 300)}`)
  return lines.length === 0 ? '' : `**What you can do**\n\n${lines.join('\n')}`
}

function diffBlock(result: Result, limits: { lines: number; size: number }): string {
  const diff = result.proposal?.diff ?? ''
  return diff === '' ? '' : mdFence(diff, 'diff', limits)
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}
