import { announceOtherDeeds, areRivals, paraphrases } from '../dom/vocabulary.ts'
import { shownText } from '../evidence/literal-changes.ts'
import { wordsOf } from '../evidence/names.ts'
import type { Fingerprint } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { tokensOf } from '../source/tokens.ts'
import { isProduct } from './code-places.ts'
import type { CodeView } from './contract.ts'

/** Files looked into, and places shown. */
const LIMITS = { files: 4_000, places: 4 } as const
/** Lines around a literal that may name the element it belongs to. */
const NEAR = 1
const MADE =
  /(?:^|\/)(?:node_modules|dist|build|coverage)\/|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock)$|\.(?:min\.js|map|svg|snap)$/
const ERROR =
  /\b(?:error|errors|exception|went wrong|not found|forbidden|unauthori[sz]ed|denied|unavailable|failed|failure|cannot|unable to|undefined|null|NaN|[45]\d\d)\b/i
/** Words of the test library, and those that name nothing in particular. */
const VAGUE = new Set([
  ...['page', 'locator', 'role', 'text', 'label', 'test', 'title', 'placeholder', 'expect', 'await', 'first', 'last'],
  ...['status', 'spec', 'value', 'result', 'response', 'default', 'json', 'body', 'data', 'name', 'link', 'button'],
  ...['this', 'content', 'inner', 'attribute', 'input', 'level', 'exact', 'true', 'item', 'list', 'class', 'from'],
])

export interface CodePlace {
  readonly file: string
  readonly line: number
}

/** Source of the product, as far as it is written by hand. */
const productFiles = (code: CodeView): readonly string[] => {
  const isOwn = isProduct(code)
  return code.files.filter((file) => !MADE.test(file) && isOwn({ file })).slice(0, LIMITS.files)
}

/** Where the product says a text as a literal of its own, today. */
export const placesSaying = (code: CodeView, text: string): readonly CodePlace[] => {
  const found: CodePlace[] = []
  const wanted = shownText(text)
  const [word = ''] = wanted.match(/[\p{L}\p{N}]+/gu) ?? []
  if (word === '') return found
  for (const file of productFiles(code)) {
    const source = code.read(file)
    if (!source?.includes(word)) continue
    for (const [at, line] of source.split('\n').entries()) {
      if (!line.includes(word)) continue
      const says = tokensOf(line, at + 1, file).some(
        ({ kind, text: said }) => kind !== 'word' && shownText(said) === wanted,
      )
      if (says) found.push({ file, line: at + 1 })
      if (found.length >= LIMITS.places) return found
    }
  }
  return found
}

/**
 * Whether a changed line, or one beside it, names what is asserted: by a word of the source of what is compared, by an
 * attribute of the element, or by its kind where that is rare on a page.
 */
export const isAbout = (change: TokenChange, subject: string, element: Fingerprint | null, code: CodeView): boolean => {
  const lines = (code.read(change.file) ?? '')
    .split('\n')
    .slice(Math.max(0, change.line - 1 - NEAR), change.line + NEAR)
  const said = lines.join('\n')
  const names = new Set(wordsOf(said))
  const isNamed = wordsOf(subject).some((word) => word.length > 3 && !VAGUE.has(word) && names.has(word))
  return isNamed || (element !== null && isOf(element, said))
}

const NAMING = /^(?:id|name|class|title|aria-label|data-[\w-]+)$/
const RARE_TAG = /^(?:h[1-6]|title|legend|caption|summary|label)$/

const isOf = ({ tag, attributes }: Fingerprint, said: string): boolean => {
  const values = Object.entries(attributes).flatMap(([name, value]) => (NAMING.test(name) ? value.split(/\s+/) : []))
  const isNamed = values.some((value) => value.length > 2 && holdsName(said, value))
  return isNamed || (RARE_TAG.test(tag) && said.includes(`<${tag}`))
}

const holdsName = (said: string, name: string): boolean => {
  const at = said.indexOf(name)
  return at >= 0 && !/[\w-]/.test(said[at - 1] ?? '') && !/[\w-]/.test(said[at + name.length] ?? '')
}

/**
 * Where the product said the new words already, before any commit that is known wrote them. Whoever rewords writes something
 * new; a line that shows another message than before, by its key or by its text, shows one that was there.
 */
const saidBefore = (now: string, changes: readonly TokenChange[], code: CodeView): CodePlace | null => {
  const wanted = shownText(now)
  const written = new Map<string, number>()
  for (const { file, new: fresh, kind } of changes)
    if (fresh !== null && kind !== 'word' && shownText(fresh) === wanted)
      written.set(file, (written.get(file) ?? 0) + 1)
  return (
    placesSaying(code, now).find(({ file }) => {
      const left = (written.get(file) ?? 0) - 1
      written.set(file, left)
      return left < 0
    }) ?? null
  )
}

/**
 * Why a new wording should be looked at by a person though a commit wrote it; null where nothing speaks against it.
 *
 * @param changes those that should have written it; null where it is known to say the same without any
 */
export const doubtIn = (
  was: string,
  now: string,
  changes: readonly TokenChange[] | null,
  code: CodeView,
): string | null => {
  if (announceOtherDeeds(was, now)) return `“${now}” says another thing than “${was}”, or its opposite.`
  const before = changes && /\p{L}/u.test(now) ? saidBefore(now, changes, code) : null
  if (before) return `“${now}” is what ${before.file}:${before.line} said before: another message may be shown now.`
  if (ERROR.test(now) && !ERROR.test(was)) return `“${now}” reads like an error.`
  if (!/\p{N}/u.test(`${was}${now}`) && areRivals(was, now)) return `“${now}” is another thing than “${was}”.`
  const slip = slipIn(was, now, code)
  return slip ? `“${slip.now}” looks like a slip of the pen for “${slip.was}”.` : null
}

const inWords = (text: string): readonly string[] => text.toLowerCase().match(/\p{L}{4,}/gu) ?? []

/** A word that differs from the one before by a letter or two, and that nothing else in the product knows. */
const slipIn = (was: string, now: string, code: CodeView): { readonly was: string; readonly now: string } | null => {
  const [before, after] = [inWords(was), inWords(now)]
  for (const word of after) {
    if (before.includes(word)) continue
    const kin = before.find((other) => !after.includes(other) && isSlipOf(word, other))
    if (kin !== undefined && !isKnown(word, now, code)) return { was: kin, now: word }
  }
  return null
}

/** Another ending is a plural or a tense; letters that are swapped, doubled, lost or wrong inside of a word are slips. */
const isSlipOf = (word: string, other: string): boolean => {
  if (word.startsWith(other) || other.startsWith(word)) return false
  return word.slice(0, 2) === other.slice(0, 2) || word.slice(-3) === other.slice(-3)
    ? distance(word, other) <= 2
    : false
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + cost,
        swap ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}

/** Whether a word stands anywhere but in the new wording itself: in the product, or among the words of interfaces. */
const isKnown = (word: string, wording: string, code: CodeView): boolean => {
  if (paraphrases(word).length > 0) return true
  const pattern = new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, 'iu')
  return productFiles(code).some((file) => {
    const source = code.read(file)
    if (!source || !pattern.test(source)) return false
    return source.split('\n').some((line) => pattern.test(line) && !shownText(line).includes(wording))
  })
}
