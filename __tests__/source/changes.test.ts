// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted as they are written
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Commit, tokenChanges } from '../../src/source/changes.ts'

const commit: Commit = { id: 'c0ffee00', author: 'Ada', date: '2026-01-01T00:00:00Z', subject: 'Rename things' }

const patch = (removed: readonly string[], added: readonly string[], file = 'src/cart.tsx'): string =>
  [
    `diff --git a/${file} b/${file}`,
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -${removed.length ? 10 : 9},${removed.length} +${added.length ? 10 : 9},${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n')

const pairs = (removed: readonly string[], added: readonly string[]) =>
  tokenChanges(patch(removed, added), commit).map(({ old, new: next }) => [old, next])

describe('what a commit changed, token by token', () => {
  it('pairs a renamed attribute value, leaving what stayed alone', () => {
    expect(
      pairs(['<button data-testid="buy" className="big">'], ['<button data-testid="purchase" className="big">']),
    ).toEqual([['buy', 'purchase']])
  })

  it('pairs by place what is equally alike, whatever else the commit changed', () => {
    const status = patch(
      ['def status():', '    return {"phase": "Running", "pressure": 3}'],
      ['def status():', '    return {"state": "Running"}'],
      'pump/status.py',
    )
    for (let noise = 0; noise < 8; noise++) {
      const other = patch(
        ['def get(path):', ...Array.from({ length: noise }, () => '    return path')],
        ['def get(path):', '    return None'],
        'pump/client.py',
      )
      const changes = tokenChanges(`${other}${status}`, commit).filter(({ file }) => file === 'pump/status.py')
      expect(changes.find(({ old }) => old === 'phase')?.new).toBe('state')
    }
  })

  it('pairs a reworded text between tags', () => {
    expect(pairs(['<span>Add to cart</span>'], ['<span>Add to basket</span>'])).toEqual([
      ['Add to cart', 'Add to basket'],
    ])
  })

  it('pairs a text that stands alone on its line, as templates have it', () => {
    expect(pairs(['    Place order'], ['    Confirm purchase'])).toEqual([['Place order', 'Confirm purchase']])
  })

  it('takes what follows an arrow for code, whatever braces stand in it', () => {
    expect(
      pairs(
        ['export const load = () => fetchCart({ deep: true })'],
        ['export const load = () => fetchBasket({ deep: true })'],
      ),
    ).toEqual([['fetchCart', 'fetchBasket']])
    expect(pairs(['def size(cart) -> total_count'], ['def size(cart) -> item_count'])).toEqual([
      ['total_count', 'item_count'],
    ])
  })

  it('keeps a hyphenated name whole, so that css and yaml pair as html does', () => {
    expect(pairs(['.product-card { color: red }'], ['.item-card { color: red }'])).toEqual([
      ['product-card', 'item-card'],
    ])
  })

  it('reads markup that a program writes in quotes', () => {
    expect(
      pairs(
        ['rows.map((t) => `<tr data-testid="row"><td>${t.id}</td><td title=\'No\'>No rows found</td></tr>`)'],
        ['rows.map((t) => `<tr data-testid="item"><td>${t.id}</td><td title=\'No\'>No matching rows</td></tr>`)'],
      ),
    ).toEqual([
      ['No rows found', 'No matching rows'],
      ['row', 'item'],
    ])
  })

  it('says that a token went where nothing came', () => {
    expect(pairs(['<GiftWrap label="Gift wrap" />'], [])).toContainEqual(['Gift wrap', null])
  })

  const standing = (removed: readonly string[], added: readonly string[], of: string) =>
    tokenChanges(patch(removed, added), commit).find(({ old }) => old === of)?.standing

  it('tells a new label from a new thing in the same place by what changed with it', () => {
    const invoice = ['<button onClick={() => mail(order)}>', '  Invoice']
    expect(standing(invoice, ['<button onClick={() => mail(order)}>', '  Receipt'], 'Invoice')).toBe('alone')
    expect(standing(invoice, ['<button onClick={() => archive(drafts)}>', '  Receipt'], 'Invoice')).toBe('contested')
    expect(standing(invoice, ['<button onClick={() => mail(papers)}>', '  Receipt'], 'Invoice')).toBe('anchored')
  })

  it('pairs with the newcomer that shares a word, not with the one that stands first', () => {
    const changes = pairs(
      ['h(`<form><button class="btn" id="save">Save</button></form>`)'],
      [
        'h(`<form><button class="btn" id="cancel">Cancel</button><button class="btn" id="save-all">Save changes</button></form>`)',
      ],
    )
    expect(changes).toContainEqual(['save', 'save-all'])
    expect(changes).toContainEqual(['Save', 'Save changes'])
  })

  it('pairs a label that was reworded with nothing around it, but not two that merely are of one kind', () => {
    expect(pairs(['<p><b>Open tickets</b></p>'], ['<p><b>Active tickets</b> <b>Help</b></p>'])).toContainEqual([
      'Open tickets',
      'Active tickets',
    ])
    expect(pairs(['<h1>Export</h1>'], ['<h1>Print</h1><h1>Help</h1>'])).toContainEqual(['Export', null])
  })

  it('does not take a change of style for a change of purpose', () => {
    const [was, is] = [
      '<button className="big blue">Buy now</button>',
      '<button className="huge green">Get it</button>',
    ]
    expect(standing([was], [is], 'Buy now')).toBe('alone')
  })

  it('names the file and the line after the change', () => {
    const [change] = tokenChanges(patch(['a("x1")'], ['a("x2")'], 'src/ä b.ts'), commit)
    expect(change).toMatchObject({ file: 'src/ä b.ts', line: 10, kind: 'string', commit })
  })

  it('passes over comments: prose about a change is no change', () => {
    expect(pairs(['// the "buy" button'], ['// the "purchase" button'])).toEqual([])
  })

  it('is bounded and never throws on any pair of lines', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 200 }), { maxLength: 8 }),
        fc.array(fc.string({ maxLength: 200 }), { maxLength: 8 }),
        (a, b) => {
          const clean = (lines: readonly string[]) => lines.map((line) => line.replace(/[\r\n]/g, ' '))
          expect(() => tokenChanges(patch(clean(a), clean(b)), commit)).not.toThrow()
        },
      ),
    )
  })
})
