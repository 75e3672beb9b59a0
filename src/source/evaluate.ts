import { callFunction, evaluateCall, evaluateNew } from './evaluate-calls.ts'
import { instanceMember, staticMember } from './evaluate-classes.ts'
import { exportOf } from './evaluate-exports.ts'
import { evaluateName, selfOf } from './evaluate-names.ts'
import { readRegExp, readString, readTemplate } from './literals.ts'
import { keyText } from './scope.ts'
import type { SyntaxNode, SyntaxTree } from './syntax.ts'
import { child, textOf } from './syntax.ts'
import {
  type Caller,
  type Context,
  choiceOf,
  distribute,
  type Evaluator,
  flatten,
  isHole,
  type Library,
  type Module,
  PAGE,
  type Text,
  UNDEFINED,
  UNKNOWN,
  type Value,
} from './values.ts'

const MAX_DEPTH = 120
const MAX_STEPS = 60_000
const MAX_MODULES = 400

export interface EvaluatorOptions {
  readonly library: Library
  /** Reads and parses a file; null where it is none of ours or cannot be read. */
  readonly load: (file: string) => Module | null
  readonly resolve: (from: string, specifier: string) => string | null
  readonly callers?: Evaluator['callers']
}

/**
 * Reads expressions of JavaScript and TypeScript without running them: what a string, an object or a locator would be,
 * and which literals it comes from. What cannot be told is `unknown`, or a hole in a string. Depth and work are bounded,
 * so hostile sources end in `unknown` too.
 */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const modules = new Map<string, Module | null>()
  let depth = 0
  let steps = 0
  let holes = 0

  const guarded = (work: () => Value): Value => {
    if (depth >= MAX_DEPTH || ++steps > MAX_STEPS) return UNKNOWN
    depth++
    try {
      return work()
    } finally {
      depth--
    }
  }

  const ev: Evaluator = {
    library: options.library,
    evaluate: (node, context) => guarded(() => evaluateNode(ev, node, context)),
    member: (value, name) => guarded(() => memberOf(ev, value, name)),
    call: (callee, args) => guarded(() => distribute(callee, (each) => callFunction(ev, each, args))),
    exported: (module, name) => guarded(() => exportOf(ev, module, name)),
    module(file) {
      const known = modules.get(file)
      if (known !== undefined) return known
      const loaded = modules.size < MAX_MODULES ? options.load(file) : null
      modules.set(file, loaded)
      return loaded
    },
    importModule(from, specifier) {
      const file = options.resolve(from, specifier)
      return file === null ? null : ev.module(file)
    },
    text(value) {
      const known = knownText(value)
      if (known !== null) return known
      const likely = value.kind === 'choice' ? value.options.map(knownText).filter((each) => each !== null) : []
      return { kind: 'hole', id: holes++, options: likely }
    },
    callers: (fn, context): readonly Caller[] => (depth < MAX_DEPTH / 2 ? (options.callers?.(fn, context) ?? []) : []),
  }
  return ev
}

function knownText(value: Value): Text | null {
  switch (value.kind) {
    case 'text':
      return value.text
    case 'number':
    case 'boolean':
      return { kind: 'fixed', text: String(value.value) }
    case 'undefined':
      return { kind: 'fixed', text: 'undefined' }
    default:
      return null
  }
}

function evaluateNode(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  const tree = context.module.tree
  const part = (field: string): Value => {
    const below = child(node, field)
    return below === undefined ? UNKNOWN : ev.evaluate(below, context)
  }
  const span = { file: context.module.file, start: node.start, end: node.end }
  switch (node.type) {
    case 'identifier':
    case 'shorthand_property_identifier':
      return evaluateName(ev, node, context)
    case 'undefined':
      return UNDEFINED
    case 'this':
      return selfOf(ev, node, context)
    case 'string':
      return {
        kind: 'text',
        text: { kind: 'literal', text: readString(tree, node), span, shared: isShared(tree, node) },
      }
    case 'template_string':
      return evaluateTemplate(ev, node, context)
    case 'number':
      return {
        kind: 'number',
        value: Number(textOf(tree, node).replaceAll('_', '')),
        span,
        shared: isShared(tree, node),
      }
    case 'regex':
      return { kind: 'regexp', ...readRegExp(tree, node), span, shared: isShared(tree, node) }
    case 'true':
    case 'false':
      return { kind: 'boolean', value: node.type === 'true' }
    case 'array':
      return evaluateArray(ev, node, context)
    case 'object':
      return evaluateObject(ev, node, context)
    case 'parenthesized_expression':
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression':
    case 'await_expression':
      return node.children[0] === undefined ? UNKNOWN : ev.evaluate(node.children[0], context)
    case 'type_assertion': {
      const inner = node.children.at(-1)
      return inner === undefined ? UNKNOWN : ev.evaluate(inner, context)
    }
    case 'member_expression': {
      const property = child(node, 'property')
      return property === undefined ? UNKNOWN : ev.member(part('object'), textOf(tree, property))
    }
    case 'subscript_expression':
      return subscript(ev, part('object'), part('index'))
    case 'call_expression':
      return evaluateCall(ev, node, context)
    case 'new_expression':
      return evaluateNew(ev, node, context)
    case 'binary_expression':
      return evaluateBinary(ev, node, context)
    case 'ternary_expression':
      return choiceOf([part('consequence'), part('alternative')])
    case 'unary_expression': {
      const argument = part('argument')
      return tree.text[node.start] === '-' && argument.kind === 'number'
        ? { kind: 'number', value: -argument.value, span }
        : UNKNOWN
    }
    case 'assignment_expression':
      return part('right')
    case 'arrow_function':
    case 'function_expression':
    case 'generator_function':
    case 'function_declaration':
      return { kind: 'function', node, context, self: null }
    case 'class':
      return { kind: 'class', node, context }
    default:
      return UNKNOWN
  }
}

const SHARING = /declarator$|field_definition$|^enum_assignment$|^assignment_expression$|_parameter$|^return_statement$/

/** A literal is shared when a name stands for it, so that whoever uses the name changes with it. */
function isShared(tree: SyntaxTree, node: SyntaxNode): boolean {
  for (let here = node.parent; here !== null; here = here.parent) {
    if (SHARING.test(here.type)) return true
    // What is passed to a call belongs to that call, except where the call only seals an object.
    if (here.type === 'arguments' && !/^Object\s*\./.test(tree.text.slice(here.parent?.start ?? 0, here.start)))
      return false
  }
  return false
}

function evaluateTemplate(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  const { file, tree } = context.module
  const parts = readTemplate(context.module.tree, node).map((piece) =>
    piece.expression === null
      ? { kind: 'chunk' as const, text: piece.text, span: { file, start: piece.start, end: piece.end } }
      : ev.text(ev.evaluate(piece.expression, context)),
  )
  return {
    kind: 'text',
    text: { kind: 'template', parts, span: { file, start: node.start, end: node.end }, shared: isShared(tree, node) },
  }
}

function evaluateBinary(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  const left = child(node, 'left')
  const right = child(node, 'right')
  if (left === undefined || right === undefined) return UNKNOWN
  const operator = context.module.tree.text.slice(left.end, right.start).trim()
  const first = ev.evaluate(left, context)
  if (operator === '??' || operator === '||') {
    const settled = first.kind !== 'unknown' && first.kind !== 'undefined' && first.kind !== 'choice'
    return settled ? first : choiceOf([first, ev.evaluate(right, context)])
  }
  const second = ev.evaluate(right, context)
  if (operator === '&&') return second
  if (first.kind === 'number' && second.kind === 'number') return arithmetic(operator, first.value, second.value)
  if (operator !== '+' || (!maybeText(first) && !maybeText(second))) return UNKNOWN
  return { kind: 'text', text: { kind: 'concat', parts: [ev.text(first), ev.text(second)] } }
}

function arithmetic(operator: string, left: number, right: number): Value {
  const results: Record<string, number> = { '+': left + right, '-': left - right, '*': left * right }
  const value = results[operator]
  return value === undefined ? UNKNOWN : { kind: 'number', value }
}

function maybeText(value: Value): boolean {
  return value.kind === 'text' || (value.kind === 'choice' && value.options.some((each) => each.kind === 'text'))
}

function evaluateArray(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  const items: (() => Value)[] = []
  for (const item of node.children) {
    if (item.type === 'comment') continue
    if (item.type !== 'spread_element') items.push(() => ev.evaluate(item, context))
    else {
      const spread = item.children[0] === undefined ? UNKNOWN : ev.evaluate(item.children[0], context)
      items.push(...(spread.kind === 'list' ? spread.items : []))
    }
  }
  return { kind: 'list', items }
}

function evaluateObject(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  const tree = context.module.tree
  const properties = new Map<string, () => Value>()
  const object: Value = { kind: 'object', properties }
  for (const member of node.children) {
    const key = child(member, 'key') ?? child(member, 'name')
    const value = child(member, 'value')
    if (member.type === 'shorthand_property_identifier')
      properties.set(textOf(tree, member), () => ev.evaluate(member, context))
    else if (member.type === 'spread_element' && member.children[0] !== undefined) {
      const spread = ev.evaluate(member.children[0], context)
      if (spread.kind === 'object') for (const [name, each] of spread.properties) properties.set(name, each)
    } else if (member.type === 'method_definition' && key !== undefined) {
      const method: Value = { kind: 'function', node: member, context, self: object }
      const getter = /^(?:static\s+)?get\s/.test(tree.text.slice(member.start, key.start))
      properties.set(keyText(tree, key), () => (getter ? ev.call(method, []) : method))
    } else if (member.type === 'pair' && key !== undefined && value !== undefined) {
      const name = key.type === 'computed_property_name' ? computedName(ev, key, context) : keyText(tree, key)
      properties.set(name, () => ev.evaluate(value, context))
    }
  }
  return object
}

function computedName(ev: Evaluator, key: SyntaxNode, context: Context): string {
  const inner = key.children[0]
  return inner === undefined ? '' : flatten(ev.text(ev.evaluate(inner, context)))
}

function subscript(ev: Evaluator, object: Value, index: Value): Value {
  const name = flatten(ev.text(index))
  if (![...name].some(isHole)) return ev.member(object, name)
  return distribute(object, (each) => {
    if (each.kind === 'object') return choiceOf([...each.properties.values()].map((property) => property()))
    if (each.kind === 'list') return choiceOf(each.items.map((item) => item()))
    return UNKNOWN
  })
}

function memberOf(ev: Evaluator, value: Value, name: string): Value {
  switch (value.kind) {
    case 'object': {
      const property = value.properties.get(name)?.()
      if (property?.kind === 'function' && property.self === null) return { ...property, self: value }
      return property ?? (name === 'page' ? PAGE : UNKNOWN)
    }
    case 'list':
      return name === 'length'
        ? { kind: 'number', value: value.items.length }
        : (value.items[Number(name)]?.() ?? UNKNOWN)
    case 'choice':
      return distribute(value, (each) => ev.member(each, name))
    case 'instance':
      return instanceMember(ev, value, name)
    case 'class':
      return staticMember(ev, value, name)
    case 'module':
      return ev.exported(value.module, name)
    case 'unknown':
      return name === 'page' ? PAGE : UNKNOWN
    default:
      return UNKNOWN
  }
}
