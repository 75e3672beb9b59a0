import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readStore, STORE_FOLDER, writeTest } from '../../src/evidence/store.ts'
import { MAX_STEP_BYTES, readStep, type StoredStep, writeStep } from '../../src/evidence/stored-step.ts'
import { startCpuClock } from '../support/cpu-clock.ts'

const step = (parts: Partial<StoredStep> = {}): StoredStep => ({
  test: 'tests/cart.spec.ts › Cart › buys',
  selector: 'internal:testid=[data-testid="buy"s]',
  nth: 0,
  matches: 1,
  fingerprint: { tag: 'button', attributes: { 'data-testid': 'buy' }, role: 'button', name: 'Buy', visible: true },
  effects: {
    kind: 'click',
    mutations: [{ method: 'POST', route: '/orders', outcome: 'ok' }],
    from: '/',
    reached: ['/orders/:id'],
    dialogs: [],
    downloads: 0,
    change: null,
    page: null,
    unmoved: false,
  },
  ...parts,
})

describe('a recorded step', () => {
  it('comes back as it was written', () => {
    expect(readStep(writeStep(step()) ?? '')).toEqual(step())
  })

  it('comes back with what the accessibility tree gained and lost, and with what varied', () => {
    const told = step({
      effects: {
        ...step().effects,
        change: {
          said: ['Bought'],
          gained: [{ role: 'button', name: 'Undo' }],
          lost: [{ role: 'row', name: 'Lamp' }],
          turned: [{ role: 'checkbox', name: 'Express', state: 'checked', to: false }],
          watchedMs: 120,
        },
      },
      varies: [{ trait: 'sends POST /metrics', quiet: 3 }],
    })
    expect(readStep(writeStep(told) ?? '')).toEqual(told)
  })

  it('never takes more than its share, whatever the page holds, and always comes back', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.string({ maxLength: 3_000, unit: 'grapheme' })),
        fc.string({ maxLength: 3_000 }),
        (attributes, text) => {
          const line = writeStep(
            step({ fingerprint: { tag: 'div', attributes, text, neighborText: text, xpath: text, heading: text } }),
          )
          if (line === null) return
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_STEP_BYTES)
          expect(readStep(line)?.fingerprint.tag).toBe('div')
        },
      ),
    )
  })

  it('holds nothing that was typed', () => {
    const line = writeStep(step({ fingerprint: { tag: 'input', attributes: { value: 'hunter2' }, value: 'hunter2' } }))
    expect(line).not.toContain('hunter2')
  })

  it('is passed over where it is damaged, of another version or of other types', () => {
    const good = JSON.parse(writeStep(step()) ?? '')
    for (const bad of [
      { ...good, v: 2 },
      { ...good, test: 1 },
      { ...good, fingerprint: [] },
      { ...good, effects: 0 },
      { ...good, effects: { ...good.effects, kind: 'think' } },
      [],
    ])
      expect(readStep(JSON.stringify(bad))).toBeNull()
    expect(readStep('{"v":1')).toBeNull()
    const odd = {
      ...good,
      effects: { ...good.effects, change: { said: 'x', gained: [1], turned: [['checkbox', 'a', 'glowing', 1], 7] } },
      varies: [['a'], 'b', 3],
    }
    expect(readStep(JSON.stringify(odd))).toMatchObject({
      effects: { change: { said: [], gained: [], lost: [], turned: [], watchedMs: 0 } },
    })
    expect(readStep(JSON.stringify(odd))?.varies).toBeUndefined()
  })
})

describe('the baseline store', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'baseline-store-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('finds a step by test, selector and count, and replaces a test as a whole', async () => {
    const second = step({ nth: 1, matches: 3 })
    expect(await writeTest(root, second.test, [step(), second])).toBe(2)
    const store = readStore(root)
    expect(store.of(second.test, second.selector, 1)?.matches).toBe(3)
    expect(store.of('another test', second.selector, 0)).toBeNull()
    expect(store.any(second.selector)?.matches).toBe(1)
    await writeTest(root, second.test, [step()])
    expect(readStore(root).size).toBe(1)
  })

  it('is empty where there is none, and leads nowhere through a link', async () => {
    expect(readStore(root).size).toBe(0)
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'baseline-elsewhere-'))
    mkdirSync(path.join(root, '.self-heal'))
    writeFileSync(path.join(elsewhere, 'a.jsonl'), `${writeStep(step())}\n`)
    symlinkSync(elsewhere, path.join(root, STORE_FOLDER))
    expect(readStore(root).size).toBe(0)
    await expect(writeTest(root, 'a', [step()])).rejects.toThrow('no folder of the repository')
    rmSync(elsewhere, { recursive: true, force: true })
  })

  it('holds a thousand steps in less than 2 MB and reads them in less than 200 ms', async () => {
    for (let test = 0; test < 50; test++) {
      const steps = Array.from({ length: 20 }, (_, nth) => step({ test: `test ${test}`, nth }))
      await writeTest(root, `test ${test}`, steps)
    }
    const spent = startCpuClock()
    const store = readStore(root)
    expect(store.of('test 7', step().selector, 19)?.nth).toBe(19)
    expect(spent()).toBeLessThan(200)
    expect(store.size).toBe(1_000)
  })
})
