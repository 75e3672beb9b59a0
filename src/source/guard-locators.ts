import { LOCATOR_METHODS } from '../locators/playwright-chain.ts'
import { SELECTOR_ACTIONS } from '../locators/selector-arguments.ts'
import type { Difference, Versions } from './compare-trees.ts'
import { readChain, refuseChain, refuseLocatorText, refuseRegExp } from './guard-chain.ts'
import { readRegExp, readString, readTemplate } from './literals.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf } from './syntax.ts'

const LITERALS = new Set(['string', 'template_string', 'regex', 'number'])
const TEXT_OPTIONS = new Set(['name', 'hasText', 'hasNotText', 'description'])
/** Whole names only: a method of a page object that happens to be called `fill` takes a value, not a selector. */
const PAGE = /(?:^|\.)#?_?(?:page|frame|mainFrame|popup|newPage|tab)\d*$/
const TWO_ARGUMENTS = new Set([
  'fill',
  'type',
  'press',
  'selectOption',
  'setInputFiles',
  'setChecked',
  'dispatchEvent',
  'getAttribute',
  '$eval',
  '$$eval',
  'dragAndDrop',
])

/** Whether the literal at an offset of a file feeds a locator somewhere, through constants and helpers. */
export type FeedsLocator = (file: string, node: SyntaxNode) => string | null

/**
 * What a repair of a broken locator may change: literals that feed a locator, and calls within a chain of them. Returns
 * whether a difference is settled; why it is refused is added to `violations`.
 */
export function acceptLocatorChange(
  versions: Versions,
  { before: was, after: now }: Difference,
  feeds: FeedsLocator,
  violations: string[],
): boolean {
  const { before, after } = versions
  const refuse = (reason: string | null): boolean => {
    if (reason !== null) violations.push(reason)
    return true
  }
  if (LITERALS.has(was.type) && was.type === now.type) {
    const place = literalPlace(before, was)
    if (place !== 'direct') {
      const reason = feeds(versions.file, was)
      if (reason !== null) return refuse(`“${textOf(before, was)}” ${reason}.`)
    }
    return refuse(refuseLiteral(before, was, after, now) ?? refuseAbsence(before, was))
  }
  if (readChain(before, was) === null || readChain(after, now) === null) return false
  // The same calls with other literals are judged literal by literal.
  if (sameMethods(before, was, after, now)) return false
  const reason = refuseChain(before, was, after, now)
  if (reason !== null) return refuse(`The locator “${textOf(after, now).slice(0, 120)}” ${reason}.`)
  return refuse(refuseTexts(before, was, after, now) ?? refuseAbsence(before, was))
}

function sameMethods(before: SyntaxTree, was: SyntaxNode, after: SyntaxTree, now: SyntaxNode): boolean {
  const names = (tree: SyntaxTree, node: SyntaxNode): string =>
    (readChain(tree, node)?.steps ?? []).map((step) => `${step.method}(${step.args.map(shapeOf).join()})`).join('.')
  return names(before, was) === names(after, now)
}

function shapeOf(node: SyntaxNode): string {
  return LITERALS.has(node.type) && node.type !== 'template_string'
    ? node.type
    : `${node.type}[${node.children.map(shapeOf).join()}]`
}

function refuseTexts(before: SyntaxTree, was: SyntaxNode, after: SyntaxTree, now: SyntaxNode): string | null {
  const old = textOf(before, was)
  const stack = [now]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const reason = node.type === 'string' ? refuseLocatorText(old, readString(after, node)) : null
    if (reason !== null) return `The locator text ${textOf(after, node)} ${reason}.`
    if (node.type === 'regex') {
      const { source, flags } = readRegExp(after, node)
      const unfit = refuseRegExp(source, flags)
      if (unfit !== null) return `The pattern ${textOf(after, node)} ${unfit}.`
    }
    stack.push(...node.children)
  }
  return null
}

function refuseLiteral(before: SyntaxTree, was: SyntaxNode, after: SyntaxTree, now: SyntaxNode): string | null {
  if (was.type === 'number') return null
  if (was.type === 'regex') {
    const { source, flags } = readRegExp(after, now)
    const reason = refuseRegExp(source, flags)
    return reason === null ? null : `The pattern ${textOf(after, now)} ${reason}.`
  }
  if (was.type === 'template_string') {
    const substitutions = (tree: SyntaxTree, node: SyntaxNode): string =>
      readTemplate(tree, node)
        .flatMap((each) => (each.expression === null ? [] : [textOf(tree, each.expression)]))
        .join('\0')
    if (substitutions(before, was) !== substitutions(after, now))
      return `The template ${textOf(after, now)} no longer holds the substitutions of ${textOf(before, was)}.`
  }
  const plain = (tree: SyntaxTree, node: SyntaxNode): string =>
    node.type === 'string'
      ? readString(tree, node)
      : readTemplate(tree, node)
          .map((each) => (each.expression === null ? each.text : 'x'))
          .join('')
  const reason = refuseLocatorText(plain(before, was), plain(after, now))
  return reason === null ? null : `The locator text ${textOf(after, now)} ${reason}.`
}

/** `direct`: the literal is written where a locator call takes its text. */
function literalPlace(tree: SyntaxTree, literal: SyntaxNode): 'direct' | 'elsewhere' {
  let node = literal
  const pair = literal.parent
  if (pair?.type === 'pair' && child(pair, 'value') === literal) {
    const key = child(pair, 'key')
    const object = pair.parent
    if (key === undefined || object?.type !== 'object' || !TEXT_OPTIONS.has(textOf(tree, key))) return 'elsewhere'
    node = object
  }
  const args = node.parent
  const call = args?.type === 'arguments' ? args.parent : null
  const callee = call?.type === 'call_expression' ? child(call, 'function') : undefined
  const property = callee?.type === 'member_expression' ? child(callee, 'property') : undefined
  const object = callee === undefined ? undefined : child(callee, 'object')
  if (args === null || property === undefined || object === undefined) return 'elsewhere'
  const method = textOf(tree, property)
  const given = args.children.filter((each) => each.type !== 'comment')
  const position = given.indexOf(node)
  if (literal.type === 'number') return method === 'nth' && position === 0 ? 'direct' : 'elsewhere'
  if (LOCATOR_METHODS.has(method)) {
    const objectAt = method === 'filter' ? 0 : 1
    return position === (node === literal ? 0 : objectAt) && !(node === literal && method === 'filter')
      ? 'direct'
      : 'elsewhere'
  }
  if (!SELECTOR_ACTIONS.has(method) || !PAGE.test(textOf(tree, object)) || node !== literal) return 'elsewhere'
  if (method === 'dragAndDrop') return position <= 1 ? 'direct' : 'elsewhere'
  return position === 0 && (!TWO_ARGUMENTS.has(method) || given.length >= 2) ? 'direct' : 'elsewhere'
}

/** A locator that is to find nothing is never broken: changing it would only make the test blind. */
function refuseAbsence(tree: SyntaxTree, node: SyntaxNode): string | null {
  for (let here: SyntaxNode | null = node; here !== null && !here.type.endsWith('statement'); here = here.parent) {
    if (here.type !== 'call_expression') continue
    const text = textOf(tree, here)
    const name = textOf(tree, child(here, 'function') ?? here)
    if (!name.includes('expect') && !/\.(?:waitFor|waitForSelector|isHidden)$/.test(name)) continue
    const absent =
      /\.not\s*\.|\.toBeHidden\(|\.toHaveCount\(\s*0|attached:\s*false|visible:\s*false|state:\s*['"](?:hidden|detached)|\.isHidden\(/
    if (absent.test(text))
      return `“${text.slice(0, 100)}” wants something to be absent; its locator may not be changed.`
  }
  return null
}
