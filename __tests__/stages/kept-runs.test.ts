import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TraceFile } from '../../src/artifacts/types.ts'
import type { TestRef } from '../../src/model.ts'
import { keptRuns } from '../../src/stages/kept-runs.ts'

const env = { PATH: process.env.PATH }
const test: TestRef = { id: 'a.spec.ts › a', title: 'a', file: 'a.spec.ts', framework: 'playwright' }
const commitOf = (digit: number) => String(digit).repeat(40)

let root: string
let made: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'kept-runs-'))
  execFileSync('git', ['init', '-q', root])
  made = path.join(root, 'made.zip')
  writeFileSync(made, 'a trace')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const trace = (): TraceFile => ({
  path: made,
  testId: test.id,
  testTitle: test.title,
  testFile: test.file,
  outcome: 'passed',
  mtimeMs: 0,
})

describe('the run of a test on an earlier commit', () => {
  it('is kept inside of git’s own folder, for the next run of this or of another process', async () => {
    await (await keptRuns(root, env, ['npm run build'])).keep(commitOf(1), [trace()])
    rmSync(made)
    const found = await (await keptRuns(root, env, ['npm run build'])).of(commitOf(1), test)
    expect(found).toMatchObject({ testId: test.id, outcome: 'passed' })
    expect(found?.path.startsWith(path.join(root, '.git') + path.sep)).toBe(true)
    expect(readFileSync(found?.path ?? '', 'utf8')).toBe('a trace')
  })

  it('is another one with other commands, on another commit and of another test', async () => {
    await (await keptRuns(root, env, ['npm run build'])).keep(commitOf(1), [trace()])
    expect(await (await keptRuns(root, env, ['make'])).of(commitOf(1), test)).toBeNull()
    const same = await keptRuns(root, env, ['npm run build'])
    expect(await same.of(commitOf(2), test)).toBeNull()
    expect(await same.of(commitOf(1), { ...test, id: 'b.spec.ts › b' })).toBeNull()
    expect(await same.of('../../etc', test)).toBeNull()
  })

  it('is forgotten where four other commits were asked for since', async () => {
    const kept = await keptRuns(root, env, [])
    for (const digit of [1, 2, 3, 4, 5]) {
      await kept.keep(commitOf(digit), [trace()])
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    expect(await kept.of(commitOf(1), test)).toBeNull()
    expect(await kept.of(commitOf(5), test)).not.toBeNull()
  })

  it('is done without where it cannot be kept', async () => {
    const kept = await keptRuns(root, env, [])
    writeFileSync(path.join(root, '.git/self-heal'), 'a file where the folder should be')
    await kept.keep(commitOf(1), [trace()])
    expect(await kept.of(commitOf(1), test)).toBeNull()
    expect(existsSync(made)).toBe(true)
  })
})
