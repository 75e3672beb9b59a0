import { expect, it } from 'vitest'
import { logProgress } from '../../src/github/progress.ts'
import { makeHost } from '../support/fake-host.ts'

it('the log tells one stage after the other, results outside their groups, nothing twice', () => {
  const host = makeHost()
  const { progress, close } = logProgress(host)
  progress({ stage: 'collect', kind: 'start', text: 'Reading reports' })
  progress({ stage: 'collect', kind: 'end', text: '3 failures in 1 report' })
  progress({ stage: 'heal', kind: 'start', text: 'Healing' })
  progress({ stage: 'heal', kind: 'step', text: 'getByTestId', done: 1, total: 3 })
  progress({ stage: 'heal', kind: 'end', text: 'Healing' })
  for (const stage of ['evidence', 'heal', 'guard'] as const)
    for (const kind of ['start', 'end'] as const) progress({ stage, kind, text: 'getByLabel' })
  progress({ stage: 'verify', kind: 'step', text: '' })
  close()
  expect(host.log).toEqual([
    '▸ Collect the failures',
    'Reading reports',
    '3 failures in 1 report',
    '▸ Heal',
    'Healing',
    '[1/3] getByTestId',
    'getByLabel',
    '▸ Run the patched tests',
  ])
})
