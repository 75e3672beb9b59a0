/**
 * Text from pages and artifacts may hold characters that hide or reorder what follows them. Reports show such characters
 * by their code point, so that a reviewer reads exactly what the machine read.
 */

// Controls except tab and line feed, format characters (bidirectional, zero-width, tags), line and paragraph separators,
// lone surrogates.
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Replaces control, bidirectional and zero-width characters by `\u{…}`; line feeds and tabs stay. */
export function showHidden(value: string): string {
  return value.replace(/\r\n?/g, '\n').replace(HIDDEN, nameOf)
}

/** The same on one line: runs of white space become one space. */
export function oneLine(value: string): string {
  return showHidden(value.replace(/\s+/g, ' ').trim())
}

/** At most `max` UTF-16 code units, never half a character, with `…` in place of what is left out. */
export function cut(value: string, max: number): string {
  if (value.length <= max) return value
  const end = isHighSurrogate(value.charCodeAt(max - 2)) ? max - 2 : max - 1
  return `${value.slice(0, Math.max(0, end))}…`
}

/** The first `maxLines` lines and `max` code units, followed by a line that says how much is missing. */
export function cutLines(value: string, maxLines: number, max: number): string {
  const lines = value.split('\n')
  const kept: string[] = []
  let size = 0
  for (const line of lines) {
    if (kept.length >= maxLines || size + line.length + 1 > max) break
    kept.push(line)
    size += line.length + 1
  }
  if (kept.length === lines.length) return value
  if (kept.length === 0) kept.push(cut(lines[0] ?? '', max))
  const left = lines.length - kept.length
  return [...kept, left > 0 ? `… (${left} more ${left === 1 ? 'line' : 'lines'})` : '…'].join('\n')
}

function nameOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}
