import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { runOk } from '../../../scripts/fixture/process.ts'
import type { Problem, Report } from '../../../src/model.ts'
import { ownFolders, processesOn } from '../../support/left-over.ts'
import { HAS_PLAYWRIGHT, openScenario, resultOf, type ScenarioRun } from '../../support/scenario.ts'
import { spawnCli } from '../../support/spawn-cli.ts'

const CLI = path.resolve(import.meta.dirname, '../../../src/cli.ts')
const PLAYWRIGHT = 'node node_modules/@playwright/test/cli.js test'
/** A file system of its own, without rights on this machine; gone with the process. */
const IN_SMALL_DISK = ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=40m tmpfs "$TMPDIR" && exec "$@"', 'sh']
const HAS_SMALL_DISK = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /tmp']).status === 0

const BRIDGE = 'the bridge is raised'
const BOAT = 'a boat is moored'
const MAST = 'a mast of eleven metres passes'

const opened: ScenarioRun[] = []
const servers: Server[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose()
  for (const one of servers.splice(0)) one.close()
})

interface Faulty {
  readonly scenario: ScenarioRun
  /** Where its temporary files go. */
  readonly temporary: string
}

/**
 * A suite with two failing tests, both of which can be healed; the bridge's alone needs to be known from a green run.
 *
 * @param known tests whose last green run is kept, a pattern of titles; its glob is `green`
 */
const failed = async (known: string | null): Promise<Faulty & { readonly green: readonly string[] }> => {
  const plain = await openScenario('harbour')
  opened.push(plain)
  const temporary = path.join(path.dirname(plain.root), 'tmp')
  mkdirSync(temporary)
  const scenario = plain.with({ TMPDIR: temporary })
  const kept = known === null ? null : await scenario.keepGreen(scenario.commits[0] ?? '', '--grep', known)
  await scenario.suite('--trace=retain-on-failure')
  return { scenario, temporary, green: kept === null ? [] : ['--baseline', kept] }
}

const statusesOf = (report: Report) => ({
  bridge: resultOf(report, BRIDGE).status,
  boat: resultOf(report, BOAT).status,
})
const problemOf = ({ problems }: Report, text: string): Problem => {
  const found = problems.find(({ message }) => message.includes(text))
  if (!found) throw new Error(`“${text}” is in no message: ${JSON.stringify(problems, null, 1)}`)
  return found
}

/** No process, no folder, no worktree is left, and every file is as it was. */
const expectClean = async ({ scenario, temporary }: Faulty): Promise<void> => {
  expect(processesOn(scenario.env.PORT ?? '')).toEqual([])
  expect(ownFolders(temporary)).toEqual([])
  expect((await scenario.git('worktree', 'list')).trim().split('\n')).toHaveLength(1)
  expect((await scenario.git('status', '--porcelain')).trim()).toBe('')
}

describe.skipIf(!HAS_PLAYWRIGHT)(
  'one fault is said, leaves nothing behind and costs the other failures nothing',
  () => {
    it('an app that crashes while a fix is tried on it is started again', async () => {
      const { scenario, temporary, green } = await failed('is')
      const up = scenario.with({ HARBOUR_IS_UP: '1', BRIDGE_LASTS: '1' })
      const start = ['--start-command', 'node server.mjs', '--base-url', `http://127.0.0.1:${scenario.env.PORT}/`]
      const { report, stderr } = await up.heal(...green, ...start)
      expect(statusesOf(report), stderr).toEqual({ bridge: 'healed', boat: 'healed' })
      const { message, remedy } = problemOf(report, 'The app crashed while fixes were tried on it')
      expect(message).toMatch(/it ended with code 7\.[\s\S]*the bridge is worn out/)
      expect(remedy).toContain('It was started again')
      const live = resultOf(report, BRIDGE).proposal?.evidence.find(({ kind }) => kind === 'live')
      expect(live).toMatchObject({
        for: false,
        text: expect.stringContaining('could not be brought to the failing step'),
      })
      await expectClean({ scenario, temporary })
    })

    it('a port that another program holds stops the tests that need it, and no others', async () => {
      const { scenario, temporary, green } = await failed('is')
      const node = ['--test', '--test-reporter=junit', '--test-reporter-destination=test-results/unit.xml']
      await runOk('bash', ['-c', `node ${node.join(' ')} unit/bridge.test.mjs || true`], { cwd: scenario.root })
      const other = createServer((_, response) => response.end('another program'))
      servers.push(other)
      await new Promise<void>((resolve) => other.listen(Number(scenario.env.PORT), '127.0.0.1', resolve))
      const { report } = await scenario.heal(...green, '--artifacts', 'test-results/**')
      expect(problemOf(report, 'already used').message).toContain(`127.0.0.1:${scenario.env.PORT}`)
      for (const status of Object.values(statusesOf(report))) expect(['healed', 'flaky']).not.toContain(status)
      const mast = resultOf(report, MAST)
      expect(mast.status, mast.reason).toBe('healed')
      expect(mast.proposal?.new).toContain('clearanceHeight')
      await expectClean({ scenario, temporary })
    })

    it('a build that fails on the earlier commit costs what only that commit could tell', async () => {
      const { scenario, temporary, green } = await failed('moored')
      const { report } = await scenario.heal(...green, '--build-command', 'node build.mjs')
      const { message, subject } = problemOf(report, 'could not be run on the earlier commit')
      expect(message).toContain(scenario.commits[0]?.slice(0, 12))
      expect(message).toMatch(/“node build\.mjs” ended with code 1: [\s\S]*src\/port\.txt has no name/)
      expect(subject).toBe('build_command')
      expect(statusesOf(report)).toEqual({ bridge: 'needs_human', boat: 'healed' })
      await expectClean({ scenario, temporary })
    })

    it('a test command that never ends is killed with all that it started, and the rest runs without what held it', async () => {
      const { scenario, temporary, green } = await failed('is')
      const fog = scenario.with({ FOG: '1' })
      const { report, stderr } = await fog.heal(...green, '--test-command', `${PLAYWRIGHT} {files} --grep {grep}`)
      expect(problemOf(report, 'The runner was stopped after').message).toMatch(/after \d+ s, its time limit/)
      expect(problemOf(report, 'did not end').message).toContain(`“${BRIDGE}” did not end`)
      expect(statusesOf(report).boat, stderr).toBe('healed')
      expect(statusesOf(report).bridge).not.toBe('healed')
      await expectClean({ scenario, temporary })
    })

    it('a run that is killed leaves a worktree and a runner, which the next run clears away before it heals', async () => {
      const { scenario, temporary } = await failed(null)
      const isUnderWay = () =>
        ownFolders(temporary).some((name) => name.includes('worktree')) &&
        processesOn(scenario.env.PORT ?? '').some((command) => command.includes('server.mjs'))
      let watch: NodeJS.Timeout | undefined
      await spawnCli(['heal', '--verify-runs', '1'], {
        cwd: scenario.root,
        env: scenario.env,
        onProgress: (said, child) => {
          if (!/Running \d+ failing tests on [0-9a-f]{8}/.test(said)) return
          watch ??= setInterval(() => isUnderWay() && child.kill('SIGKILL'), 20)
        },
      })
      clearInterval(watch)
      expect((await scenario.git('worktree', 'list')).trim().split('\n')).toHaveLength(2)

      const { report, stderr } = await scenario.heal()
      expect(problemOf(report, 'An earlier run was killed').message).toMatch(
        /its temporary folders were removed \(\d+\)/,
      )
      expect(statusesOf(report), stderr).toEqual({ bridge: 'healed', boat: 'healed' })
      await wait(200)
      await expectClean({ scenario, temporary })
    })

    it.skipIf(!HAS_SMALL_DISK)(
      'a disk that is too full for another commit costs what only that one could tell',
      async () => {
        const { scenario, temporary, green } = await failed('moored')
        // The commit before is 48 MB large, and the disk of the run 40.
        writeFileSync(path.join(scenario.root, 'film.bin'), randomBytes(48 << 20))
        await scenario.git('add', 'film.bin')
        await scenario.git('commit', '--quiet', '-m', 'Add a film')
        await scenario.git('rm', '--quiet', 'film.bin')
        await scenario.git('commit', '--quiet', '-m', 'Take the film off')
        const report = await healInSmallDisk(scenario, green)
        const problem = problemOf(report, 'unable to write file film.bin')
        expect(problem.message).toMatch(/could not be run on the earlier commit .* \d+ MB are free in /)
        expect(problem.remedy).toContain('Check free space')
        expect(report.run.reached).toBe('done')
        expect(statusesOf(report).boat).toBe('healed')
        await expectClean({ scenario, temporary })
      },
    )
  },
)

const healInSmallDisk = ({ root, env }: ScenarioRun, more: readonly string[]): Promise<Report> =>
  new Promise((resolve, reject) => {
    const args = [...IN_SMALL_DISK, process.execPath, CLI, 'heal', '--json', '--verify-runs', '1', ...more]
    const child = spawn('unshare', args, {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...env },
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
