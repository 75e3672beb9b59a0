import { partsOf } from './own-commands.ts'
import { cut, cutLines, oneLine, showHidden } from './visible.ts'

/**
 * Text from tests and pages for GitHub's Markdown. Everything that could begin a structure becomes a character
 * reference, because those can never stand for structure, in tables and list items alike. A zero-width space parts what
 * GitHub links by itself: `@name` would notify people, `#12` would link and, after "fixes", close an issue.
 */

/** Plain text inside a line: a table cell, a heading, a list item. */
export function mdText(value: string, max = 300): string {
  return parted(entities(cut(oneLine(value), max)).replace(/^[-+=#]|^\d+(?=[.)])/, (first) => guardStart(first)))
}

/** A sentence of this tool's own inside a line, its commands as code. */
export function mdSentence(value: string, max = 300): string {
  return partsOf(cut(oneLine(value), max))
    .map(({ text, isCommand }) => {
      if (isCommand) return mdCode(text)
      const [before, after] = [text.startsWith(' ') ? ' ' : '', text.endsWith(' ') ? ' ' : '']
      return text.trim() === '' ? before : before + mdText(text, max) + after
    })
    .join('')
}

/** Code inside a line. Written as an element: backquotes cannot hold every string inside a table cell. */
export function mdCode(value: string, max = 300): string {
  const inner = entities(cut(oneLine(value), max))
    .replace(/@|(?<!&)#(?=\d)|:(?=\/\/)/g, (c) => `&#${c.charCodeAt(0)};`)
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#46;`)
  return `<code>${inner}</code>`
}

/** A link whose text is escaped; plain text where the address is not plain http(s). */
export function mdLink(label: string, url: string): string {
  const address = safeUrl(url)
  return address === null ? mdText(label) : `[${mdText(label)}](${address})`
}

/** A fenced block that its content cannot close. Hidden characters are shown, lines and size are limited. */
export function mdFence(content: string, language: string, limits: { lines: number; size: number }): string {
  const body = cutLines(showHidden(content).replace(/\n+$/, ''), limits.lines, limits.size)
  let longest = 2
  for (const run of body.matchAll(/`+/g)) longest = Math.max(longest, run[0].length)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${body}\n${fence}`
}

/** A collapsed section; `summary` and `body` are Markdown already. */
export function mdDetails(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`
}

/** The address where it is http(s), encoded so that it can neither end a link nor a table cell; else null. */
export function safeUrl(value: string): string | null {
  if (!URL.canParse(value)) return null
  const url = new URL(value)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  return url.href.replace(
    /[()<>|\\`*_[\]~\s]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

const STRUCTURE = /[&<>|\\`*_[~$]/g
const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function entities(value: string): string {
  return value.replace(STRUCTURE, (c) => NAMED[c] ?? `&#${c.charCodeAt(0)};`)
}

function guardStart(first: string): string {
  return /\d/.test(first) ? `${first}&#8203;` : `&#${first.charCodeAt(0)};`
}

function parted(value: string): string {
  return value
    .replace(/@(?=[\p{L}\p{N}])/gu, '@&#8203;')
    .replace(/(?<!&)#(?=\d)/g, '#&#8203;')
    .replace(/\bGH-(?=\d)/gi, (gh) => `${gh}&#8203;`)
    .replace(/:(?=\/\/)/g, ':&#8203;')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#8203;.`)
}
