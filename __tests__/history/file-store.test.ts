import { execFile, execFileSync } from 'node:child_process'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileStore, HISTORY_FILE } from '../../src/history/file-store.ts'
import { attempt, decision } from './events.ts'

let root: string
const file = (): string => path.join(root, HISTORY_FILE)
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'self-heal-history-'))
  execFileSync('git', ['init', '-q'], { cwd: root })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the history of a repository', () => {
  it('is empty before anything happened, and then holds what did', async () => {
    const store = fileStore(root)
    expect(await store.load()).toEqual({ history: { version: 1, events: [] }, problems: [] })
    expect(await store.add([attempt()])).toEqual([])
    expect(await store.add([decision('reject')])).toEqual([])
    expect((await store.load()).history.events).toEqual([attempt(), decision('reject')])
  })

  it('is nothing that git would ask about, and leaves nothing beside itself', async () => {
    await fileStore(root).add([attempt()])
    await fileStore(root).add([decision('never')])
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' })).toBe('')
    expect(readdirSync(root).sort()).toEqual(['.git', HISTORY_FILE])
    const exclude = readFileSync(path.join(root, '.git/info/exclude'), 'utf8')
    expect(exclude.split(HISTORY_FILE)).toHaveLength(2)
  })

  it('keeps what many processes remember at the same time', async () => {
    const script = path.join(root, 'add.mts')
    writeFileSync(
      script,
      `import { fileStore } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../src/history/file-store.ts'))}
const [root, events] = JSON.parse(process.argv[2])
for (const event of events) {
  const problems = await fileStore(root).add([event])
  if (problems.length > 0) throw new Error(problems[0].message)
}`,
    )
    const mine = (writer: number) =>
      Array.from({ length: 8 }, (_, each) => attempt({ at: at(each), signature: `${writer}${each}`.padStart(12, '0') }))
    const writers = [1, 2, 3, 4, 5].map((writer) =>
      promisify(execFile)(process.execPath, [script, JSON.stringify([root, mine(writer)])]),
    )
    await Promise.all(writers)
    expect((await fileStore(root).load()).history.events).toHaveLength(40)
  }, 60_000)

  it('does not wait for a writer that was killed', async () => {
    const lock = `${file()}.lock`
    writeFileSync(lock, '1\n')
    const long = Date.now() / 1_000 - 60
    utimesSync(lock, long, long)
    expect(await fileStore(root).add([attempt()])).toEqual([])
    expect((await fileStore(root).load()).history.events).toHaveLength(1)
  })

  it('that breaks off is set aside and said, and loses nothing', async () => {
    await fileStore(root).add([attempt(), decision('never')])
    truncateSync(file(), 200)
    const torn = readFileSync(file(), 'utf8')
    const { history, problems } = await fileStore(root).load()
    expect(history.events).toEqual([])
    expect(problems[0]?.message).toContain('is damaged')
    const said = await fileStore(root).add([decision('reject')])
    expect(said[0]?.message).toContain('it is kept as')
    const kept = readdirSync(root).find((name) => name.includes('.damaged-')) ?? ''
    expect(readFileSync(path.join(root, kept), 'utf8')).toBe(torn)
    expect((await fileStore(root).load()).history.events).toEqual([decision('reject')])
  })

  it('with one bad entry keeps the good ones, and the whole file beside', async () => {
    writeFileSync(file(), JSON.stringify({ version: 1, events: [attempt(), { kind: 'attempt' }] }))
    const said = await fileStore(root).add([decision('never')])
    expect(said[0]?.message).toContain('1 of its 2 entries')
    expect((await fileStore(root).load()).history.events).toEqual([attempt(), decision('never')])
    expect(readdirSync(root).filter((name) => name.includes('.damaged-'))).toHaveLength(1)
  })

  it('is neither read nor written through a link', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'self-heal-outside-'))
    const target = path.join(outside, 'precious.json')
    writeFileSync(target, '{}')
    symlinkSync(target, file())
    expect((await fileStore(root).load()).problems[0]?.message).toContain('it is a link')
    expect((await fileStore(root).add([attempt()]))[0]?.message).toContain('it is a link')
    expect(readFileSync(target, 'utf8')).toBe('{}')
    rmSync(outside, { recursive: true })
  })
})
