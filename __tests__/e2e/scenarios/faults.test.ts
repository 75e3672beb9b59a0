import { createServer, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { HAS_PLAYWRIGHT, openScenario, type ScenarioRun } from '../../support/scenario.ts'

const opened: ScenarioRun[] = []
const servers: Server[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose()
  for (const one of servers.splice(0)) one.close()
})
const failed = async (): Promise<ScenarioRun> => {
  const scenario = await openScenario('history-only')
  opened.push(scenario)
  await scenario.suite('--trace=off')
  return scenario
}
const expectClean = async ({ git }: ScenarioRun) => {
  expect((await git('status', '--porcelain')).trim()).toBe('')
  expect((await git('worktree', 'list')).trim().split('\n')).toHaveLength(1)
}

describe.skipIf(!HAS_PLAYWRIGHT)('nothing is judged and nothing is left behind where', () => {
  it('the port of the app is taken by another program', async () => {
    const scenario = await failed()
    const other = createServer((_, response) => response.end('another program'))
    servers.push(other)
    await new Promise<void>((resolve) => other.listen(Number(scenario.env.PORT), '127.0.0.1', resolve))
    const { report } = await scenario.heal()
    const { message } = report.problems.find(({ message }) => message.includes('already used')) ?? {}
    expect(message, JSON.stringify(report.problems)).toContain(`127.0.0.1:${scenario.env.PORT}`)
    expect(['healed', 'proposed', 'likely_regression']).not.toContain(report.results[0]?.status)
    await expectClean(scenario)
  })
})
