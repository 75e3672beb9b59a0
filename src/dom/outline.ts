import { type Accessible, accessiblesOf } from './accessible.ts'

/** What a page says and holds, coarsely: enough to tell whether a step changed it, and how. */
export interface Outline {
  /** Words of its text in lower case, each once; numbers and words with digits in them are left out. */
  readonly words: ReadonlySet<string>
  /** Rows of tables and items of lists. */
  readonly rows: number
  /** Dialogs that are open, of the page itself; the browser's own are events. */
  readonly dialogs: number
  /** Paths that it links to. */
  readonly links: ReadonlySet<string>
  /** What its accessibility tree holds, in document order. */
  readonly accessibles: readonly Accessible[]
}

const LIMITS = { characters: 8 * 1024 * 1024, words: 20_000, links: 5_000 } as const
/** One tag with its attributes, or a stretch of text. The trace reader escapes angle brackets in texts and values. */
const PIECE = /<(\/?[A-Za-z][^\s<>/]*)([^<>]*)>|([^<>]+)/g
const SILENT = new Set(['style', 'script', 'title', 'x-noscript', 'textarea', 'option', 'svg'])

const ROLE = /\srole="([^"]*)"/i
const HREF = /\shref="([^"]*)"/i

const isOpenDialog = (tag: string, attributes: string): boolean => {
  if (tag === 'dialog') return /\s(?:open|__playwright_dialog_open_)[\s=>]/i.test(`${attributes} `)
  const role = ROLE.exec(attributes)?.[1]
  if (role !== 'dialog' && role !== 'alertdialog') return false
  return !/\s(?:hidden[\s=>]|aria-hidden\s*=\s*"true"|style\s*=\s*"[^"]*display:\s*none)/i.test(`${attributes} `)
}

const isRow = (tag: string, attributes: string): boolean => {
  if (tag === 'tr' || tag === 'li') return true
  const role = ROLE.exec(attributes)?.[1]
  return role === 'row' || role === 'listitem'
}

const pathOf = (href: string): string | null => {
  if (href === '' || /^(?:mailto|tel|javascript|data|blob):/i.test(href)) return null
  try {
    const url = new URL(href.replaceAll('&amp;', '&'), 'http://page.invalid/')
    return url.hash.startsWith('#/') ? url.hash : url.pathname
  } catch {
    return null
  }
}

/**
 * Reads the HTML of a page as the trace reader writes it, in one pass and without a browser. Style sheets are not
 * applied: what they hide counts as shown.
 */
export const outlineOf = (html: string): Outline => {
  const words = new Set<string>()
  const links = new Set<string>()
  let rows = 0
  let dialogs = 0
  let silent: string | null = null
  for (const [, name, attributes = '', text] of html.slice(0, LIMITS.characters).matchAll(PIECE)) {
    if (text !== undefined) {
      if (silent === null) addWords(words, text)
      continue
    }
    const tag = (name ?? '').toLowerCase()
    if (silent !== null) {
      if (tag === `/${silent}`) silent = null
      continue
    }
    if (SILENT.has(tag) && !attributes.endsWith('/')) silent = tag
    if (isRow(tag, attributes)) rows++
    if (isOpenDialog(tag, attributes)) dialogs++
    const path = tag === 'a' && links.size < LIMITS.links ? pathOf(HREF.exec(attributes)?.[1] ?? '') : null
    if (path !== null) links.add(path)
  }
  return { words, rows, dialogs, links, accessibles: accessiblesOf(html) }
}

const addWords = (words: Set<string>, text: string): void => {
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}][\p{L}\p{N}'’-]*/gu)) {
    if (words.size >= LIMITS.words) return
    if (word.length >= 3 && word.length <= 40 && !/\p{N}/u.test(word)) words.add(word)
  }
}
