import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cliConfig } from '../../src/cli/config.ts'
import { heal } from '../../src/heal.ts'
import { makeZip } from '../support/make-zip.ts'
import { HAS_PLAYWRIGHT, makeSmallProject, runSmallSuite, type SmallProject } from '../support/small-project.ts'
import { type CliOptions, healJson, spawnCli } from '../support/spawn-cli.ts'

if (!HAS_PLAYWRIGHT) console.warn('skipped: fixtures/shop has no installed packages (run `npm ci` in it)')

const SAMPLES = path.resolve(import.meta.dirname, '../../fixtures/samples/playwright-1.65')
/** What the engine may write, all of it ignored by git. */
const OURS = ['test-results', 'self-heal-report', '.healing_fixes', '.healing_history.json', 'playwright-report']
const PAGE = 'tests/lamp-page.ts'

let project: SmallProject
let before: ReadonlyMap<string, string>

/** Every byte and mode of the checkout, and of git's own list of files. */
const snapshot = (root: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  const walk = (folder: string) => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = path.join(folder, entry.name)
      if (['.git', 'node_modules', ...OURS].includes(name)) continue
      if (entry.isDirectory()) walk(name)
      else
        found.set(
          name,
          `${statSync(path.join(root, name)).mode} ${readFileSync(path.join(root, name)).toString('base64')}`,
        )
    }
  }
  walk('.')
  return found
}

const junit = (root: string) => `<?xml version="1.0"?>
<testsuites id="" name="" tests="1" failures="1"><testsuite name="lamp.spec.ts" hostname="" tests="1" failures="1">
<testcase name="Lamp › goes into the basket" classname="lamp.spec.ts" time="2"><failure message="lost" type="FAILURE">TimeoutError: locator.click: Timeout 1500ms exceeded.
Call log:
  - waiting for getByTestId('buy-button')

    at ${root}/tests/lamp.spec.ts:8:20
</failure></testcase></testsuite></testsuites>`

const command = (args: readonly string[], more: Partial<CliOptions> = {}) =>
  spawnCli(['heal', ...args], { cwd: project.root, ...more, env: { ...project.env, ...more.env } })

describe.skipIf(!HAS_PLAYWRIGHT)('bad input', () => {
  beforeAll(async () => {
    project = await makeSmallProject()
    before = snapshot(project.root)
  })
  beforeEach(() => project.write('test-results/junit.xml', junit(project.root)))
  afterEach(() => {
    expect(project.git('status', '--porcelain')).toBe('')
    expect(snapshot(project.root)).toEqual(before)
    for (const one of OURS) rmSync(path.join(project.root, one), { recursive: true, force: true })
  })
  afterAll(() => project?.dispose())

  describe('among the artifacts ends the command with code 2 and says which', () => {
    const trace = () => readFileSync(path.join(SAMPLES, 'test-results/shop-Shop-buys/trace.zip'))
    it.each<[string, string, () => string | Uint8Array, RegExp, RegExp]>([
      [
        'XML that was cut off',
        'bad.xml',
        () => junit('/x').slice(0, 200),
        /test-results\/bad\.xml: the JUnit report is not well-formed XML/,
        /cut off.*upload the report after they ended/,
      ],
      [
        'a broken zip',
        'trace.zip',
        () => trace().subarray(0, 4_000),
        /test-results\/trace\.zip: not a readable zip/,
        /Upload the file again/,
      ],
      [
        'JSON that was cut off',
        'results.json',
        () => '{"config": {"rootDir": "/x"}, "suites": [{"title": "lamp.spec.ts", "sp',
        /test-results\/results\.json: the Playwright JSON report is not valid JSON/,
        /It was cut off or mixed with other output/,
      ],
      [
        'JSON that was cut off before it said what it is',
        'results.json',
        () => '{"some": {"thi',
        /test-results\/results\.json: JSON that was cut off; it has no end/,
        /Upload the report after the tests have ended/,
      ],
      [
        'a file of another kind',
        'results.json',
        () => '{"some": "data"}',
        /test-results\/results\.json: JSON that is no report of Playwright, jest, vitest, mocha, Cucumber or RSpec/,
        /Pass a Playwright JSON, HTML or blob report/,
      ],
    ])('%s', async (_, name, content, message, remedy) => {
      rmSync(path.join(project.root, 'test-results/junit.xml'))
      project.write(`test-results/${name}`, content())
      const { code, stderr, stdout } = await command(['--artifacts', 'test-results/*'])
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(remedy)
      expect([code, stdout]).toEqual([2, ''])
    })

    it('nothing at all, with globs, folder and near misses', async () => {
      const { code, stderr } = await command(['--artifacts', 'reports/**/*.xml', '!reports/old/**'])
      for (const part of ['reports/**/*.xml', '!reports/old/**', project.root, 'test-results/junit.xml'])
        expect(stderr).toContain(part)
      expect(stderr).toContain('run this step in the job whose tests failed, after the tests')
      expect(code).toBe(2)
    })

    it('a green report beside one that cannot be read, which is not the same as green', async () => {
      project.write(
        'test-results/green.xml',
        '<testsuites><testsuite name="a"><testcase name="b" classname="c"/></testsuite></testsuites>',
      )
      project.write('test-results/junit.xml', junit('/x').slice(0, 200))
      const { code, stderr } = await command([])
      expect(stderr).toMatch(
        /No failed test was found in 1 reports, but this could not be read: test-results\/junit\.xml/,
      )
      expect(code).toBe(2)
    })
  })

  it('a trace of a version that is not known is named, with the versions that are', async () => {
    rmSync(path.join(project.root, 'test-results/junit.xml'))
    const options = (origin: string) =>
      JSON.stringify({
        type: 'context-options',
        version: 99,
        origin,
        browserName: 'chromium',
        title: 'lamp.spec.ts:5 › Lamp › goes into the basket',
      })
    const error = JSON.stringify({ type: 'error', message: 'TimeoutError: lost', stack: [] })
    const zip = makeZip({
      'test.trace': `${options('testRunner')}\n${error}\n`,
      '0-trace.trace': `${options('library')}\n`,
    })
    project.write('test-results/lamp/trace.zip', zip)
    const { code, stdout } = await command(['--suggest-only'])
    expect(stdout).toMatch(/trace\.zip could not be read: .*version 99 is newer than this reader \(versions 7 to \d+\)/)
    expect(stdout).toContain('Update self-heal-action')
    expect(code).toBe(1)
  })

  it('a baseline that matches nothing is named, with its own input', async () => {
    const { code, stdout } = await command(['--baseline', 'green/**', '--suggest-only'])
    expect(stdout).toMatch(/No report or trace of a green run was found in .*: no file matches green\/\*\*\./)
    expect(stdout).toContain('Correct `baseline`, or leave it away')
    expect(code).toBe(1)
  })

  it('packages that are not installed are named before anything is run', async () => {
    renameSync(path.join(project.root, 'node_modules'), path.join(project.root, '.git', 'modules-aside'))
    const { code, stdout } = await command([])
    renameSync(path.join(project.root, '.git', 'modules-aside'), path.join(project.root, 'node_modules'))
    expect(stdout).toMatch(
      /No installed @playwright\/test was found from .*Install the dependencies first \(`npm ci`\)/,
    )
    expect(code).toBe(1)
  })

  it('a port that is taken is told as the runner told it, with the command to try', async () => {
    const other = createServer((_, response) => response.end('not the shop'))
    await new Promise<void>((resolve) => other.listen(Number(project.env.PORT), '127.0.0.1', resolve))
    const { code, stdout } = await command([])
    other.close()
    expect(stdout).toMatch(/The runner said: .*:\d+ is already used.*Try it yourself: npx playwright test/s)
    expect(stdout).toContain('1 failed test: 1 needs a human')
    expect(code).toBe(1)
  })

  it('a folder of the app that is not there is named, and healing goes on with the suite’s own server', async () => {
    const { code, report } = await healJson(['--app-dir', 'nowhere', '--suggest-only'], {
      cwd: project.root,
      env: project.env,
    })
    expect(report.problems.map(({ message }) => message).join()).toContain(
      `app_dir names ${path.join(project.root, 'nowhere')}, which is no folder.`,
    )
    expect(code).toBe(1)
  })

  it('a report of tests that are not in this checkout is not worked on', async () => {
    cpSync(path.join(SAMPLES, 'results.json'), path.join(project.root, 'test-results/results.json'))
    const { code, report } = await healJson(['--artifacts', 'test-results/results.json'], { cwd: project.root })
    expect(report.problems[0]?.message).toMatch(/results\.json: 6 failed tests are in files that are not in this repo/)
    expect(new Set(report.results.map(({ status }) => status))).toEqual(new Set(['skipped']))
    expect(report.results[0]?.reason).toBe(
      'shop.spec.ts is not in this checkout; check out the commit that was tested.',
    )
    expect(code).toBe(1)
  })

  it('a folder outside of git is left alone', async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'self-heal-no-git-'))
    const { code, stderr } = await command([], { cwd })
    expect(stderr).toContain(`${cwd} is not in a git repository`)
    expect([code, readdirSync(cwd)]).toEqual([2, []])
  })

  it('a repository without a commit is left alone', async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'self-heal-no-commit-'))
    execFileSync('git', ['init', '-q'], { cwd })
    const { code, stderr } = await command([], { cwd })
    expect(stderr).toContain('is not a git repository with a commit in it')
    expect(code).toBe(2)
  })

  it('a browser that is none is named before anything is run', async () => {
    const { code, stderr } = await command(['--browser-path', '/nowhere/chrome'])
    expect(stderr).toContain('✖ browser_path names /nowhere/chrome, which is no program.')
    expect(stderr).toContain('npx playwright install chromium')
    expect(stderr).not.toContain('Loading the suite')
    expect(code).toBe(2)
  })

  const isChromeInstalled = ['/opt/google/chrome/chrome', '/usr/bin/microsoft-edge'].some((file) => existsSync(file))
  it.skipIf(isChromeInstalled || process.platform !== 'linux')(
    'a machine without any browser is told how to get one',
    async () => {
      const bin = mkdtempSync(path.join(tmpdir(), 'self-heal-bin-'))
      const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
      symlinkSync(git, path.join(bin, 'git'))
      const env = { PATH: bin, PLAYWRIGHT_BROWSERS_PATH: '/nowhere', PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: undefined }
      const { code, stderr } = await command([], { env })
      expect(stderr).toContain('✖ No Chromium was found.\n  Install one (`npx playwright install chromium`)')
      expect(code).toBe(2)
    },
  )

  it('a test command that does not exist is named', async () => {
    const { code, stderr, stdout } = await command(['--test-command', 'no-such-runner {files}'])
    expect(stderr).toMatch(/✖ test_command could not be run: .*no-such-runner: command not found/)
    expect(stdout).toMatch(/1 failed test: 1 skipped[\s\S]*broke off in the stage “reproduce”/)
    expect(code).toBe(2)
  })

  it('a test command whose results never come is shown with what it said', async () => {
    const { code, stdout } = await command(['--test-command', 'echo "no tests today"; exit 4'])
    expect(stdout).toMatch(/test_command ended with code 4, and Playwright did not report to us: no tests today/)
    expect(code).toBe(1)
  })

  describe('of the project itself:', () => {
    const commit = (file: string, text: string) => {
      project.write(file, text)
      project.git('commit', '-qam', 'Try something')
      before = snapshot(project.root)
    }
    afterEach(() => {
      project.git('reset', '-q', '--hard', 'HEAD~1')
      before = snapshot(project.root)
    })

    it('a configuration that does not load is named, without the stack of its loader', async () => {
      commit('playwright.config.ts', 'export default { testDir: ./tests }\n')
      const { code, stdout } = await command([])
      expect(stdout).toMatch(/could not list the tests of .*playwright\.config\.ts: SyntaxError: .*Unexpected token/)
      expect(stdout).toContain('npx playwright test --list')
      expect(stdout).not.toContain('babelBundle')
      expect(code).toBe(1)
    })

    it('an app that dies is shown with what it said, and no test is judged without it', async () => {
      const config = readFileSync(path.join(project.root, 'playwright.config.ts'), 'utf8')
      commit('playwright.config.ts', config.replace(/ {2}webServer: .*\n/, ''))
      const start = ['--start-command', 'echo no database >&2; exit 3', '--base-url', 'http://127.0.0.1:9/']
      const { code, stderr, stdout } = await command(start)
      expect(stderr).toMatch(/✖ The app did not come up: .*it ended with code 3[\s\S]*no database/)
      expect(stdout).toMatch(/1 failed test: 1 skipped/)
      expect(code).toBe(2)
    })
  })

  describe('on the way through verification:', () => {
    let green: string
    const args = () => ['--verify-runs', '1', '--baseline', path.join(green, '**')]
    beforeAll(async () => {
      project.git('checkout', '-q', 'HEAD~1', '--', 'site')
      await runSmallSuite(project, ['--reporter=line', '--trace=on'])
      green = mkdtempSync(path.join(tmpdir(), 'self-heal-green-'))
      cpSync(path.join(project.root, 'test-results'), path.join(green, 'test-results'), { recursive: true })
      project.git('checkout', '-q', 'HEAD', '--', 'site')
    })
    afterAll(() => rmSync(green, { recursive: true, force: true }))

    /** Heals, and sends a signal as soon as the page object is patched on disk. */
    const killWhenPatched = async (signal: NodeJS.Signals) => {
      const original = readFileSync(path.join(project.root, PAGE))
      let watch: NodeJS.Timeout | undefined
      let atKill = ''
      const done = await command(args(), {
        onProgress: (_, child) => {
          watch ??= setInterval(() => {
            const now = readFileSync(path.join(project.root, PAGE))
            if (now.equals(original)) return
            clearInterval(watch)
            atKill = now.toString()
            child.kill(signal)
          }, 5)
        },
      })
      clearInterval(watch)
      expect(atKill, done.stderr).toContain("getByTestId('basket-button')")
      return done
    }

    it('an interrupt restores the checkout and says where the report is', async () => {
      const { code, stderr } = await killWhenPatched('SIGINT')
      expect(stderr).toContain('The run was interrupted; the checkout is as it was.')
      expect(code).toBe(2)
      const report = JSON.parse(readFileSync(path.join(project.root, 'self-heal-report/healing-report.json'), 'utf8'))
      expect(report.run.reached).toBe('verify')
      expect(report.summary.failures).toBe(1)
    })

    it('a kill leaves a journal, from which the next start restores everything first of all', async () => {
      await killWhenPatched('SIGKILL')
      expect(readFileSync(path.join(project.root, PAGE), 'utf8')).toContain('basket-button')
      rmSync(path.join(project.root, 'test-results'), { recursive: true })
      const next = await command(['--artifacts', 'nothing/**'])
      expect(next.code).toBe(2)
    })

    it('a limit of time ends the run with a report of how far it came', async () => {
      const { config } = await cliConfig({ verifyRuns: '1', baseline: [path.join(green, '**')] }, project.root, {})
      const limited = { ...config, timeoutMinutes: 2 / 60 }
      const { report } = await heal(limited, { progress: () => undefined, env: { ...process.env, ...project.env } })
      expect(report.run.reached).not.toBe('done')
      expect(report.problems.at(-1)).toMatchObject({ subject: 'timeout_minutes', remedy: /Raise `timeout_minutes`/ })
      expect(report.results.map(({ status }) => status)).toEqual(['skipped'])
    })

    it('work that is not committed is not patched, and not lost', async () => {
      const text = `${readFileSync(path.join(project.root, PAGE), 'utf8')}// half-done\n`
      project.write(PAGE, text)
      const { report, code } = await healJson(args(), { cwd: project.root, env: project.env })
      expect(readFileSync(path.join(project.root, PAGE), 'utf8')).toBe(text)
      project.git('checkout', '-q', '--', PAGE)
      expect(report.results.map(({ status, reason }) => [status, reason])).toEqual([
        ['needs_human', expect.stringContaining(`${PAGE} has changes that are not committed`)],
      ])
      expect(code).toBe(1)
    })
  })
})
