import type { Difference, Versions } from './compare-trees.ts'
import { readString } from './literals.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf } from './syntax.ts'

/** Judges one innermost difference; returns why it is refused, null where it may be. */
export type LeafRule = (versions: Versions, difference: Difference) => string | null

const NAMES = new Set([
  'identifier',
  'property_identifier',
  'shorthand_property_identifier',
  'type_identifier',
  'attribute',
  'keyword_argument',
])
const TEXTS = new Set(['string_fragment', 'string_content', 'string', 'template_string'])
const LITERALS = new Set([
  ...TEXTS,
  'number',
  'integer',
  'float',
  'regex',
  'regex_pattern',
  'true',
  'false',
  'null',
  'none',
])
const MAX_TIMEOUT_MS = 300_000

/** A renamed field: the same old name becomes the same new name, as a property, a key or a whole string, everywhere. */
export function renameRule(kinds: 'field' | 'api'): LeafRule {
  let mapping: { old: string; fresh: string } | undefined
  return ({ before, after }, { before: was, after: now }) => {
    if (was.type !== now.type) return 'changes more than a name'
    const [old, fresh] = [nameOf(before, was), nameOf(after, now)]
    if (old === null || fresh === null) return 'changes more than a name'
    if (!/^[\w$./@:~-]{1,200}$/.test(fresh)) return `(${fresh}) is no name`
    if (kinds === 'field' && isVariable(was)) return 'renames a variable, not a field'
    mapping ??= { old, fresh }
    const same = mapping.old === old && mapping.fresh === fresh
    return same ? null : `is a second renaming beside ${mapping.old} → ${mapping.fresh}`
  }
}

function nameOf(tree: SyntaxTree, node: SyntaxNode): string | null {
  if (NAMES.has(node.type) && node.children.length === 0) return textOf(tree, node)
  if (node.type === 'string') return readString(tree, node)
  return node.type === 'string_fragment' || node.type === 'string_content' ? textOf(tree, node) : null
}

/** Python calls what follows the dot an identifier, too. */
function isVariable(node: SyntaxNode): boolean {
  const isAttribute = node.parent?.type === 'attribute' && node.field === 'attribute'
  return node.type === 'identifier' && node.parent?.type !== 'keyword_argument' && !isAttribute
}

/** A longer limit: one number, where a time limit stands, never a sleep, at most five minutes. */
export function timeoutRule(): LeafRule {
  let count = 0
  return ({ before, after }, { before: was, after: now }) => {
    if (!/^(?:number|integer|float)$/.test(was.type) || was.type !== now.type) return 'is no number of a time limit'
    if (++count > 1) return 'is a second change'
    const [old, fresh] = [
      Number(textOf(before, was).replaceAll('_', '')),
      Number(textOf(after, now).replaceAll('_', '')),
    ]
    if (!isTimeLimit(before, was)) return 'is no time limit'
    if (!(fresh > old) || !Number.isFinite(fresh)) return 'does not lengthen the limit'
    return fresh > MAX_TIMEOUT_MS ? `is longer than ${MAX_TIMEOUT_MS} ms` : null
  }
}

function isTimeLimit(tree: SyntaxTree, node: SyntaxNode): boolean {
  const { parent } = node
  if (parent === null) return false
  const key = child(parent, 'key') ?? child(parent, 'name')
  if (key !== undefined && key !== node) return /timeout/i.test(textOf(tree, key))
  const call = parent.type === 'arguments' || parent.type === 'argument_list' ? parent.parent : null
  const callee = call === null ? undefined : (child(call, 'function') ?? child(call, 'name'))
  const name = callee === undefined ? '' : textOf(tree, callee)
  return (
    /(?:^|\.)(?:setTimeout|setDefaultTimeout|setDefaultNavigationTimeout|set_default_timeout|WebDriverWait)$/.test(
      name,
    ) && name !== 'setTimeout'
  )
}

/** A corrected expectation: one literal, of the same type, in an expected position. */
export function expectationRule(): LeafRule {
  let count = 0
  return ({ before, after }, { before: was, after: now }) => {
    if (!LITERALS.has(was.type)) return 'is no expected value'
    const sameType = was.type === now.type || (/^(?:true|false)$/.test(was.type) && /^(?:true|false)$/.test(now.type))
    if (!sameType) return 'changes the type of what is expected'
    if (++count > 1) return 'is a second change'
    const whole = TEXTS.has(was.type) && was.parent !== null && TEXTS.has(was.parent.type) ? was.parent : was
    const expected = isExpected(before, whole)
    if (expected !== null) return expected
    return textOf(after, now)
      .replace(/["'`/]/g, '')
      .trim() === ''
      ? 'expects nothing any more'
      : null
  }
}

function isExpected(tree: SyntaxTree, node: SyntaxNode): string | null {
  if (node.parent?.type === 'comparison_operator')
    return node.parent.children.at(-1) === node ? null : 'is not the expected side'
  const args = node.parent
  const call = args?.type === 'arguments' || args?.type === 'argument_list' ? args.parent : null
  const callee = call === null || call === undefined ? undefined : (child(call, 'function') ?? child(call, 'name'))
  if (args === null || callee === undefined) return 'stands in no assertion'
  const name = textOf(tree, callee)
  const position = args.children.filter((each) => each.type !== 'comment').indexOf(node)
  if (/\.not\b/.test(name)) return 'belongs to an assertion that something is not so'
  if (/\.to[A-Z]\w*$/.test(name))
    return position === 0 || /toHave(?:Attribute|CSS|JSProperty|Property)$/.test(name)
      ? null
      : 'is not the expected value'
  if (/(?:^|\.)(?:equal|strictEqual|deepEqual|deepStrictEqual|is|assertEqual|assertEquals)$/.test(name)) return null
  return 'stands in no assertion'
}

/** A moved resource: one string that is a path or an address. */
export function resourceRule(): LeafRule {
  let count = 0
  return ({ before, after }, { before: was, after: now }) => {
    if (!TEXTS.has(was.type) || was.type !== now.type) return 'is no path or address'
    if (++count > 1) return 'is a second change'
    const [old, fresh] = [textOf(before, was), textOf(after, now)].map((each) => each.replace(/^["'`]|["'`]$/g, ''))
    if (!/[/.]/.test(old ?? '') || !/^[\w./:?&=%@~+$#{}-]{1,500}$/.test(fresh ?? '')) return 'is no path or address'
    const host = (url: string | undefined): string => /^[a-z]+:\/\/[^/]*/i.exec(url ?? '')?.[0] ?? ''
    return host(old) === host(fresh) ? null : 'leads to another host'
  }
}
