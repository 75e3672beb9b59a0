import { as, list, native, unknown, type Value } from './values.ts'

const MAX_TEXT = 200_000

type Method = (text: string, args: readonly Value[]) => Value | null

const texts = (args: readonly Value[], count: number): string[] | null => {
  const given = args.slice(0, count)
  return given.length === count && given.every((each) => typeof each === 'string') ? (given as string[]) : null
}
const numbers = (args: readonly Value[]): (number | undefined)[] | null =>
  args.every((each) => each === undefined || typeof each === 'number') ? (args as (number | undefined)[]) : null

const plain =
  (change: (text: string) => Value): Method =>
  (text, args) =>
    args.length === 0 ? change(text) : null

const withText =
  (change: (text: string, other: string) => Value): Method =>
  (text, args) => {
    const [other] = texts(args, 1) ?? []
    return other === undefined || args.length > 1 ? null : change(text, other)
  }

const withNumbers =
  (change: (text: string, from?: number, to?: number) => Value): Method =>
  (text, args) => {
    const given = numbers(args)
    return given ? change(text, given[0], given[1]) : null
  }

const padded =
  (side: 'padStart' | 'padEnd'): Method =>
  (text, [length, filler]) =>
    typeof length === 'number' && length < MAX_TEXT && (filler === undefined || typeof filler === 'string')
      ? text[side](length, filler)
      : null

/** Replaces plain texts by plain texts; patterns are left to a run, as a hostile one may take for ever. */
const replaced =
  (method: 'replace' | 'replaceAll'): Method =>
  (text, args) => {
    const [from, to] = texts(args, 2) ?? []
    if (from === undefined || to === undefined || (from === '' && method === 'replaceAll')) return null
    const made = text[method](from, () => to)
    return to.includes('$') || made.length > MAX_TEXT ? null : made
  }

const METHODS: Readonly<Record<string, Method>> = {
  trim: plain((text) => text.trim()),
  trimStart: plain((text) => text.trimStart()),
  trimEnd: plain((text) => text.trimEnd()),
  toLowerCase: plain((text) => text.toLowerCase()),
  toUpperCase: plain((text) => text.toUpperCase()),
  toString: plain((text) => text),
  valueOf: plain((text) => text),
  includes: withText((text, other) => text.includes(other)),
  startsWith: withText((text, other) => text.startsWith(other)),
  endsWith: withText((text, other) => text.endsWith(other)),
  indexOf: withText((text, other) => text.indexOf(other)),
  split: withText((text, other) => (text.length > 10_000 ? unknown('split') : list(text.split(other)))),
  concat: (text, args) => {
    const parts = texts(args, args.length)
    return parts === null || text.length + parts.join('').length > MAX_TEXT ? null : text.concat(...parts)
  },
  slice: withNumbers((text, from, to) => text.slice(from, to)),
  substring: withNumbers((text, from, to) => text.substring(from ?? 0, to)),
  charAt: withNumbers((text, at) => text.charAt(at ?? 0)),
  at: withNumbers((text, at) => text.at(at ?? 0)),
  repeat: withNumbers((text, count) =>
    count === undefined || count < 0 || count * text.length > MAX_TEXT ? unknown('repeat') : text.repeat(count),
  ),
  padStart: padded('padStart'),
  padEnd: padded('padEnd'),
  replace: replaced('replace'),
  replaceAll: replaced('replaceAll'),
}

/** What a string has under a name. */
export const textMember = (text: string, name: string): Value => {
  if (name === 'length') return text.length
  const at = /^\d{1,6}$/.test(name) ? Number(name) : null
  if (at !== null) return text[at]
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
  if (!Object.hasOwn(String.prototype, name)) return unknown(`a text's ${name}`)
  return native((args) => {
    const isKnown = !args.some((arg) => as(arg, 'unknown') || as(arg, 'function'))
    const made = method && isKnown ? method(text, args) : null
    return made === null ? unknown(`a text's ${name}`) : made
  })
}
