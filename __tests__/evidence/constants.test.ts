import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCommitChanges } from '../../src/evidence/commits.ts'
import { explainRename } from '../../src/evidence/explain.ts'

let root: string
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', root, '-c', 'user.name=Ines', '-c', 'user.email=i@example.org', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()
type Files = Readonly<Record<string, string>>
/** Commits both versions and says how the product explains that one value became the other. */
const explain = async (before: Files, after: Files, old: string, next: string, what = 'test id') => {
  git('init', '-q', '-b', 'main')
  for (const files of [before, after]) {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(root, file), text)
    }
    git('add', '-A')
    git('commit', '-qm', 'Say it otherwise')
  }
  const { changes } = await readCommitChanges({ root, from: git('rev-parse', 'HEAD~1'), to: 'HEAD', tests: [] })
  return explainRename({ what, old, new: next }, changes)
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'constants-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const IDS = "export const IDS = {\n  buy: 'buy-button',\n  pay: 'purchase-button',\n  share: 'share-button',\n}\n"
const button = (id: string) =>
  `export const Buy = () => <button data-testid={IDS.${id}} onClick={buy}>Get it</button>\n`

describe('a rename through a constant', () => {
  it('is the one value that became the other where the constant itself was changed', async () => {
    const ids = { 'src/ids.ts': IDS, 'src/Buy.tsx': button('buy') }
    const changed = { 'src/ids.ts': IDS.replace('buy-button', 'get-button') }
    expect((await explain(ids, changed, 'buy-button', 'get-button')).explanation).toBe('renamed')
  })

  it('is found where the element names another constant, and cites the line of the element', async () => {
    const found = await explain(
      { 'src/ids.ts': IDS, 'src/Buy.tsx': button('buy') },
      { 'src/Buy.tsx': button('pay') },
      'buy-button',
      'purchase-button',
    )
    expect(found.explanation).toBe('renamed')
    expect(found.evidence?.text).toMatch(/src\/Buy\.tsx:1 in [0-9a-f]{8} “Say it otherwise” by Ines$/)
  })

  it('is found where a constant took the place of a literal', async () => {
    const found = await explain(
      { 'src/ids.ts': IDS, 'src/Buy.tsx': button('buy').replace('{IDS.buy}', '"order-button"') },
      { 'src/Buy.tsx': button('pay') },
      'order-button',
      'purchase-button',
    )
    expect(found.explanation).toBe('renamed')
  })

  it('is not taken for one where another thing with a constant came for a thing with a literal', async () => {
    const found = await explain(
      {
        'src/ids.ts': IDS,
        'src/Buy.tsx': '<p>\n  <button data-testid="order-button" onClick={order}>Order it</button>\n</p>\n',
      },
      { 'src/Buy.tsx': '<p>\n  <a data-testid={IDS.pay} href="/help">Get help</a>\n</p>\n' },
      'order-button',
      'purchase-button',
    )
    expect(found.explanation).not.toBe('renamed')
  })

  it('is found where a text comes from another key of the translations', async () => {
    const locale = '{ "cart": { "add": "Add to cart" }, "basket": { "add": "Add to basket" } }\n'
    const view = (key: string) => `<template>\n  <button @click="add">{{ $t('${key}') }}</button>\n</template>\n`
    const found = await explain(
      { 'locales/en.json': locale, 'src/Add.vue': view('cart.add') },
      { 'src/Add.vue': view('basket.add') },
      'Add to cart',
      'Add to basket',
      'text',
    )
    expect(found.explanation).toBe('renamed')
    expect(found.evidence?.text).toContain('src/Add.vue:2')
  })

  it('is not guessed where a name stands for several values', async () => {
    const found = await explain(
      { 'src/ids.ts': IDS, 'src/more.ts': "export const OTHER = { pay: 'pay-link' }\n", 'src/Buy.tsx': button('buy') },
      { 'src/Buy.tsx': button('pay') },
      'buy-button',
      'purchase-button',
    )
    expect(found.explanation).toBe('none')
  })

  it('is not read into a value that stands elsewhere', async () => {
    const found = await explain(
      { 'src/ids.ts': IDS, 'src/Buy.tsx': button('buy') },
      { 'src/Buy.tsx': button('pay') },
      'buy-button',
      'share-button',
    )
    expect(found.explanation).toBe('none')
  })
})
