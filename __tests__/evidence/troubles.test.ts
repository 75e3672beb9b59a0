import { describe, expect, it } from 'vitest'
import type { Trace, TraceAction } from '../../src/dom/trace.ts'
import { troublesOf } from '../../src/evidence/troubles.ts'

const step = { endTime: 100, url: 'http://localhost:4173/orders' } as TraceAction
const trace = (parts: Partial<Pick<Trace, 'events' | 'requests'>>): Trace =>
  ({ baseURL: 'http://localhost:4173', actions: [step], events: [], requests: [], ...parts }) as unknown as Trace
const thrown = (text: string, time = 50) => ({ kind: 'exception', text, time }) as const
const answered = (status: number, url = 'http://localhost:4173/api/orders/17') => ({
  method: 'GET',
  url,
  status,
  time: 50,
})

describe('what went wrong in the product before a test failed', () => {
  it('is an exception that nobody caught, and an answer of a failing server', () => {
    const now = trace({ events: [thrown('x is null\n  at a.js:1')], requests: [answered(500), answered(404)] })
    expect(troublesOf(now, step, null)).toEqual([
      { text: 'the page threw “x is null”', isNew: false },
      { text: expect.stringMatching(/^GET \/api\/orders\/.* was answered with 500$/), isNew: false },
    ])
  })

  it('is none of it that came after the failing call, or from another host', () => {
    const now = trace({
      events: [thrown('late', 101), { kind: 'dialog', text: 'Sure?', time: 5 }],
      requests: [answered(503, 'https://stats.example/collect')],
    })
    expect(troublesOf(now, step, null)).toEqual([])
  })

  it('is nothing that the green run lived with, whatever the numbers in it', () => {
    const now = trace({ events: [thrown('request 12 failed'), thrown('x is null')] })
    const green = trace({ events: [thrown('request 7 failed', 900)] })
    expect(troublesOf(now, step, green)).toEqual([{ text: 'the page threw “x is null”', isNew: true }])
  })

  it('is said in three sentences at most', () => {
    const events = Array.from({ length: 50 }, (_, at) => thrown(`fault ${'abcdefghij'[at % 10]}`))
    expect(troublesOf(trace({ events }), step, null)).toHaveLength(3)
  })
})
