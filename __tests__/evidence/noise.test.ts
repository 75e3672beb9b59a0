import { describe, expect, it } from 'vitest'
import { compareEffects } from '../../src/evidence/effects.ts'
import { accumulate, NO_NOISE, type Variation, variation, withVariation } from '../../src/evidence/noise.ts'
import type { StepEffects } from '../../src/evidence/step-effects.ts'
import { overEarlier, readStep, type StoredStep, writeStep } from '../../src/evidence/stored-step.ts'
import { pages } from '../support/step-pages.ts'

const effects = (parts: Partial<StepEffects> = {}): StepEffects => ({
  kind: 'click',
  mutations: [],
  from: '/',
  reached: [],
  dialogs: [],
  downloads: 0,
  change: null,
  page: null,
  unmoved: false,
  ...parts,
})
const post = (route: string) => ({ method: 'POST', route, outcome: 'ok' }) as const
const says = (text: string) => pages('<p>Lamp</p>', `<p>Lamp</p><div role="status">${text}</div>`)
const step = (own: StepEffects, varies?: readonly Variation[]): StoredStep => ({
  test: 'a',
  selector: '#buy',
  nth: 0,
  matches: 1,
  fingerprint: { tag: 'button', attributes: {} },
  effects: own,
  ...(varies ? { varies } : {}),
})

describe('what varies between green runs of one step', () => {
  it('is what only one of them did, and none of it counts against a heal', () => {
    const [quiet, loud] = [
      effects({ mutations: [post('/orders')], ...says('Bought') }),
      effects({ mutations: [post('/orders'), post('/metrics')], ...says('Bought, 3 people are looking at this') }),
    ]
    const varies = variation(quiet, loud)
    expect(varies).toEqual(['says bought', 'sends POST /metrics', 'says bought people are looking at this'])
    const now = effects({ mutations: [post('/orders'), post('/metrics')], ...says('Bought') })
    expect(compareEffects(quiet, now).verdict).toBe('different')
    expect(compareEffects(quiet, now, null, withVariation(NO_NOISE, varies)).verdict).toBe('same')
  })

  it('does not hide what was never seen in any of them', () => {
    const noise = withVariation(NO_NOISE, variation(effects(), effects({ mutations: [post('/metrics')] })))
    const green = effects({ mutations: [post('/orders')] })
    const now = effects({ mutations: [post('/metrics'), post('/drafts')] })
    expect(compareEffects(green, now, null, noise)).toMatchObject({
      verdict: 'different',
      why: 'it no longer sends POST /orders, it now sends POST /drafts',
    })
  })

  it('covers routes, dialogs and downloads as well', () => {
    const varies = variation(effects({ reached: ['/offer'], dialogs: ['Rate us?'], downloads: 1 }), effects())
    const now = effects({ reached: ['/offer'], dialogs: ['Rate us?'], downloads: 1 })
    expect(compareEffects(effects(), now).verdict).toBe('different')
    expect(compareEffects(effects(), now, null, withVariation(NO_NOISE, varies)).verdict).toBe('same')
  })
})

describe('what recordings add up to', () => {
  const record = (runs: readonly StepEffects[]): StoredStep =>
    runs.reduce<readonly StoredStep[]>((earlier, run) => {
      const [next] = overEarlier([step(run)], earlier)
      return [readStep(writeStep(next as StoredStep) ?? '') as StoredStep]
    }, [])[0] as StoredStep

  const quiet = effects({ mutations: [post('/orders')] })
  const loud = effects({ mutations: [post('/orders'), post('/metrics')] })

  it('is nothing where all were alike, and what differed between any two of them', () => {
    expect(record([quiet, quiet, quiet]).varies).toBeUndefined()
    expect(record([quiet, loud]).varies).toEqual([{ trait: 'sends POST /metrics', quiet: 0 }])
    expect(record([loud, quiet, quiet]).varies).toEqual([{ trait: 'sends POST /metrics', quiet: 1 }])
  })

  it('is forgotten once the product has stayed as it is for long enough', () => {
    const moved = effects({ mutations: [post('/purchases')] })
    expect(record([quiet, moved]).varies).toHaveLength(2)
    expect(record([quiet, ...Array.from({ length: 12 }, () => moved)]).varies).toBeUndefined()
  })

  it('keeps what varied within one recording, and never more than a few', () => {
    const [kept] = overEarlier([step(quiet, [{ trait: 'sends POST /poll', quiet: 0 }])], [step(loud)])
    expect(kept?.varies?.map(({ trait }) => trait)).toEqual(['sends POST /poll', 'sends POST /metrics'])
    const many = Array.from({ length: 40 }, (_, at) => `sends POST /${'x'.repeat(at)}`)
    expect(accumulate([], many).length).toBeLessThanOrEqual(6)
  })
})
