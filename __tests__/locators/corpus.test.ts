import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../src/locators/index.ts'
import { styleOf } from '../../src/locators/playwright-write.ts'

const shared = process.env.SELF_HEAL_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared')
const corpus = join(shared, 'corpus', 'locator-changes.csv')

/** Fields of one CSV line; quotes are doubled inside quotes. */
function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    (each) => each[1]?.replaceAll('""', '"') ?? each[2] ?? '',
  )
}

/** The corpus was cut out of files by pattern: brackets of the code around are taken off, cut-off pieces left out. */
function whole(code: string): string | null {
  const bare = code.replace(/(['"`])(?:\\.|(?!\1).)*\1/g, "''")
  if (/['"`]/.test(bare.replaceAll("''", ''))) return null
  let depth = 0
  let cut = code.length
  for (const [index, character] of [...bare].entries()) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0
    if (depth < 0) {
      cut -= bare.length - index
      break
    }
  }
  return depth > 0 ? null : code.slice(0, cut)
}

describe.skipIf(!existsSync(corpus))(`locators of real projects (${corpus})`, () => {
  const codes = new Set(
    readFileSync(existsSync(corpus) ? corpus : import.meta.filename, 'utf8')
      .split(/\r?\n/)
      .slice(1)
      .flatMap((line) => fields(line).slice(1))
      .flatMap((code) => whole(code) ?? []),
  )

  it.each([
    ['playwright', 'page.', 0.97],
    ['cypress', 'cy.', 0.99],
  ])('are read and written back: %s', async (name, prefix, share) => {
    const dialect = DIALECTS.find((each) => each.name === name)
    const own = [...codes].filter((code) => code.startsWith(prefix))
    let read = 0
    let same = 0
    let identical = 0
    for (const code of own) {
      const parsed = await dialect?.parse(code)
      if (!parsed) continue
      read++
      const written = dialect?.write(parsed.locator, styleOf(code)) ?? ''
      if (written === code) identical++
      const again = await dialect?.parse(written)
      if (JSON.stringify(again?.locator) === JSON.stringify(parsed.locator)) same++
    }
    console.info(
      `${name}: ${own.length} locators, ${read} read, ${same} the same when written back, ${identical} to the letter`,
    )
    expect(own.length).toBeGreaterThan(1500)
    expect(read / own.length).toBeGreaterThan(share)
    expect(same).toBe(read)
  })
})
