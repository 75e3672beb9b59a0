import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deepen } from '../../src/runner/deepen.ts'

let home: string
let origin: string
const at = (cwd: string, ...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()
let clones = 0
/** A clone with one commit, as `actions/checkout` makes one. */
const shallow = (branch = 'main') => {
  const root = path.join(home, `clone-${clones++}`)
  at(home, 'clone', '--quiet', '--depth', '1', '--branch', branch, `file://${origin}`, root)
  return root
}
const count = (root: string) => Number(at(root, 'rev-list', '--count', 'HEAD'))
const env = { PATH: process.env.PATH, HOME: process.env.HOME }

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'deepen-'))
  origin = path.join(home, 'origin')
  at(home, 'init', '--quiet', '--initial-branch=main', origin)
  // One stream of many commits is faster than as many runs of git.
  const commits = (ref: string, from: string, names: readonly string[]) =>
    names
      .map(
        (name, i) =>
          `commit refs/heads/${ref}\ncommitter T <t@example.org> ${1_760_000_000 + i} +0000\ndata ${name.length}\n${name}\n${i === 0 && from !== '' ? `from ${from}\n` : ''}`,
      )
      .join('\n')
  const numbers = (length: number, prefix: string) => Array.from({ length }, (_, i) => `${prefix}${i + 1}`)
  const bring = (input: string) => execFileSync('git', ['fast-import', '--quiet'], { cwd: origin, input })
  bring(commits('main', '', numbers(300, 'm')))
  bring(commits('redesign', at(origin, 'rev-parse', 'main~60'), numbers(40, 'r')))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('a shallow clone', () => {
  it('is deepened until enough commits are there to look back', async () => {
    const root = shallow()
    expect(count(root)).toBe(1)
    expect(await deepen({ root, env, commit: null })).toEqual({ fetched: true, problem: null })
    expect(count(root)).toBeGreaterThan(16)
    expect(count(root)).toBeLessThan(60)
  })

  it('is deepened to the commit that is known to be green, and no further than the next step', async () => {
    const root = shallow()
    const green = at(origin, 'rev-parse', 'main~90')
    expect(await deepen({ root, env, commit: green })).toEqual({ fetched: true, problem: null })
    expect(at(root, 'merge-base', green, 'HEAD')).toBe(green)
    expect(count(root)).toBeLessThan(200)
  })

  it('is deepened to where its branch left the default branch', async () => {
    const root = shallow('redesign')
    expect((await deepen({ root, env, commit: null })).problem).toBeNull()
    expect(at(root, 'merge-base', 'origin/main', 'HEAD')).toBe(at(origin, 'rev-parse', 'main~60'))
  })

  it('keeps its branch, its files and its settings', async () => {
    const root = shallow('redesign')
    const state = () => [
      at(root, 'rev-parse', 'HEAD', 'redesign'),
      at(root, 'status', '--porcelain'),
      at(root, 'config', '--list', '--local'),
    ]
    const before = state()
    await deepen({ root, env, commit: null })
    expect(state()).toEqual(before)
  })

  it('that is whole already is left alone', async () => {
    const root = path.join(home, 'whole')
    at(home, 'clone', '--quiet', `file://${origin}`, root)
    at(root, 'remote', 'set-url', 'origin', 'file:///nowhere')
    expect(await deepen({ root, env, commit: null })).toEqual({ fetched: false, problem: null })
  })

  it('that cannot be deepened is said to be too shallow, with the remedy and no password', async () => {
    const root = shallow()
    at(root, 'remote', 'set-url', 'origin', 'http://ines:hunter2@127.0.0.1:1/clinic.git')
    const { fetched, problem } = await deepen({ root, env, commit: null })
    expect(fetched).toBe(false)
    expect(problem?.message).toMatch(/^The clone is too shallow .*could not be deepened: fatal: .*127\.0\.0\.1/)
    expect(problem?.remedy).toContain('fetch-depth: 0')
    expect(JSON.stringify(problem)).not.toContain('hunter2')
  })

  it('is as deep as it gets where the commit is nowhere to be had', async () => {
    const root = shallow()
    const { problem } = await deepen({ root, env, commit: '0123456789012345678901234567890123456789' })
    expect(count(root)).toBe(300)
    expect(problem).toBeNull()
  })

  it('is let in by settings that never stand among arguments', async () => {
    const root = shallow()
    const log = path.join(home, 'argv.log')
    const bin = mkdtempSync(path.join(home, 'bin-'))
    const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim()
    // Refuses to fetch for whoever does not bring the header.
    const shim = `#!/bin/sh\nprintf '%s\\n' "$*" >> ${log}\ncase " $* " in *" fetch "*) [ -n "$GIT_CONFIG_VALUE_0" ] || { echo 'fatal: Authentication failed' >&2; exit 128; };; esac\nexec ${real} "$@"\n`
    writeFileSync(path.join(bin, 'git'), shim)
    chmodSync(path.join(bin, 'git'), 0o755)
    const credentials = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.https://example.org/.extraheader',
      GIT_CONFIG_VALUE_0: 'AUTHORIZATION: basic c2VjcmV0',
    }
    const done = await deepen({ root, env: { ...env, PATH: `${bin}:${env.PATH}` }, commit: null, credentials })
    expect(done).toEqual({ fetched: true, problem: null })
    const argv = readFileSync(log, 'utf8')
    expect(argv).toContain('fetch')
    expect(argv).not.toMatch(/c2VjcmV0|AUTHORIZATION/)
    expect(readFileSync(path.join(root, '.git/config'), 'utf8')).not.toContain('c2VjcmV0')
  })
})
