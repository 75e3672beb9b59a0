import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { MEMORY_BRANCH, type MemoryTexts, readMemory, updateMemory } from '../../src/github/memory.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'

let repository: TestRepository
let github: StandIn
let client: GitHubClient

beforeEach(async () => {
  repository = makeRepository({ 'src/app.ts': 'a\n' })
  github = await startGitHub({ bareRepo: repository.bare, owner: 'octo', repo: 'shop' })
  const { token } = github.world
  client = createClient({ token, owner: 'octo', repo: 'shop', apiUrl: github.apiUrl, sleep: async () => {} })
})

afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  repository.dispose()
})

const REF = `refs/heads/${MEMORY_BRANCH}`
const stored = (file: string) => github.world.git.blob(`${REF}:${file}`)
const put = (files: Record<string, string | null>, change: { limit?: number } = {}) =>
  updateMemory(
    client,
    { paths: Object.keys(files), message: 'Remember', merge: () => new Map(Object.entries(files)) },
    change.limit === undefined ? undefined : { maxFileBytes: change.limit, maxTotalBytes: change.limit },
    async () => {},
  )
/** Adds a line to what is there, as a job that shares a file with others must. */
const append = (line: string) =>
  updateMemory(
    client,
    { paths: ['a.txt'], message: line, merge: (now) => new Map([['a.txt', `${now.get('a.txt') ?? ''}${line}\n`]]) },
    undefined,
    async () => {},
  )

describe('the memory branch', () => {
  it('is read as empty where it is not there, and is not made by reading', async () => {
    expect([...(await readMemory(client, ['a.txt', 'b/c.txt']))]).toEqual([
      ['a.txt', null],
      ['b/c.txt', null],
    ])
    expect(github.world.git.read(REF)).toBeNull()
  })

  it('begins without any history of the code, and says what it is', async () => {
    await put({ 'baseline/00.jsonl': '{}\n' })
    expect(stored('baseline/00.jsonl')).toBe('{}\n')
    expect(stored('src/app.ts')).toBeNull()
    expect(stored('README.md')).toContain('Memory of self-heal')
    repository.git('fetch', '--quiet', 'origin', MEMORY_BRANCH)
    expect(repository.git('log', '--format=%s', 'FETCH_HEAD').split('\n')).toEqual(['Remember', 'Begin to remember'])
    expect(() => repository.git('merge-base', 'HEAD', 'FETCH_HEAD')).toThrow()
  })

  it('is not made where there is nothing to remember', async () => {
    expect(await put({ 'a.txt': null })).toBeNull()
    expect(github.world.git.read(REF)).toBeNull()
  })

  it('gives back what was written, changes it and removes it, one commit at a time', async () => {
    const first = await put({ 'a.txt': 'ä 1\n', 'b.txt': 'b\n' })
    expect(await put({ 'a.txt': 'ä 1\n' })).toBeNull()
    const second = await put({ 'a.txt': 'ä 2\n', 'b.txt': null })
    expect(Object.fromEntries(await readMemory(client, ['a.txt', 'b.txt']))).toEqual({
      'a.txt': 'ä 2\n',
      'b.txt': null,
    })
    expect(second).not.toBe(first)
    expect(github.world.git.isAncestor(first ?? '', second ?? '')).toBe(true)
  })

  it('gives a file whole that GitHub shows only the beginning of', async () => {
    const text = 'ä'.repeat(600_000)
    await put({ 'a.txt': text })
    expect((await readMemory(client, ['a.txt'])).get('a.txt')).toBe(text)
  })

  it('reads more files than fit one request', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `f/${index}.txt`)
    await put(Object.fromEntries(names.map((name) => [name, name])))
    expect([...(await readMemory(client, names)).values()]).toEqual(names)
  })
})

describe('jobs that write at the same time', () => {
  it('all keep what they wrote, also where the branch is only being made', async () => {
    await Promise.all(['one', 'two', 'three', 'four'].map(append))
    expect((stored('a.txt') ?? '').trim().split('\n').sort()).toEqual(['four', 'one', 'three', 'two'])
  })

  it('never lose what came in between', async () => {
    await append('mine')
    github.faults.push({
      operation: 'Commit',
      times: 1,
      before: ({ git }) => {
        const head = git.read(REF) ?? ''
        git.set(REF, git.commit(head, [{ path: 'a.txt', content: Buffer.from('theirs\n') }], 'Elsewhere'))
      },
    })
    await append('mine again')
    expect(stored('a.txt')).toBe('theirs\nmine again\n')
  })

  it('give up in words where the branch never stands still', async () => {
    await append('mine')
    const body = { data: null, errors: [{ type: 'STALE_DATA', message: 'Expected branch to point to "x"' }] }
    github.faults.push({ operation: 'Commit', status: 200, body, times: 99 })
    await expect(append('again')).rejects.toThrow(/8 times in a row/)
    expect(github.requests.filter(({ operation }) => operation === 'Commit')).toHaveLength(1 + 8)
  })
})

describe('what is hostile or too much', () => {
  it('is never written', async () => {
    await expect(put({ 'a.txt': 'x'.repeat(2_000) }, { limit: 1_000 })).rejects.toThrow(/2000 bytes/)
    for (const name of ['../a', '.git/config', '.github/workflows/x.yml', '/etc/passwd']) {
      await expect(put({ [name]: 'x' })).rejects.toThrow(/not a file of this update/)
    }
    const stray: MemoryTexts = new Map([['other.txt', 'x']])
    const update = { paths: ['a.txt'], message: 'm', merge: () => stray }
    await expect(updateMemory(client, update)).rejects.toThrow(/other\.txt is not a file of this update/)
    expect(github.world.git.read(REF)).toBeNull()
  })

  it('is never read beyond the limit, so that what is there is not taken for nothing and overwritten', async () => {
    await put({ 'a.txt': 'x'.repeat(2_000) })
    const limits = { maxFileBytes: 1_000, maxTotalBytes: 1_000 }
    await expect(readMemory(client, ['a.txt'], limits)).rejects.toThrow(/2000 bytes.*Delete the branch/)
    await expect(put({ 'a.txt': 'y' }, { limit: 1_000 })).rejects.toThrow(/2000 bytes/)
    expect(stored('a.txt')).toHaveLength(2_000)
  })

  it('counts as nothing where it is no text', async () => {
    await put({ 'a.txt': 'a\0b' })
    expect((await readMemory(client, ['a.txt'])).get('a.txt')).toBeNull()
  })

  it('says which permission is missing', async () => {
    const body = { message: 'Resource not accessible by integration' }
    github.faults.push({ operation: 'git/create-tree', status: 403, body })
    await expect(put({ 'a.txt': 'a' })).rejects.toThrow(/self-heal\/memory.*contents: write/s)
  })
})
