import { createHash } from 'node:crypto'
import { type Report, STAGES } from '../model.ts'
import { html, jsonForScript, Markup, ownMarkup } from './html-escape.ts'
import { barHtml, codeHtml, listHtml } from './html-parts.ts'
import { resultHtml } from './html-result.ts'
import { SCRIPT } from './html-script.ts'
import { STYLE } from './html-style.ts'
import { headline, orderResults } from './summary.ts'
import { cut, oneLine } from './visible.ts'
import { count, duration, problemSubject, STATUS_WORDS, WORST_FIRST } from './words.ts'

/**
 * The report as one self-contained page: worst first, the data inlined, nothing fetched. It reads without JavaScript;
 * the script adds the filters and the pictures. A content policy allows exactly the page's own style and script.
 */
export function toHtml(report: Report): string {
  const title = `Self-heal: ${headline(report.summary)}`
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${ownMarkup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#results">Skip to the results</a>
${headerHtml(report)}
${filterHtml(report)}
<main id="results" aria-label="Results">
${cardsHtml(report)}
<p id="nothing" role="status" hidden>No result matches the filter.</p>
</main>
${footerHtml(report)}
<script type="application/json" id="data">${jsonForScript(report)}</script>
<script>${ownMarkup(SCRIPT)}</script>
</body>
</html>
`
  return Markup.textOf(page)
}

const BASELINES: Readonly<Record<Report['run']['baselineSource'], string>> = {
  'green-trace': 'traces of the last green run',
  store: 'the baseline store',
  rerun: 'a run of the last green commit',
  none: 'unknown: no green run was found',
}

function headerHtml(report: Report): Markup {
  const { run, summary } = report
  const facts: [string, Markup | string | null][] = [
    ['Commit', run.commit === null ? null : codeHtml(run.commit.slice(0, 12))],
    ['Last green', run.baselineCommit === null ? null : codeHtml(run.baselineCommit.slice(0, 12))],
    ['What elements were', BASELINES[run.baselineSource]],
    [
      'Started',
      html`<time datetime="${run.startedAt}">${run.startedAt.replace(/\.\d+Z$/, 'Z').replace('T', ' ')}</time>`,
    ],
    ['Took', duration(run.durationMs)],
  ]
  const early =
    run.reached === 'done'
      ? null
      : html`<p class="alert" role="alert"><b>The run ended early, in the stage “${run.reached}”.</b> What follows is what was known by then.</p>`
  return html`<header class="top">
<p class="name">Self-heal report</p>
<h1>${headline(summary)}</h1>
${shareBar(summary)}
<dl class="facts">${facts.filter(([, value]) => value !== null).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${early}
${problemsHtml(report)}
</header>`
}

function shareBar(summary: Report['summary']): Markup | null {
  if (summary.failures === 0) return null
  let x = 0
  const parts = WORST_FIRST.filter((status) => summary[status] > 0).map((status) => {
    const width = (summary[status] / summary.failures) * 1000
    const part = html`<rect class="s-${status}" x="${x.toFixed(2)}" y="0" width="${Math.max(0, width - 3).toFixed(2)}" height="10"/>`
    x += width
    return part
  })
  return html`<svg class="share" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts}</svg>`
}

function problemsHtml({ problems }: Report): Markup | null {
  if (problems.length === 0) return null
  const items = problems
    .slice(0, 200)
    .map(
      (problem) =>
        html`${problemSubject(problem) ? html`${codeHtml(problem.subject ?? '')} ` : null}${cut(oneLine(problem.message), 1_000)} <em>${cut(oneLine(problem.remedy), 1_000)}</em>`,
    )
  return html`<section class="problems" aria-label="Problems"><h2>${count(problems.length, 'problem')} beside the failures</h2>${listHtml(items)}</section>`
}

function filterHtml({ results }: Report): Markup | null {
  if (results.length === 0) return null
  const boxes = WORST_FIRST.map((status) => {
    const number = results.filter((result) => result.status === status).length
    if (number === 0) return null
    const words = STATUS_WORDS[status]
    return html`<label class="chip s-${status}" title="${words.meaning}"><input type="checkbox" name="status" value="${status}" checked> <span aria-hidden="true">${words.mark}</span> ${words.label} <b>${number}</b></label>`
  })
  return html`<form class="filter" id="filter" hidden aria-label="Filter results">
<fieldset><legend class="hidden">Show results with status</legend><span class="of">${count(results.length, 'cause')}:</span>${boxes}</fieldset>
<label class="search"><span class="hidden">Search</span><input type="search" name="text" placeholder="Search test, file, locator" autocomplete="off"></label>
<button type="button" id="open">Open all</button>
<button type="button" id="close">Close all</button>
</form>`
}

function cardsHtml(report: Report): Markup {
  if (report.results.length === 0) return html`<p class="empty">There was no failed test to look at.</p>`
  const ordered = orderResults(report.results)
  const index = new Map(report.results.map((result, i) => [result, i]))
  const cards = ordered.map((result, position) =>
    resultHtml(result, {
      index: index.get(result) ?? 0,
      threshold: report.run.confidenceThreshold,
      open: position === 0 || ordered.length <= 3,
    }),
  )
  return html`${cards}`
}

function footerHtml({ run }: Report): Markup {
  const total = Math.max(1, ...STAGES.map((stage) => run.timings[stage] ?? 0))
  const rows = STAGES.filter((stage) => run.timings[stage] > 0).map(
    (stage) =>
      html`<tr><th scope="row">${stage}</th><td>${barHtml(run.timings[stage] / total, 'time')}</td><td class="number">${duration(run.timings[stage])}</td></tr>`,
  )
  const meanings = WORST_FIRST.map(
    (status) => html`<dt>${STATUS_WORDS[status].label}</dt><dd>${STATUS_WORDS[status].meaning}</dd>`,
  )
  return html`<footer>
${rows.length === 0 ? null : html`<section><h2>Where the time went</h2><table class="timings"><tbody>${rows}</tbody></table></section>`}
<section><h2>What the words mean</h2><dl>${meanings}<dt>Confidence</dt><dd>A calibrated probability: of 100 repairs shown at 0.95, about 95 are what a maintainer would merge.</dd></dl></section>
</footer>`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
