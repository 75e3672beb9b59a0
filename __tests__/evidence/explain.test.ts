import { describe, expect, it } from 'vitest'
import { explainRemoval, explainRename } from '../../src/evidence/explain.ts'
import type { TokenChange } from '../../src/source/changes.ts'

const change = (old: string | null, next: string | null, overrides: Partial<TokenChange> = {}): TokenChange => ({
  commit: { id: '0123456789abcdef', author: 'Ada', date: '2026-01-01T00:00:00Z', subject: 'Rework wording' },
  file: 'src/cart.tsx',
  line: 7,
  kind: 'string',
  standing: 'alone',
  old,
  new: next,
  ...overrides,
})

describe('explaining a rename by a commit', () => {
  it('cites file, line, commit, subject and author where one token replaced the other', () => {
    const { explanation, evidence } = explainRename({ what: 'test id', old: 'buy', new: 'purchase' }, [
      change('buy', 'purchase'),
    ])
    expect(explanation).toBe('renamed')
    expect(evidence?.text).toBe(
      'The product renamed the test id “buy” to “purchase”: src/cart.tsx:7 in 01234567 “Rework wording” by Ada',
    )
  })

  it('finds a class inside a list of classes', () => {
    const { explanation } = explainRename({ what: 'class', old: 'product-card', new: 'item-card' }, [
      change('product-card wide', 'item-card wide'),
    ])
    expect(explanation).toBe('renamed')
  })

  it('finds a text that a template makes', () => {
    const pair = { what: 'label', old: 'Quantity for Linen apron', new: 'Pieces of Linen apron' }
    const template = change('Quantity for ${line.name}', 'Pieces of ${line.name}')
    expect(explainRename(pair, [template]).explanation).toBe('renamed')
    expect(explainRename(pair, [change('${a} ${b}', '${b} ${a}')]).explanation).toBe('none')
  })

  it('follows a value that was renamed twice', () => {
    const twice = [change('purchase', 'order'), change('buy', 'purchase')]
    expect(explainRename({ what: 'test id', old: 'buy', new: 'order' }, twice).explanation).toBe('renamed')
  })

  it('is less sure where both values only share commit and file', () => {
    const { explanation } = explainRename({ what: 'text', old: 'Buy', new: 'Purchase' }, [
      change('Buy', null),
      change(null, 'Purchase'),
    ])
    expect(explanation).toBe('same-commit')
  })

  it('explains nothing by values of different files or by other words', () => {
    const changes = [
      change('Buy', null),
      change(null, 'Purchase', { file: 'src/other.tsx' }),
      change('Buying guide', 'Purchase guide'),
    ]
    expect(explainRename({ what: 'text', old: 'Buy', new: 'Purchase' }, changes).explanation).toBe('none')
  })

  it('explains nothing where nothing changed', () => {
    expect(explainRename({ what: 'text', old: 'Buy', new: 'Buy ' }, [change('Buy', 'Buy')]).evidence).toBeNull()
  })
})

describe('explaining a removal by a commit', () => {
  it('speaks against healing where the value was deleted and came back nowhere', () => {
    expect(explainRemoval('test id', 'gift-wrap', [change('gift-wrap', null)])).toMatchObject({
      kind: 'commit',
      for: false,
    })
  })

  it('is silent where the value moved to another file', () => {
    const changes = [change('gift-wrap', null), change(null, 'gift-wrap', { file: 'src/extras.tsx' })]
    expect(explainRemoval('test id', 'gift-wrap', changes)).toBeNull()
  })
})
