import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../src/healers/contract.ts'
import { inLightOf } from '../../src/stages/troubled.ts'

const proposal = (absent: number): NonNullable<Verdict['proposal']> => ({
  description: '',
  old: 'a',
  new: 'b',
  strategy: 'text',
  confidence: 1 - absent,
  absent,
  edits: [],
  evidence: [],
  strategies: [],
  alternatives: [],
})
const verdict = (status: Verdict['status'], absent: number | null): Verdict => ({
  status,
  reason: 'It is not sure.',
  winner: null,
  proposal: absent === null ? null : proposal(absent),
})
const fresh = [{ text: 'the page threw “x is null”', isNew: true }]
const old = [{ text: 'the page threw “x is null”', isNew: false }]

describe('a verdict where the product was in trouble before the step', () => {
  it('is a likely regression where the element is rather gone, or the page was not there', () => {
    for (const absent of [0.6, null]) {
      expect(inLightOf(fresh, verdict('needs_human', absent))).toMatchObject({
        status: 'likely_regression',
        reason: 'It is not sure. Before the step the page threw “x is null”.',
      })
    }
  })

  it('stays with a person where a candidate is likelier, or nothing tells whether the trouble is new', () => {
    expect(inLightOf(fresh, verdict('needs_human', 0.2)).status).toBe('needs_human')
    expect(inLightOf(old, verdict('needs_human', 0.6)).status).toBe('needs_human')
  })

  it('stays a proposal, with the trouble among what speaks against it', () => {
    const { status, reason, proposal: shown } = inLightOf(fresh, verdict('proposed', 0.01))
    expect([status, reason]).toEqual(['proposed', 'It is not sure.'])
    expect(shown?.evidence).toMatchObject([{ kind: 'effects', for: false, text: expect.stringContaining('x is null') }])
  })

  it('is the same where there was none', () => {
    const given = verdict('needs_human', 0.6)
    expect(inLightOf([], given)).toBe(given)
  })
})
