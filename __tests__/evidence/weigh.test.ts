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
    expect(weighCandidate(button('buy', 'Buy'), button('purchase', 'Buy'), prior, null, ids)).toEqual({
      ...prior,
      evidence: [],
    })
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
    const weighed = weighAbsence(button('gift-wrap', 'Gift wrap'), 0.6, [change('gift-wrap', null)], ids)
    expect(weighed.absent).toBeGreaterThan(0.8)
    expect(weighed.evidence[0]?.text).toContain('removed on purpose?')
  })

  it('stays as it is where the value was only renamed', () => {
    expect(weighAbsence(button('buy', 'Buy'), 0.6, [change('buy', 'purchase')], ids)).toEqual({
      absent: 0.6,
      evidence: [],
    })
  })
})
