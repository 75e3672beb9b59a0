import type { LeafRule } from './guard-rules.ts'
import { type SyntaxNode, type SyntaxTree, textOf } from './syntax.ts'

const BY = /^(?:\w+\.)?By\.(?:ID|NAME|CLASS_NAME|CSS_SELECTOR|XPATH)$/
/** What a value of an attribute may hold; no quotes, so that a selector stays as long as it is. */
const VALUE = /^[\w.:/ -]{1,200}$/

/**
 * A renamed value in a locator of Selenium: one text right after a `By`, in a call or in a pair, of which one stretch is
 * replaced by another. `By` itself, and with it the kind of the locator, stays.
 */
export function webDriverRule(): LeafRule {
  let count = 0
  return ({ before, after }, { before: was, after: now }) => {
    if (was.type !== 'string_content' || now.type !== was.type || !followsBy(before, was))
      return 'is no part of a locator'
    if (++count > 1) return 'is a second change'
    const [old, fresh] = stretches(textOf(before, was), textOf(after, now))
    if (fresh === '') return 'finds more than before'
    return VALUE.test(fresh) && VALUE.test(old) ? null : 'changes more than a value'
  }
}

function followsBy(tree: SyntaxTree, content: SyntaxNode): boolean {
  const string = content.parent
  const siblings = string?.parent?.children ?? []
  const by = string ? siblings[siblings.indexOf(string) - 1] : undefined
  const isPair = string?.parent?.type === 'argument_list' || string?.parent?.type === 'tuple'
  return isPair && by?.type === 'attribute' && BY.test(textOf(tree, by))
}

/** What of two texts is left without the beginning and the end that they share, widened to whole words. */
function stretches(old: string, fresh: string): readonly [string, string] {
  let start = 0
  while (start < old.length && old[start] === fresh[start]) start++
  let end = 0
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++
  const isWord = (char: string | undefined): boolean => /[\w-]/.test(char ?? '')
  while (start > 0 && isWord(old[start - 1])) start--
  while (end > 0 && isWord(old.at(-end))) end--
  return [old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)]
}
