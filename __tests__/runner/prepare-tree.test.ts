import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PrepareOptions, prepareTree } from '../../src/runner/prepare-tree.ts'

let home: string
const at = (...parts: readonly string[]) => path.join(home, ...parts)
const write = (file: string, text = '') => {
  mkdirSync(path.dirname(at(file)), { recursive: true })
  writeFileSync(at(file), text)
}
const prepare = (overrides: Partial<PrepareOptions> = {}) =>
  prepareTree({
    root: at('root'),
    tree: at('tree'),
    packages: [''],
    installCommand: null,
    buildCommand: null,
    appDir: null,
    env: process.env,
    ...overrides,
  })

beforeEach(() => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'prepare-tree-')))
  for (const side of ['root', 'tree']) write(`${side}/package-lock.json`, '{ "lockfileVersion": 3 }')
  write('root/node_modules/lib/index.js', 'module.exports = 1')
  write('root/node_modules/@scope/lib/index.js', 'module.exports = 2')
  write('tree/package.json', '{}')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

describe('making another commit ready to run', () => {
  it('links packages where both commits lock the same ones, so that emptying the folder takes only links', async () => {
    await prepare()
    expect(readFileSync(at('tree/node_modules/@scope/lib/index.js'), 'utf8')).toBe('module.exports = 2')
    rmSync(at('tree/node_modules'), { recursive: true })
    expect(existsSync(at('root/node_modules/lib/index.js'))).toBe(true)
  })

  it('installs where the lock file is another one', async () => {
    write('tree/package-lock.json', '{ "lockfileVersion": 2 }')
    await prepare({ installCommand: 'mkdir node_modules && touch node_modules/fresh' })
    expect(existsSync(at('tree/node_modules/fresh'))).toBe(true)
    expect(existsSync(at('tree/node_modules/lib'))).toBe(false)
  })

  it('builds by the package’s own script where the checkout has a build and the commit has none', async () => {
    write('tree/package.json', '{ "scripts": { "build": "mkdir dist && touch dist/index.html" } }')
    await prepare()
    expect(existsSync(at('tree/dist'))).toBe(false)
    write('root/dist/index.html')
    await prepare()
    expect(existsSync(at('tree/dist/index.html'))).toBe(true)
  })

  it('says which command failed, and how', async () => {
    const fault = await prepare({ buildCommand: 'echo "no such compiler" >&2; exit 7' }).catch((error) => error)
    expect(fault.problem.message).toMatch(/ended with code 7: no such compiler/)
    expect(fault.problem.subject).toBe('build_command')
  })

  it('stops a command at its limit, with what it started', async () => {
    const fault = await prepare({ buildCommand: 'sleep 30 & sleep 30', timeoutMs: 300 }).catch((error) => error)
    expect(fault.problem.message).toContain('did not end in time')
  })
})
