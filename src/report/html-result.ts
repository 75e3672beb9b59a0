import type { Evidence, Pictures, Result } from '../model.ts'
import { otherCandidates } from './candidates.ts'
import { html, type Markup } from './html-escape.ts'
import { changeHtml, codeHtml, diffHtml, listHtml, probabilityHtml, sectionHtml, sentenceHtml } from './html-parts.ts'
import { cut, cutLines, oneLine } from './visible.ts'
import { confidenceMeaning, count, countRuns, duration, EFFECT_WORDS, FAILURE_WORDS, STATUS_WORDS } from './words.ts'

/** What a card needs to know beside its result. */
export interface CardContext {
  /** Index of the result in the report's own order; the page's script finds the pictures by it. */
  readonly index: number
  readonly threshold: number | undefined
  readonly open: boolean
}

/** One result as a collapsible card. */
export function resultHtml(result: Result, context: CardContext): Markup {
  const words = STATUS_WORDS[result.status]
  const { diagnosis, proposal } = result
  const searchable = [
    diagnosis.affected,
    proposal?.new,
    diagnosis.signature,
    ...result.tests.map((t) => `${t.title} ${t.file}`),
  ]
  return html`<article class="card s-${result.status}" data-status="${result.status}" data-text="${cut(oneLine(searchable.join(' ')).toLowerCase(), 4_000)}" id="${diagnosis.signature}">
<details${context.open ? html` open` : null}>
<summary>
<span class="badge"><span aria-hidden="true">${words.mark}</span> ${words.label}</span>
<h2>${titleHtml(result)}</h2>
<span class="sub">${subtitle(result)}</span>
${proposal === null ? null : summaryProbability(result, context.threshold)}
</summary>
<div class="body">
<p class="reason">${sentenceHtml(result.reason)}</p>
<div class="columns">
${sectionHtml('Diagnosis', diagnosisHtml(result))}
${sectionHtml('Confidence', confidenceHtml(result, context.threshold))}
</div>
${sectionHtml('What you can do', listHtml(result.suggestions))}
${sectionHtml(isPatched(result) ? 'Evidence' : 'Is the best candidate the same thing?', evidenceHtml(result))}
${sectionHtml('Patch', diffHtml(proposal?.diff ?? ''))}
${proposal?.patch ? html`<p class="note">Apply it alone: <code>git apply ${`.healing_fixes/${proposal.patch}`}</code></p>` : null}
${sectionHtml('Verification', verificationHtml(result))}
${sectionHtml('Pictures', picturesHtml(result.pictures, context.index))}
${sectionHtml(result.tests.length === 1 ? 'Test' : `${result.tests.length} tests`, testsHtml(result))}
${sectionHtml('Candidates', candidatesHtml(result))}
${sectionHtml('What each strategy says', votesHtml(result))}
</div>
</details>
</article>
`
}

function titleHtml(result: Result): Markup {
  const { proposal } = result
  if (proposal === null || proposal.edits.length === 0) return codeHtml(result.diagnosis.affected)
  return changeHtml(proposal.old, proposal.new)
}

function subtitle(result: Result): string {
  const first = result.tests[0]?.title ?? FAILURE_WORDS[result.diagnosis.failureType]
  const more = result.tests.length > 1 ? ` and ${count(result.tests.length - 1, 'more test')}` : ''
  return `${cut(oneLine(first), 160)}${more}`
}

function summaryProbability(result: Result, threshold: number | undefined): Markup | null {
  const { proposal } = result
  if (proposal === null) return null
  if (result.status === 'likely_regression')
    return html`<span class="score"><span class="what">P(gone)</span>${probabilityHtml(proposal.absent, 'bad')}</span>`
  return html`<span class="score"><span class="what">Confidence</span>${probabilityHtml(proposal.confidence, 'good', threshold)}</span>`
}

function diagnosisHtml({ diagnosis }: Result): Markup {
  const rows: [string, Markup | string | null][] = [
    ['Cause', diagnosis.rootCause],
    ['Type', FAILURE_WORDS[diagnosis.failureType]],
    ['Affected', codeHtml(diagnosis.affected)],
    ['Defined in', diagnosis.location === null ? null : codeHtml(placeText(diagnosis.location))],
    ['Expected', diagnosis.expected === null ? null : codeHtml(diagnosis.expected)],
    ['Actual', diagnosis.actual === null ? null : codeHtml(diagnosis.actual)],
    ['Signature', codeHtml(diagnosis.signature)],
  ]
  const message = cutLines(diagnosis.message.trim(), 60, 6_000)
  return html`<dl>${rows.filter(([, value]) => value !== null && value !== '').map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${message === '' ? null : html`<details class="message"><summary>Error message</summary><pre tabindex="0">${message}</pre></details>`}`
}

function placeText(place: { file: string; line: number; column: number }): string {
  return `${place.file}:${place.line}${place.column > 0 ? `:${place.column}` : ''}`
}

function confidenceHtml(result: Result, threshold: number | undefined): Markup | null {
  const { proposal } = result
  if (proposal === null) return null
  const patched = isPatched(result)
  return html`<dl>
<dt>${patched ? 'This repair' : 'Best candidate'}</dt><dd>${probabilityHtml(proposal.confidence, 'good', threshold)}</dd>
<dt>Target is gone</dt><dd>${probabilityHtml(proposal.absent, 'bad')}</dd>
${patched && proposal.strategy !== '' ? html`<dt>Locator by</dt><dd>strategy <code>${proposal.strategy}</code></dd>` : null}
</dl>
<p class="note">${confidenceNote(result, threshold)}</p>`
}

/** The threshold where a report does not name its own. */
const USUAL_THRESHOLD = 0.8

function confidenceNote({ proposal, status }: Result, threshold: number | undefined): string {
  if (proposal === null) return ''
  const asked = threshold === undefined ? '' : ` A patch is made only above ${threshold} (the line in the bar).`
  if (proposal.edits.length > 0) return `${confidenceMeaning(proposal.confidence)}${asked}`
  if (status === 'likely_regression')
    return 'Where the target is probably gone, nothing is patched, however good a look-alike there is.'
  if (proposal.confidence > (threshold ?? USUAL_THRESHOLD))
    return 'Which element it is, is likely enough; the reason above says why it was not patched.'
  return `No candidate is certain enough.${asked}`
}

const MAX_ITEMS = 100

function evidenceHtml({ proposal }: Result): Markup | null {
  const all = proposal?.evidence ?? []
  if (all.length === 0) return null
  const side = (wanted: boolean): Markup => {
    const items = all.filter((item) => item.for === wanted).sort((a, b) => b.weight - a.weight)
    const shown = items.slice(0, MAX_ITEMS).map((item) => evidenceItem(item))
    return html`<div><h4>${wanted ? 'For' : 'Against'} (${items.length})</h4>${shown.length === 0 ? html`<p class="note">nothing</p>` : listHtml(shown, wanted ? 'for' : 'against')}</div>`
  }
  return html`<div class="reasons">${side(true)}${side(false)}</div>`
}

function evidenceItem(item: Evidence): Markup {
  return html`${cut(oneLine(item.text), 1_000)} <span class="kind">${item.kind}, weight ${Number.isFinite(item.weight) ? item.weight.toFixed(2) : '?'}</span>`
}

function verificationHtml({ verification }: Result): Markup | null {
  if (verification === null) return null
  const runs = verification.runs.slice(0, MAX_ITEMS).map((run, i) => {
    const kind = run.passed ? 'passed' : 'failed'
    return html`<span class="run ${kind}">Run ${i + 1}: ${kind}, ${duration(run.durationMs)}</span>`
  })
  const counted = countRuns(verification)
  return html`<p>${counted === null ? 'The patched test was not run.' : html`<b>${counted}.</b> `}${runs}</p><p>Effects: ${EFFECT_WORDS[verification.effects]}.</p>`
}

function isPatched({ proposal }: Result): boolean {
  return proposal !== null && proposal.edits.length > 0
}

/** Pictures are put in by the page's script out of the data, so that they are in the file only once. */
function picturesHtml(pictures: Pictures, index: number): Markup | null {
  const figure = (side: 'before' | 'after', caption: string): Markup | null =>
    isPicture(pictures[side])
      ? html`<figure><img data-picture="${side}" data-result="${index}" alt="${caption}" loading="lazy"><figcaption>${caption}</figcaption></figure>`
      : null
  const figures = [figure('before', 'When the test was last green'), figure('after', 'Now')].filter((f) => f !== null)
  return figures.length === 0 ? null : html`<div class="pictures">${figures}</div>`
}

/** Only pictures inside the file itself are shown: nothing is ever fetched. */
export function isPicture(value: string | null): value is string {
  return value !== null && /^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+=*$/.test(value)
}

function testsHtml({ tests }: Result): Markup | null {
  const shown = tests.slice(0, MAX_ITEMS).map((test) => {
    const project = test.project ? html` <span class="kind">${test.project}</span>` : null
    return html`${test.title}${project}<br>${codeHtml(test.line === undefined ? test.file : `${test.file}:${test.line}`)}`
  })
  if (tests.length > shown.length) shown.push(html`and ${count(tests.length - shown.length, 'more test')}`)
  return listHtml(shown)
}

function candidatesHtml({ proposal, status }: Result): Markup | null {
  const others = otherCandidates(proposal)
  if (proposal === null || (others.length === 0 && proposal.edits.length > 0)) return null
  const rows = others
    .slice(0, MAX_ITEMS)
    .map(
      ({ number, locator, confidence }) =>
        html`<tr><td>${String(number)}. ${codeHtml(locator)}</td><td>${probabilityHtml(confidence, 'good')}</td></tr>`,
    )
  if (rows.length === 0) return html`<p class="note">No element on the page came into question.</p>`
  const chosen =
    proposal.edits.length > 0
      ? html`<tr class="chosen"><td>${codeHtml(proposal.new)} <b>chosen</b></td><td>${probabilityHtml(proposal.confidence, 'good')}</td></tr>`
      : null
  return html`<div class="scroll"><table><caption class="hidden">Candidates</caption><thead><tr><th scope="col">${status === 'likely_regression' ? 'Nearest look-alike' : 'Locator'}</th><th scope="col">Probability to be the same element</th></tr></thead><tbody>${chosen}${rows}</tbody></table></div>`
}

function votesHtml({ proposal }: Result): Markup | null {
  const votes = proposal?.strategies ?? []
  if (votes.length === 0) return null
  const chosen = proposal !== null && proposal.edits.length > 0 ? 'this element' : 'the best candidate'
  const rows = votes.slice(0, MAX_ITEMS).map((vote) => {
    const verdict = vote.agrees ? chosen : vote.locator === null ? 'silent' : 'another element'
    const kind = vote.agrees ? 'agrees' : vote.locator === null ? 'silent' : 'differs'
    return html`<tr class="${kind}"><th scope="row">${vote.name}</th><td>${verdict}</td><td>${vote.locator === null ? null : codeHtml(vote.locator)}</td></tr>`
  })
  const agree = votes.filter((vote) => vote.agrees).length
  const silent = votes.filter((vote) => !vote.agrees && vote.locator === null).length
  return html`<details class="inner"><summary>${agree} of ${votes.length} chose ${chosen}, ${votes.length - agree - silent} another one, ${silent} silent</summary>
<div class="scroll"><table><thead><tr><th scope="col">Strategy</th><th scope="col">Chose</th><th scope="col">Locator</th></tr></thead><tbody>${rows}</tbody></table></div></details>`
}
