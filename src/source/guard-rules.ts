import type { Difference, Versions } from './compare-trees.ts'
import type { FeedsLocator } from './guard-locators.ts'
import { readString } from './literals.ts'
import { isResourceName } from './resource-places.ts'
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
/** Nodes that are the inside of a literal. */
const WITHIN = new Set([...TEXTS, 'regex_pattern'])
const NUMBERS = /^(?:number|integer|float)$/
const MAX_TIMEOUT_MS = 300_000

/** A renamed field: the same old name becomes the same new name, where fields, keys or names of an API stand. */
export function renameRule(kinds: 'field' | 'api'): LeafRule {
  let mapping: { old: string; fresh: string } | undefined
  return ({ before, after }, { before: was, after: now }) => {
    const names =
      kinds === 'field'
        ? (renamedPattern(before, was, after, now) ?? namesOf(before, was, after, now))
        : (requiredNames(before, was, after, now) ?? namesOf(before, was, after, now))
    if (names === null) return 'changes more than a name'
    const { old, fresh } = names
    if (!/^[\w$./@:~-]{1,200}$/.test(fresh)) return `(${fresh}) is no name`
    const place = kinds === 'field' ? refuseFieldPlace(before, was) : refuseApiPlace(before, was)
    if (place !== null) return place
    mapping ??= { old, fresh }
    const same = mapping.old === old && mapping.fresh === fresh
    return same ? null : `is a second renaming beside ${mapping.old} → ${mapping.fresh}`
  }
}

interface Names {
  readonly old: string
  readonly fresh: string
}

function namesOf(before: SyntaxTree, was: SyntaxNode, after: SyntaxTree, now: SyntaxNode): Names | null {
  const [old, fresh] = was.type === now.type ? [nameOf(before, was), nameOf(after, now)] : [null, null]
  return old === null || fresh === null ? null : { old, fresh }
}

/** `const { old } = require('x')`: a name that a module is asked for, as an import would ask for it. */
function requiredNames(before: SyntaxTree, was: SyntaxNode, after: SyntaxTree, now: SyntaxNode): Names | null {
  const isPattern = was.type === 'shorthand_property_identifier_pattern' && now.type === was.type
  const declarator = was.parent?.parent
  const value = declarator?.type === 'variable_declarator' ? child(declarator, 'value') : undefined
  const isRequire = value !== undefined && /^require\(/.test(textOf(before, value))
  return isPattern && isRequire ? { old: textOf(before, was), fresh: textOf(after, now) } : null
}

/** `{ phase }` becomes `{ state: phase }`: the variable keeps its name, the field it is taken from does not. */
function renamedPattern(before: SyntaxTree, was: SyntaxNode, after: SyntaxTree, now: SyntaxNode): Names | null {
  if (was.type !== 'shorthand_property_identifier_pattern' || now.type !== 'pair_pattern') return null
  const [key, value] = [child(now, 'key'), child(now, 'value')]
  const old = textOf(before, was)
  const isPlain = key?.type === 'property_identifier' && value?.type === 'identifier' && textOf(after, value) === old
  return isPlain && textOf(after, now) === `${textOf(after, key)}: ${old}` ? { old, fresh: textOf(after, key) } : null
}

function nameOf(tree: SyntaxTree, node: SyntaxNode): string | null {
  if (NAMES.has(node.type) && node.children.length === 0) return textOf(tree, node)
  if (node.type === 'string') return readString(tree, node)
  return node.type === 'string_fragment' || node.type === 'string_content' ? textOf(tree, node) : null
}

const KEY_METHODS = /^(?:get|pop|getattr|hasattr|has|hasOwn|toHaveProperty|property|itemgetter|attrgetter)$/

function refuseFieldPlace(tree: SyntaxTree, node: SyntaxNode): string | null {
  if (isVariable(node)) return 'renames a variable, not a field'
  const whole = stringAround(node)
  if (whole === null) return isCallee(node) ? 'renames a method, not a field' : null
  const { parent } = whole
  const isKey =
    (parent?.type === 'subscript' && whole.field === 'subscript') ||
    (parent?.type === 'subscript_expression' && whole.field === 'index') ||
    ((parent?.type === 'pair' || parent?.type === 'pair_pattern') && whole.field === 'key') ||
    (parent !== null && KEY_METHODS.test(calledName(tree, parent)))
  return isKey ? null : 'changes a text that is no key'
}

function refuseApiPlace(tree: SyntaxTree, node: SyntaxNode): string | null {
  const whole = stringAround(node)
  if (whole === null) return null
  const { parent } = whole
  const isModule =
    parent !== null &&
    (/^(?:import|export)_statement$/.test(parent.type) ||
      /^(?:import|require|mock|doMock|unmock|patch|import_module|importActual)$/.test(calledName(tree, parent)))
  return isModule ? null : 'changes a text that names no module'
}

/** The string that a node is, or is the inside of; null for names. */
function stringAround(node: SyntaxNode): SyntaxNode | null {
  if (node.type === 'string') return node
  return node.type === 'string_fragment' || node.type === 'string_content' ? node.parent : null
}

/** Last name of what is called with these arguments. */
function calledName(tree: SyntaxTree, args: SyntaxNode): string {
  const call = args.type === 'arguments' || args.type === 'argument_list' ? args.parent : null
  const callee = call ? (child(call, 'function') ?? call.children[0]) : undefined
  return callee ? (textOf(tree, callee).split('.').at(-1) ?? '') : ''
}

/** Whether what ends with this name is called. */
function isCallee(node: SyntaxNode): boolean {
  const member = node.parent
  if (member?.type !== 'member_expression' && member?.type !== 'attribute') return false
  return (member.parent?.type === 'call_expression' || member.parent?.type === 'call') && member.field === 'function'
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
    if (!NUMBERS.test(was.type) || !NUMBERS.test(now.type)) return 'is no number of a time limit'
    if (++count > 1) return 'is a second change'
    const [old, fresh] = [
      Number(textOf(before, was).replaceAll('_', '')),
      Number(textOf(after, now).replaceAll('_', '')),
    ]
    const limit = timeLimit(before, was)
    if (limit === null) return 'is no time limit'
    if (!(fresh > old) || !Number.isFinite(fresh)) return 'does not lengthen the limit'
    const most = limit === 's' ? MAX_TIMEOUT_MS / 1000 : MAX_TIMEOUT_MS
    return fresh > most ? `is longer than ${most} ${limit}` : null
  }
}

/** The unit of a time limit; null where the number is none. Python counts in seconds unless the name says otherwise. */
function timeLimit(tree: SyntaxTree, node: SyntaxNode): 's' | 'ms' | null {
  const { parent } = node
  if (parent === null) return null
  const isPython = tree.language === 'python'
  const unitOf = (name: string): 's' | 'ms' =>
    isPython ? (/_?(?:ms|millis)$/i.test(name) ? 'ms' : 's') : /sec(?:ond)?s?$/i.test(name) ? 's' : 'ms'
  const key = child(parent, 'key') ?? child(parent, 'name') ?? child(parent, 'left')
  if (key !== undefined && key !== node) {
    const name = textOf(tree, key).replace(/^['"]|['"]$/g, '')
    return /timeout/i.test(name) ? unitOf(name) : null
  }
  const call = parent.type === 'arguments' || parent.type === 'argument_list' ? parent.parent : null
  const callee = call === null ? undefined : (child(call, 'function') ?? child(call, 'name'))
  const name = callee === undefined ? '' : textOf(tree, callee)
  const isLast = parent.children.at(-1) === node && parent.children.length > 1
  if (/^(?:it|test|beforeAll|beforeEach|afterAll|afterEach)(?:\.(?:only|concurrent|sequential|each|for))*$/.test(name))
    return isLast ? 'ms' : null
  if (name === 'AbortSignal.timeout') return 'ms'
  if (name === 'setTimeout') return null
  if (/(?:^|\.)WebDriverWait$/.test(name)) return isPython ? 's' : 'ms'
  return /(?:^|\.)(?:setTimeout|setDefaultTimeout|setDefaultNavigationTimeout|set_default_timeout)$/.test(name)
    ? 'ms'
    : null
}

/**
 * A corrected expectation: one literal, of the same type, in an expected position, or entries of one list. A literal
 * elsewhere may be changed where it is expected by assertions and used for nothing else.
 *
 * @param feeds null where no files show what literals are used for
 */
export function expectationRule(feeds: FeedsLocator | null): LeafRule {
  let first: SyntaxNode | undefined
  return ({ file, before, after }, { before: was, after: now }) => {
    if (!LITERALS.has(was.type)) return 'is no expected value'
    if (was.type === 'regex') return 'changes how a pattern is read'
    const sameType = was.type === now.type || (/^(?:true|false)$/.test(was.type) && /^(?:true|false)$/.test(now.type))
    if (!sameType) return 'changes the type of what is expected'
    const whole = WITHIN.has(was.type) && was.parent !== null && LITERALS.has(was.parent.type) ? was.parent : was
    if (first !== undefined && !isBesideInList(first, whole)) return 'is a second change'
    first ??= whole
    const expected = isExpected(before, whole)
    if (expected !== null && (feeds === null || UNYIELDING.test(expected) || feeds(file, whole) !== null))
      return expected
    return loosened(before, whole, textOf(before, was), textOf(after, now))
  }
}

/** Why a new text of an expectation wants less than the old one did; null where it does not. */
function loosened(tree: SyntaxTree, whole: SyntaxNode, old: string, fresh: string): string | null {
  const [was, now] = [old, fresh].map((each) => each.replace(/^["'`]|["'`]$/g, ''))
  if (was === undefined || now === undefined || now.replace(/\//g, '').trim() === '') return 'expects nothing any more'
  if (whole.type === 'regex') return formOf(was) === formOf(now) ? null : 'gives the pattern another form'
  const isPart = whole.parent !== null && PARTIAL.test(calledName(tree, whole.parent))
  return isPart && was.includes(now) ? 'wants a smaller part than before' : null
}

/** Matchers that are content with a part. */
const PARTIAL = /^(?:toContain\w*|toMatch|stringContaining|stringMatching)$/

/** A pattern without the characters that stand for themselves. */
const formOf = (pattern: string): string => pattern.replace(/(?:[^\\.*+?^${}()|[\]/]|\\[./?+*()[\]{}|^$-])+/g, '·')

const isBesideInList = (one: SyntaxNode, other: SyntaxNode): boolean =>
  one.parent?.type === 'array' && one.parent === other.parent

/** Said of literals that stand in an assertion, but not where they may be changed. */
const UNYIELDING = /^(?:is a bound|belongs to|is not the expected)/

/** The first argument names what is compared. */
const isNaming = (name: string): boolean => /toHave(?:Attribute|CSS|JSProperty|Property)$/.test(name)

function isExpected(tree: SyntaxTree, node: SyntaxNode): string | null {
  if (node.parent?.type === 'comparison_operator') {
    const { children } = node.parent
    if (children.length !== 2 || children.at(-1) !== node) return 'is not the expected side'
    const operator = tree.text.slice(children[0]?.end, node.start).trim()
    return operator === '==' ? null : `belongs to a comparison by “${operator}”, which may only be loosened by it`
  }
  const args = node.parent
  const call = args?.type === 'arguments' || args?.type === 'argument_list' ? args.parent : null
  const callee = call === null || call === undefined ? undefined : (child(call, 'function') ?? child(call, 'name'))
  if (args === null || callee === undefined) return 'stands in no assertion'
  const name = textOf(tree, callee)
  const position = args.children.filter((each) => each.type !== 'comment').indexOf(node)
  if (/toBe(?:Greater|Less)Than|toBeCloseTo|toBeInstanceOf/.test(name))
    return 'is a bound, which may only be loosened by it'
  if (/\.not\b/.test(name)) return 'belongs to an assertion that something is not so'
  if (/\.waitForURL$/.test(name)) return position === 0 ? null : 'is not the expected value'
  if (/\.to[A-Z]\w*$/.test(name))
    return position === (isNaming(name) && args.children.length > 1 ? 1 : 0) ? null : 'is not the expected value'
  if (/\.to\.(?:\w+\.)*(?:equal|equals|eql)$/.test(name)) return position === 0 ? null : 'is not the expected value'
  if (/(?:^|\.)assertEquals$/.test(name)) return null
  if (/(?:^|\.)(?:equal|strictEqual|deepEqual|deepStrictEqual|is|assertEqual)$/.test(name))
    return position === 1 ? null : 'is not the expected value'
  return 'stands in no assertion'
}

/** A moved resource: one string that is a path or an address, or a name that is given to a call. */
export function resourceRule(): LeafRule {
  let count = 0
  return ({ before, after }, { before: was, after: now }) => {
    if (!TEXTS.has(was.type) || was.type !== now.type) return 'is no path or address'
    if (++count > 1) return 'is a second change'
    const [old, fresh] = [textOf(before, was), textOf(after, now)].map((each) => each.replace(/^["'`]|["'`]$/g, ''))
    const isPath = /[/.]/.test(old ?? '') && /^[\w./:?&=%@~+$#{}-]{1,500}$/.test(fresh ?? '')
    const isName = /^[A-Za-z][\w.-]{0,252}$/.test(old ?? '') && /^[A-Za-z][\w./-]{0,252}$/.test(fresh ?? '')
    if (!isPath && !(isName && isResourceName(before, stringAround(was) ?? was))) return 'is no path or address'
    const whole = stringAround(was) ?? was
    if (isCompared(before, whole)) return 'is an expected value'
    const host = (url: string | undefined): string => /^[a-z]+:\/\/[^/]*/i.exec(url ?? '')?.[0] ?? ''
    return host(old) === host(fresh) ? null : 'leads to another host'
  }
}

function isCompared(tree: SyntaxTree, whole: SyntaxNode): boolean {
  if (whole.parent?.type === 'comparison_operator' || whole.parent?.type === 'binary_expression') return true
  const args = whole.parent
  return (
    args !== null &&
    /^(?:to[A-Z]\w*|equals?|eql|strictEqual|deepEqual|deepStrictEqual|assert\w*|match|include|includes|contain)$/.test(
      calledName(tree, args),
    )
  )
}
