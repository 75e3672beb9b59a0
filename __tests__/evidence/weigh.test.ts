import { describe, expect, it } from 'vitest'
import { type History, weighCandidates } from '../../src/evidence/weigh.ts'
import type { Fingerprint } from '../../src/model.ts'
import type { TokenChange } from '../../src/source/changes.ts'

const button = (testId: string, text: string): Fingerprint => ({
  tag: 'button',
  attributes: { 'data-testid': testId },
  ownText: text,
  text,
})
const change = (old: string | null, next: string | null, standing: TokenChange['standing'] = 'alone'): TokenChange => ({
  commit: { id: '0123456789abcdef', author: 'Ada', date: '2026-01-01T00:00:00Z', subject: 'Rename' },
  file: 'src/cart.tsx',
  line: 7,
  kind: 'string',
  standing,
  old,
  new: next,
})

/** One candidate that has `probability`, with `absent` for the element being gone. */
const weigh = (
  old: Fingerprint,
  now: Fingerprint,
  prior: { probability: number; absent: number; named?: boolean },
  history: History,
) => {
  const { candidates, ...rest } = weighCandidates(
    old,
    [{ fingerprint: now, probability: prior.probability, named: prior.named ?? true }],
    prior.absent,
    history,
    ['data-testid'],
  )
  return {
    ...rest,
    confidence: candidates[0]?.confidence ?? 0,
    isNamed: candidates[0]?.isNamed,
    said: candidates[0]?.evidence ?? [],
  }
}
const prior = { probability: 0.5, absent: 0.4 }

describe('weighing candidates by the commits of the product', () => {
  it('leaves alone what the page says where nothing is known of the history', () => {
    const { confidence, absent } = weigh(button('buy', 'Buy'), button('buy', 'Buy'), prior, null)
    expect(confidence).toBeCloseTo(0.5)
    expect(absent).toBeCloseTo(0.4)
  })

  it('is surer where a commit renamed the test id, and cites it', () => {
    const plain = weigh(button('buy', 'Buy'), button('purchase', 'Buy'), prior, null)
    const explained = weigh(button('buy', 'Buy'), button('purchase', 'Buy'), prior, [change('buy', 'purchase')])
    expect(explained.confidence).toBeGreaterThan(plain.confidence)
    expect(explained.said).toMatchObject([{ kind: 'commit', for: true }])
  })

  it('is less sure where the history is known and explains nothing, and says so', () => {
    const plain = weigh(button('buy', 'Buy'), button('purchase', 'Buy'), prior, null)
    const unexplained = weigh(button('buy', 'Buy'), button('purchase', 'Buy'), prior, [])
    expect(unexplained.confidence).toBeLessThan(plain.confidence)
    expect(unexplained.said).toMatchObject([{ kind: 'commit', for: false }])
  })

  it('does not take what is true of two candidates alike for a reason to choose between them', () => {
    const rows = [button('receipt', 'Receipt'), button('receipt', 'Receipt')]
    const { candidates } = weighCandidates(
      button('invoice', 'Invoice'),
      rows.map((fingerprint, at) => ({ fingerprint, probability: at === 0 ? 0.4 : 0.02, named: false })),
      0.5,
      [change('Invoice', 'Receipt')],
      ['data-testid'],
    )
    expect(candidates[0]?.confidence).toBeGreaterThan(0.9)
    expect(candidates[1]?.confidence).toBeLessThan(0.1)
  })

  it('tells a reviewer where an element keeps no name: a newcomer would stand there too', () => {
    const [old, now] = [button('export', 'Export as CSV'), button('share', 'Share')]
    const { isNamed, said } = weigh(old, now, { probability: 0.8, absent: 0.2, named: false }, null)
    expect(isNamed).toBe(false)
    expect(said.map(({ text }) => text).join(' ')).toContain('newcomer')
  })

  it('holds what a commit renamed for named', () => {
    const [old, now] = [button('export', 'Invoice'), button('export', 'Receipt')]
    const { isNamed } = weigh(old, now, { probability: 0.8, absent: 0.2, named: false }, [change('Invoice', 'Receipt')])
    expect(isNamed).toBe(true)
  })

  it('believes in a new name that a commit put in the place of the old one, however different', () => {
    const low = { probability: 0.01, absent: 0.95 }
    const history = [change('Invoice', 'Receipt')]
    expect(weigh(button('pay', 'Invoice'), button('fee', 'Receipt'), low, history).confidence).toBeGreaterThan(0.9)
  })

  it('does not where all around it changed as well, and takes it for a removal', () => {
    const history = [change('Export as CSV', 'Share', 'contested')]
    const old = button('export', 'Export as CSV')
    const { confidence, absent, said } = weigh(
      old,
      button('share', 'Share'),
      { probability: 0.6, absent: 0.4 },
      history,
    )
    expect(confidence).toBeLessThan(0.2)
    expect(absent).toBeGreaterThan(0.8)
    expect(said.some(({ for: isFor }) => isFor)).toBe(false)
  })

  it('believes sooner in an element with all its names where no commit took them away', () => {
    const [old, now] = [button('wish', 'Save for later'), button('wish', 'Save for later')]
    const plain = weigh(old, now, prior, null)
    const elsewhere = weigh(old, now, prior, [change('Basket', 'Cart')])
    expect(elsewhere.confidence).toBeGreaterThan(plain.confidence)
    expect(elsewhere.said).toMatchObject([{ kind: 'commit', for: true }])
    const taken = weigh(old, now, prior, [change('Save for later', null)])
    expect(taken.confidence).toBeLessThanOrEqual(plain.confidence)
  })

  it('believes sooner in a removal that a commit shows', () => {
    const history = [change('gift-wrap', null)]
    const found = weigh(
      button('gift-wrap', 'Gift wrap'),
      button('card', 'Greeting'),
      { probability: 0.3, absent: 0.6 },
      history,
    )
    expect(found.absent).toBeGreaterThan(0.8)
    expect(found.evidence[0]?.text).toContain('removed on purpose?')
  })

  it('never lets a commit make anything certain, nor the probabilities exceed one', () => {
    const history = [change('buy', 'purchase')]
    const found = weigh(button('buy', 'Buy'), button('purchase', 'Buy'), { probability: 0.99, absent: 0.01 }, history)
    expect(found.confidence).toBeLessThanOrEqual(0.995)
    expect(found.confidence + found.absent).toBeLessThanOrEqual(1)
  })
})
