import { describe, expect, it } from 'vitest'
import { doBeside, lookAhead } from '../../src/stages/ahead.ts'

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('looking ahead', () => {
  it('begins with what comes next, each item once, and no further than asked', async () => {
    const begun: string[] = []
    const at = lookAhead(['a', 'b', 'c', 'd'], 1, async (item) => {
      begun.push(item)
      return item.toUpperCase()
    })
    expect(begun).toEqual([])
    expect(await at(0)).toBe('A')
    expect(begun).toEqual(['a', 'b'])
    expect([await at(0), await at(1), await at(3)]).toEqual(['A', 'B', 'D'])
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
  })

  it('tells of a fault where the item is asked for, and nowhere else', async () => {
    const at = lookAhead([1, 2], 1, async (item) => {
      if (item === 2) throw new Error('no second page')
      return item
    })
    expect(await at(0)).toBe(1)
    await tick()
    await expect(at(1)).rejects.toThrow('no second page')
  })
})

describe('doing beside', () => {
  it('does a few things at a time and waits for all of them', async () => {
    const beside = doBeside(2)
    let running = 0
    let most = 0
    const done: number[] = []
    for (const item of [1, 2, 3, 4, 5])
      beside.add(async () => {
        most = Math.max(most, ++running)
        await tick()
        running--
        done.push(item)
      })
    await beside.all()
    expect([most, done.sort()]).toEqual([2, [1, 2, 3, 4, 5]])
  })

  it('ends with the first fault', async () => {
    const beside = doBeside(2)
    beside.add(async () => Promise.reject(new Error('stopped')))
    await expect(beside.all()).rejects.toThrow('stopped')
  })
})
