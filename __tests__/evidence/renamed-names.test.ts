import { describe, expect, it } from 'vitest'
import { areRelatedNames, wordsOf } from '../../src/evidence/names.ts'
import { removalOf, renamingsOf } from '../../src/evidence/renamed-names.ts'
import { tokenChanges } from '../../src/source/changes.ts'

const COMMIT = { id: 'a'.repeat(40), author: 'A', date: '2026-10-01T00:00:00Z', subject: 'Change it' }

/** A patch that replaces lines of one file, with the lines around them. */
const change = (file: string, minus: readonly string[], plus: readonly string[]) =>
  tokenChanges(
    [
      `--- a/${file}`,
      `+++ b/${file}`,
      `@@ -1,${minus.length + 2} +1,${plus.length + 2} @@`,
      ' def status(one):',
      ...minus.map((line) => `-${line}`),
      ...plus.map((line) => `+${line}`),
      '     return found',
      '',
    ].join('\n'),
    COMMIT,
  )

const ask = (history: ReturnType<typeof change>, old: string, present: readonly string[] | null) =>
  renamingsOf({ old, history, present, stillIn: () => false })

describe('names that took the place of others', () => {
  it('trusts a commit that put one name in the place of another, the more where it is really there', () => {
    const history = change('server.py', ['    found["phase"] = 1'], ['    found["state"] = 1'])
    const [unseen] = ask(history, 'phase', null)
    const [seen] = ask(history, 'phase', ['state', 'replicas'])
    expect(unseen?.name).toBe('state')
    expect(unseen?.confidence).toBeGreaterThan(0.8)
    expect(seen?.confidence).toBeGreaterThan(unseen?.confidence ?? 1)
  })

  it('does not take a name that is not there, whatever the commit says', () => {
    const history = change('server.py', ['    found["phase"] = 1'], ['    found["state"] = 1'])
    expect(ask(history, 'phase', ['replicas'])).toEqual([])
  })

  it('stays below any threshold where the names have nothing in common', () => {
    const history = change('server.py', ['    found["keyAge"] = 1'], ['    found["bytesSent"] = 1'])
    expect(ask(history, 'keyAge', ['bytesSent'])[0]?.confidence).toBeLessThanOrEqual(0.75)
  })

  it('never takes an opposite for the same', () => {
    const history = change('server.py', ['    found["enabled"] = 1'], ['    found["disabled"] = 1'])
    expect(ask(history, 'enabled', ['disabled'])[0]?.confidence).toBeLessThanOrEqual(0.75)
  })

  it('does not believe in it where what stands beside the name changed as well: another thing stands there', () => {
    const status = (name: string, value: number) => [`    found["${name}"] = ${value}`]
    const schema = (name: string) => [`        ${name}:`]
    const history = [
      ...change('server.py', status('keyAge', 40), status('bytesSent', 0)),
      ...change('crd.yaml', schema('keyAge'), schema('bytesSent')),
    ]
    expect(ask(history, 'keyAge', ['bytesSent'])[0]?.confidence).toBeLessThanOrEqual(0.75)
  })

  it('believes in a name of nothing in common where one commit put it in every place of a parameter', () => {
    const twice = (name: string) => [`    found["${name}"] = 1`, `    kept["${name}"] = 2`]
    const parameter = (history: ReturnType<typeof change>, old: string, present: readonly string[], isLeft = false) =>
      renamingsOf({ old, history, present, isParameter: true, stillIn: () => isLeft }).map(
        ({ confidence }) => confidence > 0.8,
      )
    const moved = change('server.py', twice('customer'), twice('client'))
    expect(parameter(moved, 'customer', ['client'])).toEqual([true])
    expect(parameter(moved, 'customer', ['client'], true)).toEqual([false])
    const torn = change('server.py', twice('customer'), ['    found["client"] = 1', '    kept["payer"] = 2'])
    expect(parameter(torn, 'customer', ['client', 'payer'])).toEqual([false, false])
    expect(parameter(change('server.py', twice('enabled'), twice('disabled')), 'enabled', ['disabled'])).toEqual([
      false,
    ])
    // A field may make room for another wherever it stood.
    expect(ask(moved, 'customer', ['client'])[0]?.confidence).toBeLessThanOrEqual(0.75)
  })

  it('knows only by likeness what no commit explains', () => {
    expect(ask([], 'phase', ['state'])[0]?.confidence).toBeLessThanOrEqual(0.5)
  })

  it('names the commit that took a field away', () => {
    const history = change(
      'server.py',
      ['    found["message"] = 1', '    found["replicas"] = 1'],
      ['    found["replicas"] = 1'],
    )
    expect(removalOf('message', history, () => true)?.text).toContain('Change it')
    expect(removalOf('replicas', history, () => true)).toBeNull()
  })
})

describe('words of names', () => {
  it.each([
    ['availableReplicas', ['available', 'replicas']],
    ['HTTPServer_port', ['http', 'server', 'port']],
    ['peer-count', ['peer', 'count']],
  ])('splits %s', (name, words) => expect(wordsOf(name)).toEqual(words))

  it.each([
    ['peerCount', 'connectedPeers', true],
    ['agents', 'nodeagents', true],
    ['phase', 'state', true],
    ['minReplicas', 'maxReplicas', false],
    ['force', 'path', false],
  ])('%s and %s', (one, other, related) => expect(areRelatedNames(one, other)).toBe(related))
})
