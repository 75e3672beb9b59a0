import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnswerContext, readAnswer } from '../../src/healers/answer.ts'

const SOURCE = 'first\nget("/v1/pumps") or get("/v1/pumps")\nread("/v1/keys")\n'
const context: AnswerContext = {
  threshold: 0.8,
  failureType: 'resource_not_found',
  by: '.self-heal/mine.mjs',
  kind: 'strategy',
  read: (file) => (file === 'tests/a.py' ? SOURCE : null),
}
const edit = { file: 'tests/a.py', line: 3, old: '/v1/keys', new: '/v2/keys' }
const good = { reason: 'It moved.', confidence: 0.9, edits: [edit] }

describe('the answer of a healer that is not our own', () => {
  it('becomes a proposal with its edits at their offsets', () => {
    const verdict = readAnswer(good, context)
    expect(verdict).toMatchObject({
      status: 'proposed',
      by: '.self-heal/mine.mjs',
      proposal: {
        old: '/v1/keys',
        new: '/v2/keys',
        confidence: 0.9,
        evidence: [{ text: '.self-heal/mine.mjs: It moved.' }],
      },
    })
    const [made] = typeof verdict === 'string' ? [] : (verdict.proposal?.edits ?? [])
    expect(SOURCE.slice(made?.start, made?.end)).toBe('/v1/keys')
  })

  it('may give offsets', () => {
    const start = SOURCE.indexOf('/v1/keys')
    const offsets = { file: 'tests/a.py', start, end: start + 8, old: '/v1/keys', new: '/v2/keys' }
    expect(readAnswer({ ...good, edits: [offsets] }, context)).toMatchObject({ status: 'proposed' })
    expect(readAnswer({ ...good, edits: [{ ...offsets, start: start - 1 }] }, context)).toMatch(/holds something else/)
  })

  it('at or below the threshold is for a person, without its edits', () => {
    expect(readAnswer({ ...good, confidence: 0.8 }, context)).toMatchObject({
      status: 'needs_human',
      proposal: { edits: [], alternatives: [{ locator: '/v2/keys', confidence: 0.8 }] },
    })
    expect(readAnswer({ reason: 'It moved.', edits: [edit] }, context)).toMatchObject({ status: 'needs_human' })
  })

  it('is never surer than 99 %', () => {
    expect(readAnswer({ ...good, confidence: 1 }, context)).toMatchObject({ proposal: { confidence: 0.99 } })
  })

  it.each([
    ['is a text', 'yes', /no object/],
    ['has no reason', { ...good, reason: ' ' }, /no `reason`/],
    ['is healed already', { ...good, status: 'healed' }, /`status`/],
    ['is surer than sure', { ...good, confidence: 1.1 }, /`confidence`/],
    ['has no edits', { ...good, edits: [] }, /no `edits`/],
    ['names a file that is not there', { ...good, edits: [{ ...edit, file: '../x' }] }, /no file/],
    ['names a line that does not hold it', { ...good, edits: [{ ...edit, line: 1 }] }, /does not hold/],
    [
      'names a line that holds it twice',
      { ...good, edits: [{ ...edit, line: 2, old: '/v1/pumps' }] },
      /more than once/,
    ],
    ['calls the failure something else', { ...good, failureType: 'timeout' }, /contradicts/],
    ['has evidence that is none', { ...good, evidence: 'much' }, /`evidence`/],
    ['edits too much', { ...good, edits: Array.from({ length: 21 }, () => edit) }, /more than 20/],
  ])('that %s is refused', (_, answer, why) => {
    expect(readAnswer(answer, context)).toMatch(why)
  })

  it('may say what an unknown failure proved to be', () => {
    const verdict = readAnswer({ ...good, failureType: 'field_renamed' }, { ...context, failureType: 'unknown' })
    expect(verdict).toMatchObject({ failureType: 'field_renamed' })
  })

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.anything(), (answer) => void readAnswer(answer, context)))
    fc.assert(fc.property(fc.array(fc.anything()), (edits) => void readAnswer({ ...good, edits }, context)))
  })
})
