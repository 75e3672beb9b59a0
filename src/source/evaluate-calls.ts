import { superMember } from './evaluate-classes.ts'
import { contextFor, selfOf } from './evaluate-names.ts'
import { enclosingClass, isFunction } from './scope.ts'
import type { SyntaxNode } from './syntax.ts'
import { child, textOf } from './syntax.ts'
import {
  type Context,
  choiceOf,
  distribute,
  type Evaluator,
  flatten,
  isHole,
  PAGE,
  type Span,
  UNKNOWN,
  type Value,
} from './values.ts'

const MAX_RETURNS = 16

/** Arguments of a call; a spread list is laid out. */
export function argumentsOf(ev: Evaluator, call: SyntaxNode, context: Context): Value[] {
  const nodes = (child(call, 'arguments')?.children ?? []).filter((each) => each.type !== 'comment')
  return nodes.flatMap((node) => {
    if (node.type !== 'spread_element') return [ev.evaluate(node, context)]
    const spread = node.children[0] === undefined ? UNKNOWN : ev.evaluate(node.children[0], context)
    return spread.kind === 'list' ? spread.items.map((item) => item()) : [UNKNOWN]
  })
}

export function evaluateNew(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  const maker = child(node, 'constructor')
  if (maker === undefined) return UNKNOWN
  const args = argumentsOf(ev, node, context)
  if (textOf(context.module.tree, maker) === 'RegExp') return madeRegExp(ev, args)
  return distribute(ev.evaluate(maker, context), (of) =>
    of.kind === 'class' ? { kind: 'instance', of, args } : UNKNOWN,
  )
}

function madeRegExp(ev: Evaluator, args: readonly Value[]): Value {
  const [pattern, flags] = args
  if (pattern?.kind === 'regexp') return pattern
  if (pattern === undefined) return UNKNOWN
  const text = ev.text(pattern)
  return { kind: 'regexp', source: flatten(text), flags: flags?.kind === 'text' ? flatten(flags.text) : '', text }
}

export function evaluateCall(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  const { tree, file } = context.module
  const callee = child(node, 'function')
  if (callee === undefined) return UNKNOWN
  const property = callee.type === 'member_expression' ? child(callee, 'property') : undefined
  const object = callee.type === 'member_expression' ? child(callee, 'object') : undefined
  if (property === undefined || object === undefined) return plainCall(ev, node, callee, context)
  const name = textOf(tree, property)
  if (object.type === 'super') {
    const self = selfOf(ev, object, context)
    const inside = enclosingClass(node)
    const method = self.kind === 'instance' && inside !== null ? superMember(ev, self, inside, name) : UNKNOWN
    return ev.call(method, argumentsOf(ev, node, context))
  }
  const builtin = objectFunction(ev, textOf(tree, object), name, () => argumentsOf(ev, node, context))
  if (builtin !== null) return builtin
  const dot = tree.text.lastIndexOf('.', property.start)
  const optional = tree.text[dot - 1] === '?' ? 1 : 0
  const span = { file, start: Math.max(object.end, dot - optional), end: node.end }
  return distribute(ev.evaluate(object, context), (receiver) =>
    methodCall(ev, receiver, name, argumentsOf(ev, node, context), span),
  )
}

function plainCall(ev: Evaluator, node: SyntaxNode, callee: SyntaxNode, context: Context): Value {
  const { tree, file } = context.module
  const name = textOf(tree, callee)
  const args = argumentsOf(ev, node, context)
  if (name === 'require' || name === 'import') {
    const specifier = args[0]?.kind === 'text' ? flatten(args[0].text) : ''
    const target = ev.importModule(file, specifier)
    return target === null ? UNKNOWN : { kind: 'module', module: target }
  }
  const value = ev.evaluate(callee, context)
  if (value.kind !== 'unknown') return ev.call(value, args)
  if (name === 'String' && args[0] !== undefined) return { kind: 'text', text: ev.text(args[0]) }
  if (name === 'mergeTests' && args.length > 0) return args.reduce((base, own) => ({ kind: 'fixtures', own, base }))
  return UNKNOWN
}

function methodCall(ev: Evaluator, receiver: Value, name: string, args: readonly Value[], span: Span): Value {
  const own = receiver.kind === 'instance' || receiver.kind === 'object' ? ev.member(receiver, name) : UNKNOWN
  if (own.kind === 'function') return ev.call(own, args)
  if (ev.library.makesLocator(name)) {
    // Something that takes locator calls is a page or a locator, even where the source does not tell which.
    const base = receiver.kind === 'locator' ? receiver : { ...PAGE, base: 'unknown' as const }
    const made = ev.library.call(base, name, args, span, ev.text)
    if (made !== null) return made
  }
  if (name === 'extend' && (receiver.kind === 'unknown' || receiver.kind === 'fixtures') && args[0] !== undefined)
    return { kind: 'fixtures', own: args[0], base: receiver }
  if (name === 'newPage' || name === 'mainFrame') return PAGE
  if (receiver.kind === 'list') return listMethod(ev, receiver, name, args)
  if (receiver.kind === 'text') return textMethod(ev, receiver, name, args)
  if (receiver.kind === 'number' && name === 'toString') return { kind: 'text', text: ev.text(receiver) }
  const method = receiver.kind === 'module' || receiver.kind === 'class' ? ev.member(receiver, name) : UNKNOWN
  return method.kind === 'unknown' ? UNKNOWN : ev.call(method, args)
}

/** What a function returns for these arguments: one value, or a choice where it has several `return`s. */
export function callFunction(ev: Evaluator, callee: Value, args: readonly Value[]): Value {
  if (callee.kind !== 'function') return UNKNOWN
  const body = child(callee.node, 'body')
  if (body === undefined) return UNKNOWN
  const { module, frame } = callee.context
  const context: Context = { module, fn: callee.node, args, self: callee.self, outer: callee.context, frame }
  if (body.type !== 'statement_block') return ev.evaluate(body, context)
  return choiceOf(returnsOf(body).map((each) => ev.evaluate(each, contextFor(each, module, context))))
}

function returnsOf(body: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  const visit = (node: SyntaxNode, depth: number): void => {
    if (found.length >= MAX_RETURNS || depth > 60) return
    if (node.type === 'return_statement') {
      if (node.children[0] !== undefined) found.push(node.children[0])
    } else if (!isFunction(node)) for (const each of node.children) visit(each, depth + 1)
  }
  for (const each of body.children) visit(each, 0)
  return found
}

function objectFunction(ev: Evaluator, object: string, name: string, args: () => readonly Value[]): Value | null {
  if (object === 'String' && name === 'raw') return null
  if (object !== 'Object' && !(object === 'Promise' && name === 'resolve')) return null
  const [first, ...others] = args()
  if (first === undefined) return UNKNOWN
  if (name === 'freeze' || name === 'seal' || name === 'resolve') return first
  if (first.kind !== 'object') return UNKNOWN
  const entries = [...first.properties]
  const text = (key: string): Value => ({ kind: 'text', text: { kind: 'fixed', text: key } })
  switch (name) {
    case 'values':
      return { kind: 'list', items: entries.map(([, value]) => value) }
    case 'keys':
      return {
        kind: 'list',
        items: entries.map(
          ([key]) =>
            () =>
              text(key),
        ),
      }
    case 'entries':
      return {
        kind: 'list',
        items: entries.map(([key, value]) => () => ({ kind: 'list', items: [() => text(key), value] })),
      }
    case 'assign': {
      const more = others.flatMap((each) => (each.kind === 'object' ? [...each.properties] : []))
      return { kind: 'object', properties: new Map([...entries, ...more]) }
    }
    default:
      return ev.call(UNKNOWN, [])
  }
}

function listMethod(
  ev: Evaluator,
  list: Extract<Value, { kind: 'list' }>,
  name: string,
  args: readonly Value[],
): Value {
  const callback = args[0]
  switch (name) {
    case 'map':
      if (callback === undefined) return UNKNOWN
      return {
        kind: 'list',
        items: list.items.map((item, index) => () => ev.call(callback, [item(), { kind: 'number', value: index }])),
      }
    case 'filter':
    case 'slice':
    case 'sort':
    case 'reverse':
    case 'values':
      return list
    case 'concat':
      return {
        kind: 'list',
        items: [...list.items, ...args.flatMap((each) => (each.kind === 'list' ? each.items : [() => each]))],
      }
    case 'find':
    case 'at':
    case 'pop':
    case 'shift':
      if (name === 'at' && callback?.kind === 'number') return list.items.at(callback.value)?.() ?? UNKNOWN
      return choiceOf(list.items.map((item) => item()))
    case 'join': {
      const separator = callback?.kind === 'text' ? callback.text : ({ kind: 'fixed', text: ',' } as const)
      const parts = list.items.flatMap((item, index) =>
        index === 0 ? [ev.text(item())] : [separator, ev.text(item())],
      )
      return { kind: 'text', text: { kind: 'concat', parts } }
    }
    default:
      return UNKNOWN
  }
}

function textMethod(
  ev: Evaluator,
  value: Extract<Value, { kind: 'text' }>,
  name: string,
  args: readonly Value[],
): Value {
  const plain = flatten(value.text)
  if (name === 'concat') return { kind: 'text', text: { kind: 'concat', parts: [value.text, ...args.map(ev.text)] } }
  if (name === 'toString' || (name === 'trim' && plain.trim() === plain)) return value
  if ([...plain].some(isHole)) return UNKNOWN
  const changed: Record<string, () => string> = {
    toLowerCase: () => plain.toLowerCase(),
    toUpperCase: () => plain.toUpperCase(),
    trim: () => plain.trim(),
  }
  const result = changed[name]?.()
  return result === undefined ? UNKNOWN : { kind: 'text', text: { kind: 'fixed', text: result } }
}
