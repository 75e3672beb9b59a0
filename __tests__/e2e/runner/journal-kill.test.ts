import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { recoverJournal } from '../../../src/runner/journal.ts'

const victim = fileURLToPath(new URL('./journal-victim.ts', import.meta.url))
let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'journal-kill-'))
  await mkdir(join(root, '.git'))
  for (const name of ['a', 'b', 'c']) await writeFile(join(root, `${name}.txt`), `original ${name}\n`.repeat(300))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function state(): Promise<unknown[]> {
  const names = (await readdir(root)).filter((name) => name !== '.git').sort()
  return Promise.all(
    names.map(async (name) => {
      const { mode, mtimeNs } = await stat(join(root, name), { bigint: true })
      return [name, await readFile(join(root, name), 'utf8'), mode, mtimeNs]
    }),
  )
}

/** Kills the victim after `ms` and says whether the checkout was then in the middle of something. */
async function killAfter(ms: number, signal: NodeJS.Signals): Promise<void> {
  const child = spawn(process.execPath, [victim, root], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  await once(child.stdout, 'data')
  await wait(ms)
  child.kill(signal)
  await gone
}

it('puts every byte, mode and time back after kill -9 at any moment', async () => {
  const before = await state()
  let dirty = 0
  for (let round = 0; round < 25; round++) {
    await killAfter(5 + Math.random() * 40, 'SIGKILL')
    if (JSON.stringify(await state(), big) !== JSON.stringify(before, big)) dirty++
    recoverJournal(root)
    expect(await state()).toEqual(before)
    recoverJournal(root)
    expect(await state()).toEqual(before)
  }
  expect(dirty, 'kills that hit while files were patched').toBeGreaterThan(3)
})

it('needs no recovery after a signal that can be handled', async () => {
  const before = await state()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    for (let round = 0; round < 3; round++) {
      await killAfter(10 + Math.random() * 20, signal)
      expect(await state()).toEqual(before)
    }
  }
})

it('does not throw away what somebody wrote into a patched file after the kill', async () => {
  for (let round = 0; round < 50; round++) {
    await killAfter(5 + Math.random() * 20, 'SIGKILL')
    if ((await readFile(join(root, 'a.txt'), 'utf8')).startsWith('patched')) break
    recoverJournal(root)
  }
  await writeFile(join(root, 'a.txt'), 'edited by a person')
  const { conflicts } = recoverJournal(root)
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('edited by a person')
  expect(conflicts.map((one) => one.path)).toEqual(['a.txt'])
  expect(await readFile(conflicts[0]?.original ?? '', 'utf8')).toContain('original a')
})

const big = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
