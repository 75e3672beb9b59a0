import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { killOrphans, OWNER_MARK, ownerMark } from '../../src/runner/orphans.ts'
import { makeOwnFolder, ourselves, removeStaleFolders } from '../../src/runner/own-folder.ts'
import { run } from '../../src/runner/process.ts'

const started: ChildProcess[] = []
const folders: string[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A process that sleeps, marked as started by this owner. */
const sleeper = (mark: string): { readonly child: ChildProcess; readonly ended: Promise<NodeJS.Signals | null> } => {
  const child = spawn('sleep', ['60'], { env: { PATH: process.env.PATH, [OWNER_MARK]: mark }, stdio: 'ignore' })
  started.push(child)
  return { child, ended: new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal))) }
}
/** The number of a process that has ended. */
const gonePid = (): number => Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }))

describe.skipIf(process.platform !== 'linux')('what a killed run left running', () => {
  it('is killed, and what runs that are alive have started is not', async () => {
    const orphan = sleeper(`${gonePid()}-12345`)
    const ours = sleeper(ownerMark())
    const unmarked = sleeper('nonsense')
    expect(killOrphans()).toBeGreaterThanOrEqual(1)
    expect(await orphan.ended).toBe('SIGKILL')
    expect([ours.child.signalCode, unmarked.child.signalCode]).toEqual([null, null])
  })

  it('is killed where another process has got the number of the run since', async () => {
    const orphan = sleeper(`${process.pid}-1`)
    killOrphans()
    expect(await orphan.ended).toBe('SIGKILL')
  })

  it('is known by a mark that all that we start carries', async () => {
    const said = await run({
      command: 'sh',
      args: ['-c', `echo "$${OWNER_MARK}"`],
      cwd: tmpdir(),
      env: { PATH: process.env.PATH },
      timeoutMs: 10_000,
    })
    expect(said.output.trim()).toBe(ownerMark())
  })
})

describe('temporary folders of a killed run', () => {
  const root = (): string => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'own-folder-')))
    folders.push(folder)
    return folder
  }
  const make = async (of: string): Promise<string> => {
    const folder = await makeOwnFolder('run', of)
    folders.push(folder)
    return folder
  }

  it('are removed by the next run on the same root, and by no other', async () => {
    const [here, there] = [root(), root()]
    const worktree = path.join(realpathSync(tmpdir()), 'self-heal-worktree-gone', 'tree')
    const [stale, alive, elsewhere, inside] = [await make(here), await make(here), await make(there), await make(here)]
    for (const [folder, of] of [
      [stale, here],
      [elsewhere, there],
      [inside, worktree],
    ] as const)
      writeFileSync(path.join(folder, 'owner.json'), JSON.stringify({ pid: gonePid(), started: '1', root: of }))
    expect(await removeStaleFolders(here)).toBe(2)
    const left = [stale, alive, elsewhere, inside].map((folder) => existsSync(folder))
    expect(left).toEqual([false, true, true, false])
  })

  it('are left alone where they do not say whose they are', async () => {
    const here = root()
    const folder = await make(here)
    for (const text of ['', '[]', '{"pid":"1"}', JSON.stringify({ ...ourselves(), root: here })]) {
      writeFileSync(path.join(folder, 'owner.json'), text)
      expect(await removeStaleFolders(here)).toBe(0)
    }
    expect(existsSync(folder)).toBe(true)
  })
})
