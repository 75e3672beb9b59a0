import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lastSeenCommits } from '../../src/evidence/last-seen.ts'

let root: string
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', root, '-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
    // Dates tell nothing of what came first.
    env: { ...process.env, GIT_COMMITTER_DATE: '2026-10-05T10:00:00Z', GIT_AUTHOR_DATE: '2026-10-05T10:00:00Z' },
  }).trim()
const commit = (files: Readonly<Record<string, string>>) => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  git('add', '-A')
  git('commit', '-q', '--allow-empty', '-m', 'change')
  return git('rev-parse', 'HEAD')
}
const TESTS = ['tests/a.spec.ts']
const seen = (...selectors: string[]) => lastSeenCommits({ root, selectors, tests: TESTS })

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'last-seen-'))
  git('init', '-q', '-b', 'main')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the commit on which the product last had what a test looks for', () => {
  const test = { 'tests/a.spec.ts': `getByTestId('buy'); getByRole('button', { name: 'Pay now' })` }

  it('is the one before it was renamed, however many came since', async () => {
    const last = commit({ 'app.html': '<button data-testid="buy">Buy</button>', ...test })
    commit({ 'app.html': '<button data-testid="purchase">Buy</button>' })
    for (let n = 0; n < 9; n++) commit({ 'other.txt': `${n}` })
    expect(await seen('internal:testid=[data-testid="buy"s]')).toEqual([last])
  })

  it('is one for each thing that went, the oldest first', async () => {
    const first = commit({ 'app.html': '<i id="cart"></i><button>Pay now</button>', ...test })
    const second = commit({ 'app.html': '<i id="basket" title="Bag"></i><button>Pay now</button>' })
    const third = commit({ 'app.html': '<i id="basket" title="Bag"></i><button>Order</button>' })
    commit({ 'app.html': '<i id="basket"></i><button>Order</button>' })
    const selectors = ['internal:attr=[title="Bag"i]', 'internal:role=button[name="Pay now"i]', '#cart']
    for (const order of [selectors, selectors.toReversed()])
      expect(await seen(...order)).toEqual([first, second, third])
  })

  it('is none where only the tests ever spoke of it, or nothing did', async () => {
    commit({ 'app.html': '<b>x</b>', ...test })
    commit({ 'tests/a.spec.ts': '' })
    expect(await seen('internal:testid=[data-testid="buy"s]', '.nowhere', '//div[2]')).toEqual([])
    expect(await seen()).toEqual([])
  })

  it('is none where the thing was never taken away', async () => {
    commit({ 'readme.txt': 'a' })
    commit({ 'app.html': '<button data-testid="buy">Buy</button>' })
    commit({ 'readme.txt': 'b' })
    expect(await seen('internal:testid=[data-testid="buy"s]')).toEqual([])
  })

  it('takes no name for an option of git', async () => {
    const last = commit({ 'app.html': '<b title="--output=pwned"></b>' })
    commit({ 'app.html': '' })
    expect(await seen('internal:attr=[title="--output=pwned"s]')).toEqual([last])
    expect(git('status', '--porcelain')).toBe('')
  })
})
