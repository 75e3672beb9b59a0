import { describe, expect, it } from 'vitest'
import { weighAbsence, weighCandidate } from '../../src/evidence/weigh.ts'
import type { Fingerprint } from '../../src/model.ts'
import type { TokenChange } from '../../src/source/changes.ts'

const button = (testId: string, text: string): Fingerprint => ({
  tag: 'button',
  attributes: { 'data-testid': testId },
  ownText: text,
  text,
})
const change = (old: string | null, next: string | null): TokenChange => ({
  commit: { id: '0123456789abcdef', author: 'Ada', date: '2026-01-01T00:00:00Z', subject: 'Rename' },
  file: 'src/cart.tsx',
  line: 7,
  kind: 'string',
  standing: 'alone',
  old,
  new: next,
})
const prior = { confidence: 0.7, absent: 0.2 }
const ids = ['data-testid']

describe('weighing a candidate by the commits of the product', () => {
  it('is surer where a commit renamed the test id, and cites it', () => {
    const weighed = weighCandidate(
      button('buy', 'Buy'),
      button('purchase', 'Buy'),
      prior,
      [change('buy', 'purchase')],
      ids,
    )
    expect(weighed.confidence).toBeGreaterThan(0.9)
    expect(weighed.evidence).toMatchObject([{ kind: 'commit', for: true }])
  })

  it('is less sure where the history is known and explains nothing, and says so', () => {
    const weighed = weighCandidate(button('buy', 'Buy'), button('purchase', 'Buy'), prior, [], ids)
    expect(weighed.confidence).toBeLessThan(prior.confidence)
    expect(weighed.evidence).toMatchObject([{ kind: 'commit', for: false }])
  })

  it('is as sure as before where no history could be read', () => {
    expect(weighCandidate(button('buy', 'Buy'), button('purchase', 'Buy'), prior, null, ids)).toMatchObject({
      ...prior,
      evidence: [],
    })
  })

  it('doubts an element that stands in the place but keeps no name: a newcomer would stand there too', () => {
    const weighed = weighCandidate(
      button('export', 'Export as CSV'),
      button('share', 'Share'),
      { confidence: 0.96, absent: 0.03 },
      null,
      ids,
    )
    expect(weighed.isNamed).toBe(false)
    expect(weighed.confidence).toBeLessThan(0.8)
  })

  it('believes in a new name that a commit put in the place of the old one, however different', () => {
    const weighed = weighCandidate(
      button('pay', 'Invoice'),
      button('fee', 'Receipt'),
      { confidence: 0.1, absent: 0.85 },
      [change('Invoice', 'Receipt')],
      ids,
    )
    expect(weighed.confidence).toBeGreaterThan(0.8)
  })

  it('does not where all around it changed as well', () => {
    const contested: TokenChange = { ...change('Export as CSV', 'Share'), standing: 'contested' }
    const weighed = weighCandidate(
      button('export', 'Export as CSV'),
      button('share', 'Share'),
      { confidence: 0.96, absent: 0.03 },
      [contested],
      ids,
    )
    expect(weighed.confidence).toBeLessThan(0.8)
    expect(weighed.evidence.some(({ for: isFor }) => isFor)).toBe(false)
  })

  it('never lets a commit make anything certain, nor the probabilities exceed one', () => {
    const weighed = weighCandidate(
      button('buy', 'Buy'),
      button('purchase', 'Buy'),
      { confidence: 0.99, absent: 0.01 },
      [change('buy', 'purchase')],
      ids,
    )
    expect(weighed.confidence).toBeLessThanOrEqual(0.995)
    expect(weighed.confidence + weighed.absent).toBeLessThanOrEqual(1)
  })
})

describe('weighing absence by the commits of the product', () => {
  it('believes sooner in a removal that a commit shows', () => {
    const weighed = weighAbsence(
      button('gift-wrap', 'Gift wrap'),
      { confidence: 0.3, absent: 0.6 },
      [change('gift-wrap', null)],
      ids,
    )
    expect(weighed.absent).toBeGreaterThan(0.8)
    expect(weighed.evidence[0]?.text).toContain('removed on purpose?')
  })

  it('stays as it is where the value was only renamed', () => {
    expect(
      weighAbsence(button('buy', 'Buy'), { confidence: 0.3, absent: 0.6 }, [change('buy', 'purchase')], ids),
    ).toEqual({ confidence: 0.3, absent: 0.6, evidence: [] })
  })
})
