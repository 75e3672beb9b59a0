import { identifierWords } from '../text.ts'
import { looksHashed } from './generated.ts'

/** Where a link leads, without what changes from visit to visit. */
export interface Address {
  readonly full: string
  readonly host: string
  readonly path: string
  /** Parameters of the query and the fragment as written, the overlong ones left out. */
  readonly params: readonly string[]
  readonly words: readonly string[]
}

/** Words that many addresses have and that tell nothing. */
const EMPTY_WORDS: ReadonlySet<string> = new Set([
  'http',
  'https',
  'www',
  'com',
  'org',
  'net',
  'html',
  'htm',
  'php',
  'aspx',
])

function addressWords(path: string, params: readonly string[]): string[] {
  const parts = [...path.split('/').slice(0, 12), ...params.map((param) => param.slice(param.indexOf('=') + 1))]
  const words = parts.flatMap((part) => (looksHashed(part) ? [] : identifierWords(decode(part))))
  return [...new Set(words)].filter((word) => !EMPTY_WORDS.has(word)).slice(0, 40)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Reads a link's target; query parameters that look generated are left out. Undefined where there is none. */
export function addressOf(href: string | undefined): Address | undefined {
  if (href === undefined || /^(?:#?$|#!?$|(?:data|blob|javascript):)/i.test(href.trim())) return undefined
  const raw = href.slice(0, 1000)
  const match = /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(raw)
  const host = (match?.[1] ?? '').replace(/^www\./, '').toLowerCase()
  const path = (match?.[2] ?? '').replace(/\/(?:index\.\w+)?$/, '').toLowerCase()
  const rest = `${match?.[3] ?? ''}${match?.[4] ?? ''}`.toLowerCase()
  const params = rest
    .slice(1)
    .split(/[&;]/, 40)
    .filter((param) => param !== '' && param.length <= 60)
  return { full: `${host}${path}${rest}`, host, path, params, words: addressWords(path, params) }
}
