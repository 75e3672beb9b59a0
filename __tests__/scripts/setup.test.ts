import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const scripts = path.resolve(import.meta.dirname, '../../scripts')

interface Locked {
  readonly version: string
  readonly optional?: boolean
  readonly devOptional?: boolean
}

/** A checkout with nothing but the set-up in it, a lock file, and what npm noted as installed. */
function makeCheckout(locked: Record<string, Locked>, installed: Record<string, Locked> | null): string {
  const root = mkdtempSync(path.join(tmpdir(), 'self-heal-setup-'))
  cpSync(path.join(scripts, 'setup.mjs'), path.join(root, 'scripts/setup.mjs'))
  cpSync(path.join(scripts, 'setup'), path.join(root, 'scripts/setup'), { recursive: true })
  const packages = { '': { name: 'x' }, ...locked }
  writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }))
  if (installed !== null) {
    mkdirSync(path.join(root, 'node_modules'))
    writeFileSync(path.join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }))
  }
  return root
}

/** Runs the set-up with an npm and a Chromium that only write down that they were called. */
async function setUp(root: string): Promise<{ code: number; stderr: string }> {
  const bin = path.join(root, 'bin')
  mkdirSync(bin, { recursive: true })
  const program = (name: string, text: string): void =>
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  program('npm', 'echo "the registry is not reachable"; exit 1')
  program('chromium', 'exit 0')
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: root, XDG_CACHE_HOME: path.join(root, 'cache') }
  try {
    const { stderr } = await run(process.execPath, [path.join(root, 'scripts/setup.mjs')], { env })
    return { code: 0, stderr }
  } catch (error) {
    const failed = error as { code: number; stderr: string }
    return { code: failed.code, stderr: failed.stderr }
  }
}

const A = { 'node_modules/a': { version: '1.0.0' } }

describe('the set-up of a new machine', () => {
  it('says nothing where everything is there', async () => {
    expect(await setUp(makeCheckout(A, A))).toEqual({ code: 0, stderr: '' })
  })

  it('does without packages for other platforms', async () => {
    const locked = { ...A, 'node_modules/a-darwin': { version: '1.0.0', optional: true } }
    expect(await setUp(makeCheckout(locked, A))).toEqual({ code: 0, stderr: '' })
  })

  it.each([
    ['there are no packages', null],
    ['a package is missing', {}],
    ['a package has another version', { 'node_modules/a': { version: '0.9.0' } }],
  ])('installs where %s, and says what went wrong', async (_, installed) => {
    const { code, stderr } = await setUp(makeCheckout(A, installed))
    expect(code).toBe(1)
    expect(stderr).toContain('setup: installing the packages of package-lock.json …')
    expect(stderr).toContain('Is the package registry reachable')
    expect(stderr).toContain('the registry is not reachable')
  })

  it('is not stopped by a lock that a killed run left behind', async () => {
    const root = makeCheckout(A, null)
    mkdirSync(path.join(root, '.cache'))
    writeFileSync(path.join(root, '.cache/setup.lock'), '4194999')
    expect((await setUp(root)).stderr).toContain('npm ci failed')
  })
})
