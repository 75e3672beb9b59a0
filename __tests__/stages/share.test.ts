import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Failure } from '../../src/model.ts'
import { isInShare, leaveUnasked, ownShare, unseenSignatures } from '../../src/stages/share.ts'
import { openCase, openCause } from '../../src/stages/state.ts'

const lost = (title: string, testId: string | null, file = 'tests/a.spec.ts'): Failure => ({
  test: { id: `${file} › ${title}`, title, file, framework: 'playwright' },
  errors:
    testId === null
      ? []
      : [
          {
            message: `TimeoutError: locator.click: Timeout 1500ms exceeded.\nCall log:\n  - waiting for getByTestId('${testId}')\n`,
            stack: [{ file, line: 3, column: 1 }],
          },
        ],
  attachments: [],
  attempts: ['failed'],
  durationMs: 1,
  artifact: 'junit.xml',
})
const share = (failures: readonly Failure[], index: number, count: number) =>
  ownShare(failures, { shard: { index, count }, root: '/nowhere' }, () => null)

describe('the share of one job', () => {
  it('holds each signature in exactly one of all shares', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{12}$/), fc.integer({ min: 1, max: 64 }), (signature, count) => {
        const holders = Array.from({ length: count }, (_, at) => isInShare(signature, { index: at + 1, count }))
        expect(holders.filter(Boolean)).toHaveLength(1)
      }),
    )
  })

  it('leaves no failure out, and gives none to two jobs', async () => {
    const failures = Array.from({ length: 30 }, (_, at) => lost(`test ${at}`, at % 3 === 0 ? null : `id-${at}`))
    const shares = await Promise.all([1, 2, 3].map((index) => share(failures, index, 3)))
    expect(
      shares
        .flat()
        .map(({ test }) => test.title)
        .sort(),
    ).toEqual(failures.map(({ test }) => test.title).sort())
    for (const one of shares) expect(one.length).toBeGreaterThan(2)
  })

  it('keeps tests together that fail for the same locator', async () => {
    const failures = Array.from({ length: 12 }, (_, at) => lost(`test ${at}`, 'buy'))
    const sizes = (await Promise.all([1, 2, 3, 4].map((index) => share(failures, index, 4)))).map(
      ({ length }) => length,
    )
    expect(sizes.sort()).toEqual([0, 0, 0, 12])
  })

  it('is everything where there is one job', async () => {
    const failures = [lost('a', 'x'), lost('b', null)]
    expect(await share(failures, 1, 1)).toEqual(failures)
    expect(await ownShare(failures, { shard: null, root: '/nowhere' }, () => null)).toEqual(failures)
  })
})

describe('a cause that was not asked for', () => {
  const cause = () =>
    openCause(
      {
        failureType: 'selector_not_found',
        signature: 'aaaaaaaaaaaa',
        rootCause: '',
        affected: '',
        expected: null,
        actual: null,
        location: null,
        message: '',
        suggestions: [],
      },
      openCase(lost('a', 'x'), null),
    )

  it('is closed, skipped, and says what was asked for', () => {
    const one = cause()
    leaveUnasked(one, { onlySignatures: ['bbbbbbbbbbbb'] })
    expect(one).toMatchObject({
      state: 'closed',
      verdict: { status: 'skipped', reason: 'Only bbbbbbbbbbbb was asked for.', proposal: null },
    })
  })

  it.each([[[]], [['aaaaaaaaaaaa']]])('is none where %j were', (onlySignatures) => {
    const one = cause()
    leaveUnasked(one, { onlySignatures })
    expect(one).toMatchObject({ state: 'open', verdict: null })
  })

  it('is named where no failure has it', () => {
    expect(unseenSignatures(['aaaaaaaaaaaa', 'cccccccccccc'], ['aaaaaaaaaaaa'])).toEqual([
      expect.objectContaining({ message: 'No failure has the signature cccccccccccc; there are aaaaaaaaaaaa.' }),
    ])
    expect(unseenSignatures([], ['aaaaaaaaaaaa'])).toEqual([])
  })
})
