import type { PageIndex } from '../dom/page-index.ts'
import { shownText } from '../evidence/literal-changes.ts'
import type { TokenChange } from '../source/changes.ts'
import { tokensOf } from '../source/tokens.ts'
import type { CodeView } from './contract.ts'

/** Entries of a list that a page shows: more are rows of data, not words of the product. */
const MOST = 40
/** Lines around a list in source that belong to it: what was taken out stood between what stayed. */
const AROUND = 3

/** What the product's commits did to a list that is written out in its source. */
export interface ListChange {
  readonly file: string
  readonly added: readonly TokenChange[]
  readonly removed: readonly TokenChange[]
}

/**
 * Why a page shows another number of things than before: every one of them is a literal in one file of the product, and
 * the commits put as many literals in there, and took as many out, as there are more or fewer now. Null where that is not
 * so: a number of things that come from data says nothing about what the product means to show.
 *
 * @param elements what the page shows, by their indexes
 * @param more how many more there are than expected; negative for fewer
 */
export const listChange = (
  page: PageIndex,
  elements: readonly number[],
  more: number,
  changes: readonly TokenChange[],
  code: CodeView,
): ListChange | null => {
  if (elements.length === 0 || elements.length > MOST || more === 0) return null
  const texts = elements.map((element) => textsOf(page, element))
  const files = new Set(changes.filter(({ kind }) => kind === 'string' || kind === 'text').map(({ file }) => file))
  for (const file of files) {
    const lines = linesSaying(code.read(file), file, texts)
    if (!lines) continue
    const [first, last] = [Math.min(...lines) - AROUND, Math.max(...lines) + AROUND]
    const own = changes.filter(
      (change) => change.file === file && change.line >= first && change.line <= last && isSpoken(change),
    )
    const added = texts.flatMap(
      (shown) => own.find((change) => change.old === null && saysOne(change.new, shown)) ?? [],
    )
    const removed = distinctLines(own.filter(({ new: fresh }) => fresh === null))
    if (added.length - removed.length === more) return { file, added, removed }
  }
  return null
}

const isSpoken = ({ kind, old, new: fresh }: TokenChange): boolean =>
  (kind === 'string' || kind === 'text') && /\p{L}{2}/u.test(old ?? fresh ?? '')

const textsOf = (page: PageIndex, element: number): readonly string[] => {
  const { text, ownText, name } = page.fingerprint(element)
  return [ownText, text, name].flatMap((each) => (each ? [shownText(each)] : []))
}

const saysOne = (literal: string | null, shown: readonly string[]): boolean =>
  literal !== null && shown.includes(shownText(literal))

const firstWord = (text: string): string => /[\p{L}\p{N}]+/u.exec(text)?.[0] ?? text

/** The lines on which a file says each of the texts, the first of each; null where it does not say all of them. */
const linesSaying = (
  source: string | null,
  file: string,
  texts: readonly (readonly string[])[],
): readonly number[] | null => {
  if (source === null || !texts.every((shown) => shown.some((text) => source.includes(firstWord(text))))) return null
  const lines = source.split('\n')
  const said = new Map<string, number>()
  for (const [at, line] of lines.entries())
    for (const { kind, text } of tokensOf(line, at + 1, file))
      if (kind !== 'word' && kind !== 'number' && !said.has(shownText(text))) said.set(shownText(text), at + 1)
  const found = texts.map((shown) => shown.map((each) => said.get(each)).find((line) => line !== undefined))
  return found.every((line) => line !== undefined) ? found : null
}

/** An entry may be several literals on its line; entries over several lines are counted wrong, and then nothing fits. */
const distinctLines = (changes: readonly TokenChange[]): readonly TokenChange[] =>
  changes.filter(
    (change, at) =>
      changes.findIndex(({ line, commit }) => line === change.line && commit.id === change.commit.id) === at,
  )
