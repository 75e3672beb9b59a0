import { describe, expect, it } from 'vitest'
import type { Trace, TraceAction } from '../../src/dom/trace-types.ts'
import { findCounterpart, findSameSelector, targetSnapshots } from '../../src/evidence/counterpart.ts'

let clock = 0
const call = (selector: string | undefined, overrides: Partial<TraceAction> = {}): TraceAction => ({
  callId: `call@${++clock}`,
  class: 'Frame',
  method: 'click',
  params: {},
  title: `Click ${selector}`,
  steps: [],
  apiName: 'locator.click',
  kind: 'click',
  startTime: clock,
  endTime: clock + 1,
  stack: [{ file: '/ci/tests/cart.spec.ts', line: clock, column: 5 }],
  internal: false,
  log: [],
  ...(selector === undefined ? {} : { selector }),
  ...overrides,
})

const trace = (actions: readonly TraceAction[]): Trace => ({
  version: 8,
  playwrightVersion: '1.65.1',
  language: 'javascript',
  title: '',
  test: null,
  testIdAttribute: 'data-testid',
  baseURL: null,
  viewport: null,
  actions,
  errors: [],
  screencast: [],
  requests: [],
  events: [],
  damagedLines: 0,
  frameHtml: () => null,
  resource: async () => null,
  looks: () => '',
  snapshots: [],
})

const at = (line: number) => ({ stack: [{ file: '/home/me/tests/cart.spec.ts', line, column: 9 }] })

describe('the call of the green run that a failed call corresponds to', () => {
  it('is the one with the same selector, as often called before', () => {
    const green = trace([call('#next'), call('#next'), call('#next')])
    const failed = call('#next')
    expect(findCounterpart(trace([call('#next'), failed]), failed, green)).toBe(green.actions[1])
  })

  it('is the one of the same line where an earlier heal changed the selector', () => {
    const green = trace([call('#old >> #a', at(4)), call('#old >> #b', at(5))])
    const failed = call('#new >> #b', at(5))
    expect(findCounterpart(trace([call('#new >> #a', at(4)), failed]), failed, green)).toBe(green.actions[1])
  })

  it('is the one at the same place of the run where a line is passed several times', () => {
    const green = trace([call('#r1', at(4)), call('#r2', at(4)), call('#r3', at(4))])
    const failed = call('#x2', at(4))
    expect(findCounterpart(trace([call('#x1', at(4)), failed]), failed, green)).toBe(green.actions[1])
  })

  it('is none where the line did something else', () => {
    const green = trace([call('#a', { ...at(4), method: 'fill' })])
    const failed = call('#b', at(4))
    expect(findCounterpart(trace([failed]), failed, green)).toBeNull()
  })

  it('passes over calls that the runner made by itself', () => {
    const green = trace([call('#next', { internal: true }), call('#next')])
    const failed = call('#next')
    expect(findCounterpart(trace([failed]), failed, green)).toBe(green.actions[1])
  })

  it('may come from another test that uses the same selector', () => {
    const green = trace([call('#other'), call('#next')])
    expect(findSameSelector(call('#next'), green)).toBe(green.actions[1])
  })
})

describe('the snapshots of a call', () => {
  it('hold the target at the input first, and after an assertion', () => {
    const names = { beforeSnapshot: 'before', inputSnapshot: 'input', afterSnapshot: 'after' }
    expect(targetSnapshots(call('#a', names))).toEqual(['input', 'before', 'after'])
    expect(targetSnapshots(call('#a', { kind: 'expect', beforeSnapshot: 'before', afterSnapshot: 'after' }))).toEqual([
      'after',
      'before',
    ])
  })
})
