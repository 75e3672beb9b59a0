import { LOCATOR_METHODS } from '../locators/playwright-chain.ts'
import { findBinding } from './scope.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf, walk } from './syntax.ts'

/** One call of a locator chain. */
export interface ChainStep {
  readonly method: string
  readonly args: readonly SyntaxNode[]
}

export interface Chain {
  /** What the chain starts from: `page`, `this.row`. */
  readonly base: string
  readonly steps: readonly ChainStep[]
}

/** Steps that choose among several matches, or widen what matches: a patch may not add one to get a test through. */
const NARROWING = new Set(['first', 'last', 'nth', 'or', 'and', 'all', 'visible', 'describe', 'owner', '$', '$$'])
const OPTION_KEYS = new Set([
  'name',
  'exact',
  'hasText',
  'hasNotText',
  'has',
  'hasNot',
  'visible',
  'checked',
  'disabled',
  'selected',
  'expanded',
  'includeHidden',
  'level',
  'pressed',
  'description',
])

/** Reads a chain of locator calls; null where the node is none. */
export function readChain(tree: SyntaxTree, node: SyntaxNode): Chain | null {
  const steps: ChainStep[] = []
  let here = node
  while (here.type === 'call_expression') {
    const callee = child(here, 'function')
    const property = callee?.type === 'member_expression' ? child(callee, 'property') : undefined
    const object = callee === undefined ? undefined : child(callee, 'object')
    if (property === undefined || object === undefined) break
    const method = textOf(tree, property)
    if (!LOCATOR_METHODS.has(method)) break
    steps.unshift({ method, args: child(here, 'arguments')?.children ?? [] })
    here = object
  }
  // `list.filter(…)` and `test.describe(…)` are no locators: something has to select.
  return steps.some(({ method }) => SELECTING.test(method)) ? { base: textOf(tree, here), steps } : null
}

const SELECTING = /^(?:getBy[A-Z]\w*|locator|frameLocator|contentFrame|\$\$?)$/

/** Why a chain may not take the place of another; null where it may. */
export function refuseChain(before: SyntaxTree, was: SyntaxNode, after: SyntaxTree, now: SyntaxNode): string | null {
  const [old, fresh] = [readChain(before, was), readChain(after, now)]
  if (old === null || fresh === null) return 'is no chain of locator calls'
  if (old.base !== fresh.base) return `starts from ${fresh.base} instead of ${old.base}`
  const count = (chain: Chain, method: string): number => chain.steps.filter((step) => step.method === method).length
  for (const method of NARROWING)
    if (count(fresh, method) > count(old, method)) return `adds .${method}(), which chooses among several matches`
  if (!fresh.steps.some(({ method }) => method.startsWith('getBy') || method === 'locator'))
    return 'is left without a step that selects an element'
  const comments = (tree: SyntaxTree, node: SyntaxNode): string =>
    [...walk(node)]
      .filter((each) => each.type === 'comment')
      .map((each) => textOf(tree, each))
      .join('\n')
  if (comments(before, was) !== comments(after, now)) return 'changes a comment'
  const lost = lostVariable(before, old, after, now)
  if (lost !== null) return `no longer depends on ${lost}, so that it would serve only one of several elements`
  const known = new Set([...walk(was)].filter(isReference).map((each) => textOf(before, each)))
  known.add(old.base)
  for (const step of fresh.steps)
    for (const arg of step.args) {
      const unclean = findUnclean(after, arg, known)
      if (unclean !== null) return `brings in ${textOf(after, unclean)}, which was not there before`
    }
  return null
}

/** A substitution, a parameter or a loop variable that the old chain took and the new one does not. */
function lostVariable(before: SyntaxTree, old: Chain, after: SyntaxTree, now: SyntaxNode): string | null {
  const kept = new Set([...walk(now)].map((each) => textOf(after, each)))
  for (const arg of old.steps.flatMap((step) => step.args)) {
    for (const node of walk(arg)) {
      const text = textOf(before, node)
      if (kept.has(text)) continue
      if (node.type === 'template_substitution') return text
      const binding = node.type === 'identifier' ? findBinding(before, node, text) : null
      if (binding?.kind === 'parameter' || binding?.kind === 'element') return text
    }
  }
  return null
}

function isReference(node: SyntaxNode): boolean {
  return (
    node.type === 'identifier' ||
    node.type === 'member_expression' ||
    node.type === 'subscript_expression' ||
    node.type === 'template_substitution'
  )
}

/** The first part of a locator's argument that is neither a literal, an option, nor something the old chain held. */
function findUnclean(tree: SyntaxTree, node: SyntaxNode, known: ReadonlySet<string>): SyntaxNode | null {
  switch (node.type) {
    case 'string':
    case 'regex':
    case 'number':
    case 'true':
    case 'false':
    case 'comment':
      return null
    case 'template_string': {
      const bad = node.children.find((each) => each.type === 'template_substitution' && !known.has(textOf(tree, each)))
      return bad ?? null
    }
    case 'object':
      for (const pair of node.children) {
        const [key, value] = [child(pair, 'key'), child(pair, 'value')]
        if (pair.type === 'comment') continue
        if (pair.type !== 'pair' || key === undefined || value === undefined || !OPTION_KEYS.has(textOf(tree, key)))
          return pair
        const bad = findUnclean(tree, value, known)
        if (bad !== null) return bad
      }
      return null
    case 'call_expression': {
      const chain = readChain(tree, node)
      if (chain === null || !known.has(chain.base)) return node
      for (const step of chain.steps) {
        if (NARROWING.has(step.method)) return node
        for (const arg of step.args) {
          const bad = findUnclean(tree, arg, known)
          if (bad !== null) return bad
        }
      }
      return null
    }
    default:
      return known.has(textOf(tree, node)) ? null : node
  }
}

const BROAD = new Set([
  '*',
  'html',
  'body',
  ':root',
  '//*',
  '//body',
  '/html',
  '/html/body',
  'div',
  'span',
  '//div',
  'main',
  '#root',
  '#app',
])

/** Why a text is no honest locator: it would fit almost anything, or chooses among matches; null where it is one. */
export function refuseLocatorText(was: string, now: string): string | null {
  const plain = now.trim().replace(/^(?:css|xpath)\s*=\s*/, '')
  if (plain === '') return 'is empty, and an empty text fits everything'
  if (BROAD.has(plain)) return `(${plain}) fits almost any page`
  for (const mark of [/\bnth\s*=/, /:nth-match\(/, /:visible\b/, /\bvisible\s*=/, /:is\(/, /:where\(/, /\|\s*\/\//])
    if (mark.test(now) && !mark.test(was)) return 'chooses among several matches, which it did not before'
  if (topLevelCommas(now) > topLevelCommas(was) && /[.#[:>]/.test(now))
    return 'lists alternatives, which it did not before'
  return null
}

/** Commas of a CSS selector list, those inside brackets and quotes not counted. */
function topLevelCommas(selector: string): number {
  const bare = selector.replace(/"[^"]*"|'[^']*'/g, '').replace(/\([^()]*\)|\[[^\]]*\]/g, '')
  return bare.split(',').length - 1
}

/** Why a regular expression is no honest matcher; null where it is one. */
export function refuseRegExp(source: string, flags: string): string | null {
  try {
    const made = new RegExp(source, flags.replace(/[gy]/g, ''))
    const anything = ['', 'q', 'Zx 7 ~', '\u2603'].filter((each) => made.test(each)).length
    return anything > 1 ? 'fits any text' : null
  } catch {
    return 'is no regular expression'
  }
}
