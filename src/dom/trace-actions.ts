import type { ActionKind, Box, SourceLocation } from '../model.ts'
import { readStack, type TraceCall, type TraceContext } from './trace-events.ts'
import { asNumber, asRecord, asString, isRecord, type Json, stripAnsi } from './trace-lines.ts'
import type { SnapshotStore } from './trace-snapshots.ts'
import type { TraceAction, TraceCallError } from './trace-types.ts'

const KINDS: Readonly<Record<string, TraceAction['kind']>> = {
  click: 'click',
  dblclick: 'click',
  tap: 'click',
  fill: 'fill',
  type: 'fill',
  clear: 'fill',
  pressSequentially: 'fill',
  press: 'press',
  focus: 'press',
  selectOption: 'select',
  check: 'check',
  uncheck: 'check',
  setChecked: 'check',
  hover: 'hover',
  setInputFiles: 'upload',
  setInputFilePaths: 'upload',
  dragAndDrop: 'drag',
  drop: 'drag',
  dispatchEvent: 'click',
  goto: 'navigate',
  reload: 'navigate',
  goBack: 'navigate',
  goForward: 'navigate',
  setContent: 'navigate',
}

/** What a call wants of its element; calls without an element are `navigate` or `other`. */
export function kindOf(method: string, params: Json): ActionKind | 'navigate' | 'other' {
  if (method === 'expect') return expectKind(params)
  if (method === 'waitForSelector' && (params.state === 'hidden' || params.state === 'detached')) return 'absent'
  return KINDS[method] ?? (asString(params.selector) === undefined ? 'other' : 'read')
}

/** An assertion that no such element is there is satisfied by its absence, and must never be healed as a lost one. */
function expectKind(params: Json): 'expect' | 'absent' | 'other' {
  const selector = asString(params.selector)
  if (selector === undefined || selector === ':root') return 'other'
  const negated = params.isNot === true
  const expression = asString(params.expression)
  switch (expression) {
    case 'to.be.visible':
    case 'to.be.attached':
    case 'to.be.in.viewport':
      return negated ? 'absent' : 'expect'
    case 'to.be.hidden':
    case 'to.be.detached':
      return negated ? 'expect' : 'absent'
    case 'to.have.count':
      return !negated && params.expectedNumber === 0 ? 'absent' : 'expect'
    default:
      return 'expect'
  }
}

/** Joins runner steps and library calls into the actions of the test, in the order in which they began. */
export function joinActions(contexts: readonly TraceContext[], snapshots: SnapshotStore): TraceAction[] {
  const runner = contexts.find((context) => context.origin === 'testRunner') ?? null
  const joined = new Set<string>()
  const actions: TraceAction[] = []
  for (const context of contexts) {
    if (context.origin !== 'library') continue
    for (const [callId, call] of context.calls) {
      const stepId = asString(call.before.stepId) ?? callId
      const step = runner?.calls.get(stepId)
      if (step) joined.add(stepId)
      actions.push(makeAction({ callId, stepId, call, step, context, runner, snapshots }))
    }
  }
  for (const [callId, call] of runner?.calls ?? []) {
    if (joined.has(callId) || !runner || !isOwnStep(callId, call)) continue
    actions.push(makeAction({ callId, stepId: callId, call, step: call, context: runner, runner, snapshots }))
  }
  return actions.sort((a, b) => a.startTime - b.startTime)
}

interface Parts {
  readonly callId: string
  readonly stepId: string
  readonly call: TraceCall
  readonly step: TraceCall | undefined
  readonly context: TraceContext
  readonly runner: TraceContext | null
  readonly snapshots: SnapshotStore
}

function makeAction(parts: Parts): TraceAction {
  const { callId, call, step, context, runner, snapshots } = parts
  const method = step && call === step ? stepCategory(callId, call) : (asString(call.before.method) ?? '')
  const params = asRecord(call.before.params)
  const stack = longest(readStack(step?.before.stack), context.stacks.get(callId) ?? readStack(call.before.stack))
  const ended = asNumber((step ?? call).after?.endTime) ?? asNumber(call.after?.endTime)
  const startTime = asNumber((step ?? call).before.startTime) ?? 0
  const existing = (name: string): string | undefined => (snapshots.named(name).length > 0 ? name : undefined)
  const before = existing(asString(call.before.beforeSnapshot) ?? `before@${callId}`)
  const input = existing(asString(call.input?.inputSnapshot) ?? `input@${callId}`)
  const after = existing(asString(call.after?.afterSnapshot) ?? `after@${callId}`)
  const pictured = snapshots.named(before ?? input ?? after ?? '')[0]
  const locatorText = asString(asRecord(step?.before.params).locator) ?? locatorFromLog(call.log)
  const result = call.after?.result
  return {
    callId,
    stepId: parts.stepId,
    class: asString(call.before.class) ?? '',
    method,
    params,
    selector: asString(params.selector) ?? asString(params.source),
    locatorText,
    title: titleOf(call, step, locatorText),
    steps: runner ? enclosingSteps(step, runner) : [],
    apiName: asString(call.before.apiName) ?? `${asString(call.before.class) ?? ''}.${method}`,
    kind: step && call === step ? 'other' : kindOf(method, params),
    startTime,
    endTime: ended !== undefined && ended >= startTime ? ended : null,
    error: readError(step?.after?.error) ?? readError(call.after?.error),
    stack,
    internal: runner !== null && stack.length === 0,
    pageId: asString(call.before.pageId) ?? pictured?.pageId,
    url: pictured?.isMainFrame ? pictured.url : undefined,
    log: call.log,
    result: isRecord(result) ? result : undefined,
    box: readBox(call.input?.box),
    beforeSnapshot: before,
    inputSnapshot: input,
    afterSnapshot: after,
  }
}

/** Steps that stand for something the test itself did; hooks, fixtures and groups are not. */
function isOwnStep(callId: string, call: TraceCall): boolean {
  const category = stepCategory(callId, call)
  return category === 'expect' || category === 'pw:api'
}

/** `expect`, `pw:api`, `test.step`, `hook`, `fixture`, `attach`: version 7 says it only in the id, later ones in `method`. */
function stepCategory(callId: string, call: TraceCall): string {
  const method = asString(call.before.method) ?? ''
  return method === 'step' ? (callId.split('@')[0] ?? '') : method
}

function enclosingSteps(step: TraceCall | undefined, runner: TraceContext): string[] {
  const titles: string[] = []
  let id = asString(step?.before.parentId)
  for (let guard = 0; id !== undefined && guard < 100; guard++) {
    const parent = runner.calls.get(id)
    if (!parent) break
    if (stepCategory(id, parent) === 'test.step') titles.unshift(stepTitle(parent))
    id = asString(parent.before.parentId)
  }
  return titles
}

function stepTitle(call: TraceCall): string {
  const title = asString(call.before.title) ?? asString(call.before.apiName) ?? ''
  const subtitle = asString(call.before.subtitle)
  return subtitle === undefined ? title : `${title} ${subtitle}`
}

const VERBS: Readonly<Record<string, string>> = {
  dblclick: 'Double click',
  selectOption: 'Select option',
  setInputFiles: 'Set input files',
  goto: 'Navigate to',
  waitForSelector: 'Wait for selector',
}

/** The newer versions carry the title; version 7 only has `locator.click`. */
function titleOf(call: TraceCall, step: TraceCall | undefined, locatorText: string | undefined): string {
  const own = step ?? call
  const title = asString(own.before.title)
  if (title !== undefined) {
    const full = stepTitle(own)
    return locatorText === undefined || full.includes(locatorText) ? full : `${full} ${locatorText}`
  }
  const apiName = asString(own.before.apiName) ?? `${asString(call.before.class)}.${asString(call.before.method)}`
  const method = apiName.slice(apiName.indexOf('.') + 1)
  const verb = apiName.startsWith('expect.')
    ? `Expect "${method.replace('.', ' ')}"`
    : (VERBS[method] ?? method.charAt(0).toUpperCase() + method.slice(1))
  const object =
    locatorText ?? asString(asRecord(call.before.params).selector) ?? asString(asRecord(call.before.params).url)
  return object === undefined ? verb : `${verb} ${object}`
}

/** Playwright logs `waiting for getByTestId('buy') to be visible` before it looks for anything. */
function locatorFromLog(log: readonly string[]): string | undefined {
  for (const line of log) {
    const text = /^\s*(?:- )?waiting for (.+?)(?: to be (?:visible|hidden|attached|detached))?$/.exec(line)?.[1]
    if (text !== undefined && /^(?:get_?by|locator|frame|page\.|content_?frame|owner)/i.test(text)) return text
  }
  return undefined
}

/** Both sides may wrap the error once: `{ error: { name, message } }` in older versions. */
function readError(value: unknown): TraceCallError | undefined {
  if (!isRecord(value)) return undefined
  const inner = isRecord(value.error) ? value.error : value
  const message = asString(inner.message)
  return message === undefined ? undefined : { name: asString(inner.name) ?? '', message: stripAnsi(message) }
}

function readBox(value: unknown): Box | undefined {
  const box = asRecord(value)
  const [x, y, width, height] = [asNumber(box.x), asNumber(box.y), asNumber(box.width), asNumber(box.height)]
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined
  return { x, y, width, height }
}

function longest(a: readonly SourceLocation[], b: readonly SourceLocation[]): readonly SourceLocation[] {
  return b.length > a.length ? b : a
}
