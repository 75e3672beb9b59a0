import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_RENAMES, readRenameMap, withRenames } from '../../src/evidence/rename-map.ts'
import { renamingsOf } from '../../src/evidence/renamed-names.ts'
import { weighCandidates } from '../../src/evidence/weigh.ts'

const FILE = '.self-heal/renames.yml'
const read = (text: string) => readRenameMap(text, FILE)

describe('a map of renames', () => {
  it('gives new names by kind', () => {
    const { renames, problems } = read(
      'fields:\n  seal: closure\nresources: { keys: credentials }\nlocators:\n  Buy now: Order\n',
    )
    expect(problems).toEqual([])
    expect(renames.fields.get('seal')).toBe('closure')
    expect(renames.resources.get('keys')).toBe('credentials')
    expect(renames.locators.get('Buy now')).toBe('Order')
    expect(renames.file).toBe(FILE)
  })

  it.each([
    ['no YAML', 'fields: [', /is no YAML/],
    ['no map', '- a\n- b\n', /is no map/],
    ['an unknown key', 'field:\n  a: b\n', /keys that are not known: field/],
    ['a list for a kind', 'fields: [a, b]\n', /1 lines under fields/],
    ['a name that is none', 'fields:\n  a: "b c; rm"\n  x: y\n', /1 lines under fields/],
    ['a bomb of aliases', `a: &a [x]\nb: &b [*a,*a]\nfields: {x: y}\n`, /is no YAML|not known/],
    ['too much', `fields:\n${'  a: b\n'.repeat(60_000)}`, /more than/],
  ])('with %s says so', (_, text, message) => {
    expect(
      read(text)
        .problems.map((one) => one.message)
        .join('\n'),
    ).toMatch(message)
  })

  it('never throws, whatever it holds', () => {
    fc.assert(fc.property(fc.string(), (text) => void read(text)))
  })

  it('that is empty says nothing', () => {
    expect(read('').problems).toEqual([])
    expect(withRenames(null, NO_RENAMES)).toBeNull()
  })
})

describe('the word of a project', () => {
  const question = { old: 'seal', history: [], present: null, stillIn: () => false }
  const declared = { name: 'closure', file: FILE }

  it('gives a name that nothing else gives, above the usual threshold', () => {
    expect(renamingsOf(question)).toEqual([])
    const [first] = renamingsOf({ ...question, declared })
    expect(first).toMatchObject({ name: 'closure', confidence: 0.95 })
    expect(first?.evidence[0]?.text).toBe(`${FILE} says that “seal” is called “closure” now`)
  })

  it('counts for nothing where its name is known not to be there', () => {
    expect(renamingsOf({ ...question, declared, present: ['size'] })).toEqual([])
  })

  it('does not silence a name that commits give: between two a person decides', () => {
    const commit = { id: 'a'.repeat(40), author: 'A', date: '', subject: 's' }
    const change = {
      commit,
      file: 'api.py',
      line: 1,
      kind: 'string',
      old: 'seal',
      new: 'sealState',
      standing: 'alone',
    } as const
    const names = renamingsOf({ ...question, declared, history: [change] })
    expect(names.map(({ name }) => name)).toEqual(['closure', 'sealState'])
    expect((names[0]?.confidence ?? 0) - (names[1]?.confidence ?? 0)).toBeLessThan(0.1)
  })

  it('explains a locator whose names have nothing in common', () => {
    const old = { tag: 'button', attributes: { 'data-testid': 'buy-button' }, ownText: 'Buy' }
    const fresh = { tag: 'button', attributes: { 'data-testid': 'basket' }, ownText: 'Put it in' }
    const weighed = (history: ReturnType<typeof withRenames>) =>
      weighCandidates(old, [{ fingerprint: fresh, probability: 0.6, named: false }], 0.3, history, ['data-testid'])
        .candidates[0]
    const { renames } = read('locators: { buy-button: basket }')
    const without = weighed([])
    const with_ = weighed(withRenames([], renames))
    expect(without?.confidence ?? 1).toBeLessThan(0.8)
    expect(with_?.confidence).toBeGreaterThan(0.9)
    expect(with_?.evidence[0]?.text).toContain(FILE)
  })
})
