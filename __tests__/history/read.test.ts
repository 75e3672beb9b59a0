import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY } from '../../src/history/events.ts'
import { add } from '../../src/history/merge.ts'
import { MAX_BYTES, readHistory, writeHistory } from '../../src/history/read.ts'
import { anyEvent, attempt, decision } from './events.ts'

describe('a history as text', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const history = add(EMPTY, events)
        expect(readHistory(writeHistory(history))).toEqual({ history, damage: null })
      }),
    )
  })

  it('never throws, whatever it is, and gives only what is of the form', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"version":1,"events":[${json}]}`),
        ),
        (text) => {
          const { history, damage } = readHistory(text)
          if (damage === null) expect(readHistory(writeHistory(history)).history).toEqual(history)
          else expect(history.events).toEqual([])
        },
      ),
    )
  })

  it('that breaks off at any place is damaged, and said to be', () => {
    const text = writeHistory(add(EMPTY, [attempt(), decision('reject')]))
    for (let end = 0; end < text.trimEnd().length; end += 7)
      expect(readHistory(text.slice(0, end)).damage).toContain('it is no JSON')
  })

  it.each([
    ['another version', '{"version":2,"events":[]}'],
    ['no list', '{"version":1,"events":{}}'],
    ['a list alone', '[]'],
    ['too much', `"${'x'.repeat(MAX_BYTES)}"`],
  ])('with %s is damaged', (_, text) => {
    expect(readHistory(text)).toMatchObject({ history: EMPTY, damage: expect.any(String) })
  })

  it.each([
    ['a signature of another form', attempt({ signature: '../../etc' })],
    ['a time that would outlast every other', attempt({ at: '9999-01-01T00:00:00.000Z' })],
    ['a day there is not', attempt({ at: '2026-02-31T25:00:00.000Z' })],
    ['a confidence above 1', attempt({ confidence: 7 })],
    ['a commit that is none', attempt({ commit: 'main' })],
    ['a decision of no known kind', { ...decision('reject'), kind: 'merge' }],
    ['candidates that are none', { ...attempt(), candidates: [{ locator: 1 }] }],
    ['an outcome that is not conclusive', { ...attempt(), outcome: 'flaky' }],
  ])('leaves out an entry with %s, and keeps the others', (_, bad) => {
    const read = readHistory(JSON.stringify({ version: 1, events: [bad, decision('never')] }))
    expect(read.damage).toBe('1 of its 2 entries are not of the form')
    expect(read.history.events).toEqual([decision('never')])
  })

  it('cuts texts and drops keys that are none of its own', () => {
    const long = { ...attempt({ reason: 'x'.repeat(9_000) }), extra: 'y', __proto__: { evil: true } }
    const [event] = readHistory(JSON.stringify({ version: 1, events: [long] })).history.events
    expect(event).toEqual(attempt({ reason: 'x'.repeat(500) }))
  })
})
