import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { showProgress } from '../../src/cli/progress.ts'

it('without a terminal each thing is named once, with the time since the start', () => {
  let written = ''
  let at = 0
  const output = new PassThrough()
  output.on('data', (chunk) => {
    written += String(chunk)
  })
  const progress = showProgress({ output, env: {}, now: () => at })
  progress.show({ stage: 'collect', kind: 'start', text: 'Reading artifacts' })
  at = 1_500
  progress.show({ stage: 'collect', kind: 'step', text: '2 failed tests' })
  progress.show({ stage: 'collect', kind: 'end', text: 'Reading artifacts' })
  for (const stage of ['evidence', 'heal', 'guard'] as const)
    for (const kind of ['start', 'end'] as const) progress.show({ stage, kind, text: "getByTestId('buy')" })
  at = 61_000
  progress.show({ stage: 'verify', kind: 'start', text: 'Round 1: 1 patched test' })
  progress.close()
  expect(written).toBe(
    [
      '   0.0 s  collect    Reading artifacts',
      '   1.5 s  collect    2 failed tests',
      "   1.5 s  evidence   getByTestId('buy')",
      '  61.0 s  verify     Round 1: 1 patched test',
      '',
    ].join('\n'),
  )
})
