import type { SourceLocation } from '../model.ts'
import { argumentsOf } from './evaluate-calls.ts'
import { contextFor } from './evaluate-names.ts'
import { keyText } from './scope.ts'
import { child, offsetAt, type SyntaxNode, textOf, walk } from './syntax.ts'
import type { Caller, Context, Evaluator, Module } from './values.ts'

const MAX_CALL_SITES = 24

/** A stack frame of the repository: its module, and the calls that may be the one that was running, likeliest first. */
export interface Frame {
  readonly module: Module
  readonly calls: readonly SyntaxNode[]
  /** How many of `calls`, from the first, stand at the very place. */
  readonly exact: number
}

/**
 * The calls at a place of a stack. Engines report where the called name stands (`click` in `page.click()`), or for the
 * frames below an `await` where that word stands; source maps may be off, so all calls of the line come last.
 */
export function frameAt(module: Module, place: SourceLocation): Frame {
  const { tree } = module
  const offset = place.column > 0 ? offsetAt(tree.text, place.line, place.column) : null
  const lineStart = offsetAt(tree.text, place.line, 1)
  if (lineStart === null) return { module, calls: [], exact: 0 }
  const lineEnd = tree.text.indexOf('\n', lineStart)
  const exact: SyntaxNode[] = []
  const onLine: SyntaxNode[] = []
  for (const node of walk(tree.root)) {
    if (node.type !== 'call_expression' && node.type !== 'new_expression') continue
    const name = calledName(node)
    if (name === undefined) continue
    if (offset !== null && (name.start === offset || startsAwait(node, offset))) exact.push(node)
    else if (name.start >= lineStart && (lineEnd < 0 || name.start <= lineEnd)) onLine.push(node)
  }
  return { module, calls: [...exact, ...onLine], exact: exact.length }
}

function startsAwait(node: SyntaxNode, offset: number): boolean {
  return node.start === offset || (node.parent?.type === 'await_expression' && node.parent.start === offset)
}

/** The name a call calls: `click` in `page.click()`, `row` in `row(page)`. */
export function calledName(call: SyntaxNode): SyntaxNode | undefined {
  const callee = child(call, 'function') ?? child(call, 'constructor')
  return callee?.type === 'member_expression' ? child(callee, 'property') : callee
}

/** The context of a stack frame: its own call is not bound; who called it is asked of the frames above. */
export function frameContext(frame: Frame, index: number, node: SyntaxNode): Context {
  const context = contextFor(node, frame.module, null)
  return withFrame(context, index)
}

function withFrame(context: Context, frame: number): Context {
  return { ...context, frame, outer: context.outer === null ? null : withFrame(context.outer, frame) }
}

/**
 * Finds who called a function: the stack says it exactly; without one, all calls of that name in the files read so far.
 */
export function callerFinder(
  frames: readonly Frame[],
  modules: () => readonly Module[],
  evaluator: () => Evaluator,
): Evaluator['callers'] {
  const known = new Map<SyntaxNode, Map<number, readonly Caller[]>>()
  return (fn, context) => {
    const byFrame = known.get(fn) ?? new Map<number, readonly Caller[]>()
    known.set(fn, byFrame)
    const before = byFrame.get(context.frame)
    if (before !== undefined) return before
    byFrame.set(context.frame, [])
    const name = functionName(context.module, fn)
    const found =
      name === null
        ? []
        : (fromStack(frames, name, context.frame, evaluator()) ?? fromSites(modules(), name, evaluator()))
    byFrame.set(context.frame, found)
    return found
  }
}

function fromStack(frames: readonly Frame[], name: string, above: number, ev: Evaluator): readonly Caller[] | null {
  for (const [index, frame] of frames.entries()) {
    if (index <= above) continue
    const call = frame.calls.find((each) => nameOfCall(frame.module, each) === name)
    if (call !== undefined) return [readCaller(ev, call, frameContext(frame, index, call))]
  }
  return null
}

function fromSites(modules: readonly Module[], name: string, ev: Evaluator): readonly Caller[] {
  const sites: Caller[] = []
  for (const module of modules) {
    if (!module.tree.text.includes(name)) continue
    for (const node of walk(module.tree.root)) {
      if (node.type !== 'call_expression' || nameOfCall(module, node) !== name) continue
      sites.push(readCaller(ev, node, contextFor(node, module, null)))
      if (sites.length >= MAX_CALL_SITES) return sites
    }
  }
  return sites
}

function readCaller(ev: Evaluator, call: SyntaxNode, context: Context): Caller {
  const callee = child(call, 'function')
  const receiver = callee === undefined ? undefined : child(callee, 'object')
  return {
    args: argumentsOf(ev, call, context),
    self: receiver === undefined ? null : ev.evaluate(receiver, context),
  }
}

function nameOfCall(module: Module, call: SyntaxNode): string | null {
  const name = calledName(call)
  return name === undefined ? null : textOf(module.tree, name)
}

function functionName(module: Module, fn: SyntaxNode): string | null {
  const own = child(fn, 'name') ?? child(fn, 'property')
  if (own !== undefined) return keyText(module.tree, own)
  const holder = fn.parent
  const name =
    holder === null ? undefined : (child(holder, 'name') ?? child(holder, 'key') ?? child(holder, 'property'))
  return name === undefined || !/declarator|pair|field_definition/.test(holder?.type ?? '')
    ? null
    : keyText(module.tree, name)
}
