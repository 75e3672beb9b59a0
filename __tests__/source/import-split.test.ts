import { describe, expect, it } from 'vitest'
import { checkPatch } from '../../src/source/guard.ts'
import { splitImport } from '../../src/source/import-split.ts'
import { parse } from '../../src/source/syntax.ts'

const split = async (text: string, name: string): Promise<string | null> => {
  const tree = await parse('python', text)
  const [node] = tree.root.children
  return node ? splitImport(tree, node, name, 'shop.money') : null
}

describe('one name of an import that moved', () => {
  it.each([
    ['from shop import a, b', 'a', 'from shop import b\nfrom shop.money import a'],
    ['from shop import a, b', 'b', 'from shop import a\nfrom shop.money import b'],
    ['from shop import a, b as c, d', 'b', 'from shop import a, d\nfrom shop.money import b as c'],
    ['from shop import (\n    a,\n    b,\n)', 'a', 'from shop import (\n    b,\n)\nfrom shop.money import a'],
  ])('leaves %j for another module', async (text, name, wanted) => {
    expect(await split(text, name)).toBe(wanted)
  })

  it.each([
    ['from shop import a', 'a'],
    ['from shop import a, b', 'z'],
    ['from shop import (a,  # kept\n  b)', 'b'],
    ['import a, b', 'a'],
  ])('is not taken out of %j', async (text, name) => {
    expect(await split(text, name)).toBeNull()
  })
})

describe('the guard on an import that is split', () => {
  const judge = async (after: string, before = 'import os\nfrom shop import a, b\n\nassert a\n') =>
    (
      await checkPatch({
        before: new Map([['t.py', before]]),
        after: new Map([['t.py', after]]),
        failureType: 'api_changed',
        allowedFiles: ['t.py'],
      })
    ).ok

  it('lets the same names through, each from one module', async () => {
    expect(await judge('import os\nfrom shop import b\nfrom shop.money import a\n\nassert a\n')).toBe(true)
  })

  it.each([
    ['a name is lost', 'import os\nfrom shop import b\nfrom shop.money import c\n\nassert a\n'],
    ['a name is added', 'import os\nfrom shop import b\nfrom shop.money import a, c\n\nassert a\n'],
    ['a name is called otherwise', 'import os\nfrom shop import b\nfrom shop.money import a as x\n\nassert a\n'],
    ['what stays comes from elsewhere', 'import os\nfrom evil import b\nfrom shop.money import a\n\nassert a\n'],
    ['something else changes too', 'import os\nfrom shop import b\nfrom shop.money import a\n\nassert b\n'],
    ['a statement slips in between', 'import os\nfrom shop import b; x()\nfrom shop.money import a\n\nassert a\n'],
    ['a comment slips in between', 'import os\nfrom shop import b\n# x\nfrom shop.money import a\n\nassert a\n'],
    ['a statement is added', 'import os\nfrom shop import a, b\nfrom shop import a\n\nassert a\n'],
  ])('does not where %s', async (_, after) => {
    expect(await judge(after)).toBe(false)
  })
})
