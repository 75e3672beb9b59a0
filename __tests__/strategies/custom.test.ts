import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Extensions, loadExtensions } from '../../strategies/custom.ts'
import { snapshotOf, targetOf } from './page.ts'

const page = snapshotOf('<main><b class="badge">New</b><b>Old</b></main>')
const target = targetOf('<b me class="badge">New</b>')
let folder = ''
let open: Extensions | null = null
let count = 0

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'extensions-'))
})
afterEach(async () => {
  await open?.close()
  open = null
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function load(...sources: string[]): Promise<Extensions> {
  const files = sources.map((source) => {
    const file = path.join(folder, `m${count++}.mjs`)
    writeFileSync(file, source)
    return file
  })
  open = await loadExtensions(files, { timeoutMs: 1_000 })
  return open
}

const badge = `{ name: 'badge', priority: 75, propose: (target, snapshot) => snapshot.elements.filter((one) => one.attributes.class === 'badge').map((one) => ({ element: one.index, strength: 0.9, reason: 'the badge' })) }`

describe('strategies of a project', () => {
  it('may be a plain object, a list, or a function that is given the definers', async () => {
    const { strategies, healers, problems } = await load(
      `export default ${badge}`,
      `export default ({ defineStrategy, defineHealer }) => [defineStrategy({ name: 'none', priority: 200, propose: () => [] }), defineHealer({ failureType: 'timeout', heal: () => 'waited' })]`,
    )
    expect(problems).toEqual([])
    expect(strategies.map(({ name }) => name)).toEqual(['none', 'badge'])
    expect(healers.map(({ failureType }) => failureType)).toEqual(['timeout'])
    const [witness] = (await strategies[1]?.propose(target, page)) ?? []
    expect(witness).toMatchObject({ element: 1, strength: 0.9, reason: 'the badge' })
    expect(witness?.locator.length).toBeGreaterThan(0)
  })

  it('see none of the environment', async () => {
    process.env.SECRET_FOR_TEST = 'hush'
    const { strategies } = await load(
      `export default { name: 'spy', priority: 1, propose: () => [{ element: 0, reason: String(process.env.SECRET_FOR_TEST) }] }`,
    )
    delete process.env.SECRET_FOR_TEST
    expect((await strategies[0]?.propose(target, page))?.[0]?.reason).toBe('undefined')
  })

  it.each([
    ['throws', `() => { throw new Error('no luck\\nat all') }`, 'no luck at all'],
    ['hangs', `() => { for (;;) {} }`, 'took more than 1000 ms to answer'],
    ['never answers', `() => new Promise(() => {})`, 'took more than 1000 ms to answer'],
    ['returns no list', `() => 'this one'`, 'no list'],
    ['names an element that is not there', `() => [{ element: 99 }]`, 'no list'],
    ['returns what cannot be sent', `() => [{ element: 0, reason: () => 1 }]`, 'failed'],
    ['returns a locator of no known form', `() => [{ element: 0, locator: [{ kind: 'magic' }] }]`, 'no list'],
    ['ends the process', `() => process.exit(1)`, 'ended by itself'],
  ])('that %s are named and skipped', async (_, propose, message) => {
    const { strategies, problems } = await load(
      `export default { name: 'bad', priority: 1, propose: ${propose} }`,
      `export default ${badge}`,
    )
    expect(await strategies.find(({ name }) => name === 'bad')?.propose(target, page)).toEqual([])
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain(message)
    expect(problems[0]?.subject).toMatch(/m\d+\.mjs$/)
    expect(await strategies.find(({ name }) => name === 'badge')?.propose(target, page)).toHaveLength(1)
  })

  it.each([
    ['a syntax error', 'export default {', 'could not be loaded'],
    ['an endless load', 'for (;;) {}', 'to load'],
    ['no default', 'export const a = 1', 'exports nothing'],
    ['nonsense', 'export default { name: 1 }', 'neither a strategy'],
    ['a name that is taken', `export default { name: 'css', priority: 1, propose: () => [] }`, 'already'],
    ['an unknown failure type', `export default { failureType: 'mood', heal: () => null }`, 'no failure type'],
  ])('with %s are not loaded', async (_, source, message) => {
    const { strategies, healers, problems } = await load(source)
    expect([...strategies, ...healers]).toEqual([])
    expect(problems.map((one) => one.message).join()).toContain(message)
  })
})
