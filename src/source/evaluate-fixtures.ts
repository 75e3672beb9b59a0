import { isFunction, keyText, parametersOf } from './scope.ts'
import type { SyntaxNode } from './syntax.ts'
import { child, textOf, walk } from './syntax.ts'
import { type Context, type Evaluator, PAGE, UNDEFINED, UNKNOWN, type Value } from './values.ts'

const TEST_NAMES = /^(?:test|it|setup|teardown|base|specify|beforeEach|beforeAll|afterEach|afterAll)$/

/**
 * The argument Playwright passes to a test, a hook or a fixture function: `({ cartPage }) => …`. Null where the function
 * is none of these. A fixture's value is what its definition hands to `use(…)`.
 */
export function fixtureArgument(
  ev: Evaluator,
  fn: SyntaxNode,
  index: number,
  path: readonly string[],
  context: Context,
): Value | null {
  const name = path[0]
  const test = testAround(ev, fn, context) ?? fixtureAround(ev, fn, context)
  if (test === null) return null
  if (index !== 0 || name === undefined) return UNKNOWN
  const own = test.definesItself === name ? UNDEFINED : fixtureValue(ev, test.own, name)
  const value = own.kind === 'undefined' ? fixtureValue(ev, test.base, name) : own
  const settled = value.kind === 'undefined' ? (name === 'page' ? PAGE : UNKNOWN) : value
  return path.slice(1).reduce((each, key) => ev.member(each, key), settled)
}

interface TestObject {
  readonly own: Value
  readonly base: Value
  readonly definesItself: string | null
}

/** The `test` object whose callback this is: `test('…', fn)`, `test.beforeEach(fn)`, `test.only('…', fn)`. */
function testAround(ev: Evaluator, fn: SyntaxNode, context: Context): TestObject | null {
  const call = fn.parent?.type === 'arguments' ? fn.parent.parent : null
  let root = call?.type === 'call_expression' ? child(call, 'function') : undefined
  while (root?.type === 'member_expression' || root?.type === 'call_expression')
    root = child(root, root.type === 'member_expression' ? 'object' : 'function')
  if (root?.type !== 'identifier') return null
  const first = parametersOf(fn)[0]
  const pattern = first === undefined ? undefined : (child(first, 'pattern') ?? first)
  if (pattern?.type !== 'object_pattern') return null
  const value = ev.evaluate(root, context.outer ?? context)
  if (value.kind === 'fixtures') return { own: value, base: UNDEFINED, definesItself: null }
  if (value.kind === 'function') return null
  return TEST_NAMES.test(textOf(context.module.tree, root))
    ? { own: UNDEFINED, base: UNDEFINED, definesItself: null }
    : null
}

/** For a fixture function: the fixtures defined beside it, and those of the test it extends. */
function fixtureAround(ev: Evaluator, fn: SyntaxNode, context: Context): TestObject | null {
  const { tree } = context.module
  const holder = fn.parent?.type === 'array' ? fn.parent : fn
  const pair = holder.type === 'method_definition' ? holder : holder.parent
  const key = pair === null ? undefined : (child(pair, 'key') ?? (pair === fn ? child(fn, 'name') : undefined))
  const object = pair?.parent
  if (key === undefined || object?.type !== 'object' || parametersOf(fn).length < 2) return null
  const extendCall = object.parent?.type === 'arguments' ? object.parent.parent : null
  const callee = extendCall?.type === 'call_expression' ? child(extendCall, 'function') : undefined
  const target = callee === undefined ? undefined : child(callee, 'object')
  const outer = context.outer ?? context
  return {
    own: ev.evaluate(object, outer),
    base: target === undefined ? UNDEFINED : ev.evaluate(target, outer),
    definesItself: keyText(tree, key),
  }
}

/** `undefined` where there is no fixture of that name. */
function fixtureValue(ev: Evaluator, source: Value, name: string): Value {
  if (source.kind === 'fixtures') {
    const own = fixtureValue(ev, source.own, name)
    return own.kind === 'undefined' ? fixtureValue(ev, source.base, name) : own
  }
  if (source.kind !== 'object') return UNDEFINED
  const definition = source.properties.get(name)?.()
  if (definition === undefined) return UNDEFINED
  const first = definition.kind === 'list' ? (definition.items[0]?.() ?? UNKNOWN) : definition
  return first.kind === 'function' ? usedValue(ev, first) : first
}

function usedValue(ev: Evaluator, fixture: Extract<Value, { kind: 'function' }>): Value {
  const { tree } = fixture.context.module
  const body = child(fixture.node, 'body')
  const second = parametersOf(fixture.node)[1]
  const use = second === undefined ? undefined : (child(second, 'pattern') ?? second)
  if (body === undefined || use === undefined) return UNKNOWN
  const { module, frame } = fixture.context
  const context: Context = { module, fn: fixture.node, args: null, self: null, outer: fixture.context, frame }
  for (const node of walk(body)) {
    if (node.type !== 'call_expression' || isFunction(node)) continue
    const callee = child(node, 'function')
    const handed = child(node, 'arguments')?.children.find((each) => each.type !== 'comment')
    if (callee !== undefined && handed !== undefined && textOf(tree, callee) === textOf(tree, use))
      return ev.evaluate(handed, context)
  }
  return UNKNOWN
}
