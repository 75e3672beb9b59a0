import { diffWordsWithSpace } from 'diff'
import { html, type Markup, type MarkupValue } from './html-escape.ts'
import { partsOf } from './own-commands.ts'
import { cut, oneLine } from './visible.ts'
import { probability } from './words.ts'

/** Longest locator or value shown on one line; longer ones are cut, the data in the page has them whole. */
const MAX_CODE = 600

export function codeHtml(value: string): Markup {
  return html`<code>${cut(oneLine(value), MAX_CODE)}</code>`
}

/** A sentence of this tool's own, its commands as code. */
export function sentenceHtml(sentence: string): Markup {
  return html`${partsOf(sentence).map(({ text, isCommand }) => (isCommand ? html`<code>${text}</code>` : text))}`
}

/** Old and new, with the words that differ marked. */
export function changeHtml(before: string, after: string): Markup {
  const old = cut(oneLine(before), MAX_CODE)
  const now = cut(oneLine(after), MAX_CODE)
  const changes = diffWordsWithSpace(old, now, { maxEditLength: 200 }) ?? []
  if (changes.length === 0) return html`${codeHtml(before)} <span class="arrow">→</span> ${codeHtml(after)}`
  const left = changes.filter((c) => !c.added).map((c) => (c.removed ? html`<del>${c.value}</del>` : c.value))
  const right = changes.filter((c) => !c.removed).map((c) => (c.added ? html`<ins>${c.value}</ins>` : c.value))
  return html`<code class="old"><span class="hidden">before: </span>${left}</code>
<span class="arrow" aria-hidden="true">→</span>
<code class="new"><span class="hidden">after: </span>${right}</code>`
}

/** A horizontal bar for a share of one; the number stands beside it as text, so it is hidden from screen readers. */
export function barHtml(share: number, kind: string, mark?: number): Markup {
  const width = Math.round(100 * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)))
  const line =
    mark === undefined || !(mark >= 0 && mark <= 1)
      ? null
      : html`<rect class="mark" x="${Math.round(mark * 100) - 0.5}" y="0" width="1" height="8"/>`
  return html`<svg class="bar ${kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" x="0" y="1" width="100" height="6"/><rect class="fill" x="0" y="1" width="${width}" height="6"/>${line}</svg>`
}

export function probabilityHtml(value: number, kind: string, mark?: number): Markup {
  return html`<span class="probability">${barHtml(value, kind, mark)}<b>${probability(value)}</b></span>`
}

/** A titled part of a card; nothing where there is nothing to show. */
export function sectionHtml(title: string, content: Markup | null): Markup | null {
  return content === null ? null : html`<section><h3>${title}</h3>${content}</section>`
}

export function listHtml(items: readonly MarkupValue[], className = ''): Markup | null {
  if (items.length === 0) return null
  return html`<ul class="${className}">${items.map((item) => html`<li>${item}</li>`)}</ul>`
}

const DIFF_LINES = 2_000

/** A unified diff, one element per line so that added and removed lines can be told apart by mark and by colour. */
export function diffHtml(diff: string): Markup | null {
  if (diff.trim() === '') return null
  const all = diff.replace(/\n$/, '').split('\n')
  const lines = all.slice(0, DIFF_LINES).map(
    (line) => html`<span class="${lineKind(line)}">${cut(line, 2_000)}
</span>`,
  )
  const rest = all.length - lines.length
  return html`<pre class="diff" tabindex="0" role="group" aria-label="Diff"><code>${lines}${rest > 0 ? html`<span class="hunk">… ${rest} more lines</span>` : null}</code></pre>`
}

function lineKind(line: string): string {
  if (/^(\+\+\+|---|diff |index |rename |new file|deleted file)/.test(line)) return 'file'
  if (line.startsWith('@@')) return 'hunk'
  if (line.startsWith('+')) return 'add'
  if (line.startsWith('-')) return 'remove'
  return 'same'
}
