import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { forPlaywright, withoutSecrets } from '../../src/runner/environment.ts'
import { run, start } from '../../src/runner/process.ts'

const base = { cwd: process.cwd(), env: process.env, timeoutMs: 10_000 }
const bash = (script: string) => ({ ...base, command: 'bash', args: ['-c', script] })

/** A process that was killed but not yet fetched by its parent is no longer up. */
function isUp(pid: number): boolean {
  try {
    process.kill(pid, 0)
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'latin1') : ''
    return !/\) Z /.test(stat)
  } catch {
    return false
  }
}

describe('run', () => {
  it('gives the exit code and both outputs', async () => {
    const result = await run(bash('echo out; echo err >&2; exit 3'))
    expect(result).toMatchObject({ code: 3, timedOut: false, aborted: false })
    expect(result.output).toContain('out\n')
    expect(result.output).toContain('err\n')
  })

  it('never lets a shell read an argument', async () => {
    const result = await run({ ...base, command: 'printf', args: ['%s', '$(touch /tmp/never); `id` "\'\n'] })
    expect(result.output).toBe('$(touch /tmp/never); `id` "\'\n')
  })

  it('says what could not be started', async () => {
    const result = await run({ ...base, command: 'no-such-program', args: [] })
    expect(result.error?.message).toContain('ENOENT')
  })

  it('keeps only the tail of endless output', async () => {
    const result = await run({ ...bash('for i in $(seq 1 20000); do echo line $i; done'), maxOutput: 1_000 })
    expect(result.output.length).toBeLessThanOrEqual(1_000)
    expect(result.output).toContain('line 20000')
  })

  it('kills at the time limit all that was started, deaf, detached or orphaned', async () => {
    const script = `trap '' TERM INT; setsid sleep 300 & echo pid $!; (setsid sleep 301 & echo pid $!); sleep 302 & echo pid $!; wait; sleep 303`
    const result = await run({ ...bash(script), timeoutMs: 500, graceMs: 200 })
    expect(result.timedOut).toBe(true)
    expect(result.durationMs).toBeLessThan(5_000)
    const pids = [...result.output.matchAll(/pid (\d+)/g)].map((match) => Number(match[1]))
    expect(pids).toHaveLength(3)
    await wait(100)
    expect(pids.filter(isUp)).toEqual([])
  })

  it('leaves nothing running after a normal end either', async () => {
    const result = await run(bash('setsid sleep 300 >/dev/null 2>&1 & echo $!'))
    await wait(100)
    expect(isUp(Number(result.output.trim()))).toBe(false)
  })

  it('ends at once when aborted', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 200)
    const result = await run({ ...bash('sleep 60'), signal: controller.signal })
    expect(result).toMatchObject({ aborted: true, timedOut: false })
    expect(result.durationMs).toBeLessThan(5_000)
  })
})

describe('start', () => {
  it('gives a polite program the time to say goodbye', async () => {
    const running = start({ ...bash(`trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done`) })
    while (!running.output().includes('up')) await wait(20)
    await running.stop()
    expect(running.output()).toContain('bye')
    expect(await running.exited).toMatchObject({ code: 0 })
  })
})

describe('environments', () => {
  const env = {
    PATH: '/bin',
    CI: 'true',
    INPUT_TOKEN: 's',
    GITHUB_TOKEN: 's',
    ACTIONS_RUNTIME_TOKEN: 's',
    GITHUB_ENV: 'f',
    GITHUB_SHA: 'abc',
    PLAYWRIGHT_JSON_OUTPUT_FILE: 'x',
    PLAYWRIGHT_HTML_REPORT: 'y',
    PLAYWRIGHT_BROWSERS_PATH: '0',
    PW_TEST_REPORTER: 'r',
    API_KEY: 'theirs',
  }

  it('hold no tokens and no command files of the workflow, but all that the code under test needs', () => {
    expect(withoutSecrets({ ...env, GONE: undefined })).toEqual({
      PATH: '/bin',
      CI: 'true',
      GITHUB_SHA: 'abc',
      PLAYWRIGHT_JSON_OUTPUT_FILE: 'x',
      PLAYWRIGHT_HTML_REPORT: 'y',
      PLAYWRIGHT_BROWSERS_PATH: '0',
      PW_TEST_REPORTER: 'r',
      API_KEY: 'theirs',
    })
  })

  it('never send a re-run’s outputs over those of the run that failed', () => {
    const given = forPlaywright(env, { EXTRA: '1' })
    expect(Object.keys(given).sort()).toEqual([
      'API_KEY',
      'CI',
      'EXTRA',
      'FORCE_COLOR',
      'GITHUB_SHA',
      'PATH',
      'PLAYWRIGHT_BROWSERS_PATH',
      'PLAYWRIGHT_HTML_OPEN',
    ])
  })
})
