import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Report } from '../../../src/model.ts'
import { HAS_PLAYWRIGHT, openScenario, resultOf, type ScenarioRun } from '../../support/scenario.ts'

const CLI = path.resolve(import.meta.dirname, '../../../src/cli.ts')
/** A file system of its own, without rights on this machine; gone with the process. */
const IN_SMALL_DISK = ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=32m tmpfs "$TMPDIR" && exec "$@"', 'sh']
const HAS_SMALL_DISK = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /tmp']).status === 0

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

  it.skipIf(!HAS_SMALL_DISK)('the disk is too full to check another commit out', async () => {
    const scenario = await failed()
    // The commit before is 40 MB large, and the disk of the run 32.
    writeFileSync(path.join(scenario.root, 'film.bin'), randomBytes(40 << 20))
    await scenario.git('add', 'film.bin')
    await scenario.git('commit', '--quiet', '-m', 'Add a film')
    await scenario.git('rm', '--quiet', 'film.bin')
    await scenario.git('commit', '--quiet', '-m', 'Take the film off')
    const disk = path.join(path.dirname(scenario.root), 'disk')
    mkdirSync(disk)
    const report = await healIn(scenario, disk)
    const problem = report.problems.find(({ message }) => message.includes('unable to write file film.bin'))
    expect(problem?.message, JSON.stringify(report.problems)).toMatch(
      /could not be run on the earlier commit .* \d+ MB are free in /,
    )
    expect(problem?.remedy).toContain('Check free space')
    expect(report.run.reached).toBe('done')
    expect(resultOf(report, 'a visit is booked').status).toBe('needs_human')
    expect(readdirSync(disk)).toEqual([])
    await expectClean(scenario)
  })
})

const healIn = ({ root, env }: ScenarioRun, disk: string): Promise<Report> =>
  new Promise((resolve, reject) => {
    const args = [...IN_SMALL_DISK, process.execPath, CLI, 'heal', '--json', '--verify-runs', '1']
    const child = spawn('unshare', args, {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...env, TMPDIR: disk },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text
      })
    child.on('error', reject)
    child.on('close', () => {
      try {
        resolve(JSON.parse(said.stdout) as Report)
      } catch {
        reject(new Error(said.stderr))
      }
    })
  })
