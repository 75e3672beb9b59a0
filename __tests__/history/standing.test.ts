import { describe, expect, it } from 'vitest'
import { EMPTY, type HistoryEvent } from '../../src/history/events.ts'
import { add } from '../../src/history/merge.ts'
import { isDecidedAgainst, pastOf, standingOf } from '../../src/history/standing.ts'
import { attempt, COMMIT, decision, SIGNATURE } from './events.ts'

const OTHER = 'd'.repeat(40)
const standing = (events: readonly HistoryEvent[], commit = COMMIT, basis = 'ba515') =>
  standingOf(add(EMPTY, events), SIGNATURE, commit, basis).kind

describe('a signature', () => {
  it('is open where nothing is known of it', () => {
    expect(standing([])).toBe('open')
    expect(standing([attempt({ signature: 'ffffffffffff' })])).toBe('open')
  })

  it.each(['needs_human', 'likely_regression'] as const)(
    'that was %s on this commit is not tried on it again',
    (outcome) => {
      expect(standing([attempt({ outcome })])).toBe('refused')
      expect(standing([attempt({ outcome })], OTHER)).toBe('open')
    },
  )

  it('is tried again with other settings, and where the commit does not tell the app', () => {
    expect(standing([attempt()], COMMIT, '0ther')).toBe('open')
    expect(standing([attempt({ commit: '' })], '')).toBe('open')
  })

  it('that was healed is tried again', () => {
    expect(standing([attempt({ outcome: 'healed' })])).toBe('open')
  })

  it.each([
    ['reject', 'rejected'],
    ['never', 'never'],
  ] as const)('with a %s is not tried on any commit', (kind, expected) => {
    expect(standing([decision(kind)], OTHER)).toBe(expected)
    expect(isDecidedAgainst(add(EMPTY, [decision(kind)]), SIGNATURE)).toBe(true)
  })

  it.each(['reject', 'never'] as const)('with a %s is tried again once somebody asks', (kind) => {
    const asked = decision('retry', { at: '2026-03-03T10:00:00.000Z' })
    expect(standing([attempt(), decision(kind), asked])).toBe('open')
    expect(standing([asked, decision(kind)].reverse())).toBe('open')
    expect(standing([asked, decision(kind, { at: '2026-03-04T10:00:00.000Z' })])).toBe(
      kind === 'reject' ? 'rejected' : 'never',
    )
  })

  it('that was refused after it was asked for again is refused again', () => {
    const asked = decision('retry')
    expect(standing([attempt(), asked])).toBe('open')
    expect(standing([attempt(), asked, attempt({ at: '2026-03-03T10:00:00.000Z' })])).toBe('refused')
  })

  it('says what it was healed as before, on which commit, and who decided what', () => {
    const past = pastOf(
      add(EMPTY, [
        attempt({ outcome: 'healed', new: "getByTestId('purchase')" }),
        decision('reject', { reason: 'the wrong button' }),
        attempt({ at: '2026-03-03T10:00:00.000Z' }),
      ]),
      SIGNATURE,
    )
    expect(past).toEqual([
      "Rejected before as getByTestId('purchase') by ada (2026-03-02): the wrong button.",
      "Healed before as getByTestId('purchase') on commit cccccccc (2026-03-01).",
    ])
  })
})
