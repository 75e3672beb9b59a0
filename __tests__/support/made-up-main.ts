/** The action with a made-up engine, whose outcome comes from `MADE_UP_RESULTS`; everything around it is real. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startAction } from '../../src/start.ts'
import { makeOutcome, type ResultSpec } from './outcome.ts'

const token = process.env.INPUT_TOKEN

await startAction(async (config, { progress }) => {
  progress({ stage: 'collect', kind: 'start', text: '' })
  progress({ stage: 'collect', kind: 'end', text: '::warning::1 failure in 1 report' })
  const specs = JSON.parse(process.env.MADE_UP_RESULTS ?? '[]') as ResultSpec[]
  mkdirSync(config.reportDir, { recursive: true })
  writeFileSync(path.join(config.reportDir, 'healing-report.json'), '{}')
  progress({
    stage: 'heal',
    kind: 'step',
    text: `healed with ${token}, inherited ${process.env.INPUT_TOKEN ?? 'nothing'}`,
    done: 1,
    total: 1,
  })
  return makeOutcome(specs, config.reportDir)
})
