import { HealFault } from '../engine.ts'
import type { Setting } from './settings.ts'

/** Where a value came from, in words for a person: ``the input `mode` ``, ``the key `mode` in .self-heal.yml``. */
export interface Origin {
  readonly kind: 'input' | 'environment' | 'file' | 'framework' | 'default'
  readonly label: string
}

/** A value as a source gives it: text, or what YAML made of it. */
export type RawValue = string | number | boolean | readonly (string | number | boolean)[]

const MAX_TEXT = 10_000
const MAX_ITEMS = 500
const TRUE = new Set(['true', 'yes', 'on', '1'])
const FALSE = new Set(['false', 'no', 'off', '0'])

/** Says that a value cannot be used: which, where it stands, and what would do. */
export function badValue(setting: Setting, raw: unknown, origin: Origin, remedy: string): HealFault {
  const shown = JSON.stringify(raw) ?? String(raw)
  const value = shown.length > 120 ? `${shown.slice(0, 120)}…` : shown
  return new HealFault({
    message: `${origin.label.charAt(0).toUpperCase()}${origin.label.slice(1)} is ${value}, which cannot be used.`,
    remedy: `${remedy} For example: ${setting.name}: ${setting.example}`,
    subject: setting.name,
  })
}

/** Splits at line ends and at commas that stand outside `{}`, `[]` and `()`, so that globs stay whole. */
export function splitList(text: string): string[] {
  const items: string[] = []
  let depth = 0
  let current = ''
  for (const char of text) {
    if ('{[('.includes(char)) depth++
    if ('}])'.includes(char)) depth = Math.max(0, depth - 1)
    if (char === '\n' || (char === ',' && depth === 0)) {
      items.push(current)
      current = ''
      if (char === '\n') depth = 0
    } else current += char
  }
  items.push(current)
  return items.map((item) => item.trim()).filter((item) => item !== '' && !item.startsWith('#'))
}

/** The text of a setting that has a single value. */
export function readText(setting: Setting, raw: RawValue, origin: Origin): string {
  if (typeof raw === 'object') throw badValue(setting, raw, origin, 'Give a single value, not a list.')
  const text = String(raw).trim()
  if (text.length > MAX_TEXT) throw badValue(setting, text, origin, `Give at most ${MAX_TEXT} characters.`)
  if (text.includes('\0')) throw badValue(setting, text, origin, 'Remove the NUL character.')
  return text
}

export function readFlag(setting: Setting, raw: RawValue, origin: Origin): boolean {
  const text = readText(setting, raw, origin).toLowerCase()
  if (TRUE.has(text)) return true
  if (FALSE.has(text)) return false
  throw badValue(setting, raw, origin, 'Give true or false.')
}

export function readNumber(setting: Setting, raw: RawValue, origin: Origin): number {
  const text = readText(setting, raw, origin)
  const value = Number(text)
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = setting
  const whole = setting.kind === 'integer'
  const wellFormed = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && (!whole || Number.isInteger(value))
  if (!wellFormed || value < min || value > max) {
    const percent = text.endsWith('%') ? ' A percentage is written as a fraction: 0.8, not 80%.' : ''
    throw badValue(setting, raw, origin, `Give a ${whole ? 'whole number' : 'number'} from ${min} to ${max}.${percent}`)
  }
  return value
}

export function readList(setting: Setting, raw: RawValue, origin: Origin): string[] {
  const parts = typeof raw === 'object' ? raw.map(String) : splitList(String(raw))
  const items = parts.map((item) => item.trim()).filter((item) => item !== '')
  if (items.length > MAX_ITEMS) throw badValue(setting, items.slice(0, 3), origin, `Give at most ${MAX_ITEMS} items.`)
  for (const item of items) readText(setting, item, origin)
  return items
}

export function readChoice<T extends string>(
  setting: Setting,
  raw: RawValue,
  origin: Origin,
  choices: readonly T[],
): T {
  const text = readText(setting, raw, origin).toLowerCase()
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw badValue(setting, raw, origin, `Give one of ${choices.join(', ')}.`)
  return found
}

/** An absolute URL whose scheme is `http`, `https`, `ws` or `wss`, or null for an empty text. */
export function readUrl(setting: Setting, raw: RawValue, origin: Origin): string | null {
  const text = readText(setting, raw, origin)
  if (text === '') return null
  if (!URL.canParse(text) || !/^(https?|wss?):$/.test(new URL(text).protocol)) {
    throw badValue(setting, raw, origin, 'Give an absolute address.')
  }
  return text
}

/** `i/n` with 1 ≤ i ≤ n ≤ 1000, or null for an empty text. */
export function readShard(setting: Setting, raw: RawValue, origin: Origin): { index: number; count: number } | null {
  const text = readText(setting, raw, origin)
  if (text === '') return null
  const [, first, second] = /^(\d{1,4})\s*\/\s*(\d{1,4})$/.exec(text) ?? []
  const index = Number(first)
  const count = Number(second)
  if (!(index >= 1 && index <= count && count <= 1000)) {
    throw badValue(setting, raw, origin, 'Give i/n: which share, from 1, and of how many.')
  }
  return { index, count }
}

/** `Name <mail>`, or null for an empty text. */
export function readAuthor(setting: Setting, raw: RawValue, origin: Origin): { name: string; email: string } | null {
  const text = readText(setting, raw, origin)
  if (text === '') return null
  const [, name, email] = /^([^<>\r\n]+?)\s*<([^<>\s]+@[^<>\s]+)>$/.exec(text) ?? []
  if (name === undefined || email === undefined) throw badValue(setting, raw, origin, 'Give a name and a mail address.')
  return { name, email }
}

/** The name of a branch, or how such a name begins, by the rules of `git check-ref-format`. */
export function readRef(setting: Setting, raw: RawValue, origin: Origin): string {
  const text = readText(setting, raw, origin).replace(/^refs\/heads\//, '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids exactly these in names of branches
  const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[/.-]|\/\.|\.lock(\/|$)|\.$/
  if (text !== '' && (forbidden.test(text) || text.length > 200)) {
    throw badValue(setting, raw, origin, 'Give a name that git allows for a branch.')
  }
  return text
}
