import { describe, expect, it } from 'vitest'
import {
  compareOrder,
  comparePaths,
  compareRelations,
  type Path,
  predictPath,
  relationOf,
} from '../../../src/dom/identity/relations.ts'

const path = (text: string): Path => {
  const steps = text.split('/').filter(Boolean)
  return {
    steps,
    tags: steps.map((step) => step.replace(/\[\d+\]/, '')),
    places: steps.map((step) => Number(/\[(\d+)\]/.exec(step)?.[1] ?? 1)),
  }
}
const third = path('/html[1]/ul[1]/li[3]/a[1]')
const first = path('/html[1]/ul[1]/li[1]/a[1]')

describe('an entry found again leads to its neighbours', () => {
  it('after the whole list moved', () => {
    expect(predictPath(third, first, path('/html[1]/div[2]/ul[1]/li[1]/a[1]'))?.join('/')).toBe(
      'html[1]/div[2]/ul[1]/li[3]/a[1]',
    )
  })

  it('after an entry was put in front', () => {
    expect(predictPath(third, first, path('/html[1]/ul[1]/li[2]/a[1]'))?.join('/')).toBe('html[1]/ul[1]/li[4]/a[1]')
  })

  it('but not where today’s tree is not deep enough', () => {
    expect(predictPath(third, first, path('/a[1]'))).toBeNull()
  })
})

describe('relations are compared', () => {
  it('and survive a change of tags, as from a table to a list', () => {
    const old = relationOf(path('/t[1]/td[3]/a[1]'), path('/t[1]/td[1]/a[1]'))
    const now = relationOf(path('/u[1]/li[3]/a[1]'), path('/u[1]/li[1]/a[1]'))
    const next = relationOf(path('/u[1]/li[4]/a[1]'), path('/u[1]/li[1]/a[1]'))
    expect(compareRelations(old, now)).toBeCloseTo(1)
    expect(compareRelations(old, next)).toBeLessThan(0.9)
  })

  it('and the order in the document is told where the paths tell it', () => {
    expect(compareOrder(first, third)).toBeLessThan(0)
    expect(compareOrder(third, first)).toBeGreaterThan(0)
    expect(compareOrder(path('/html[1]/ul[1]'), first)).toBeLessThan(0)
    expect(compareOrder(path('/html[1]/p[9]'), first)).toBe(0)
  })
})

it('paths agree by their two ends', () => {
  expect(comparePaths(third.steps, third.steps)).toBe(1)
  expect(comparePaths(third.steps, first.steps)).toBe(0.75)
  expect(comparePaths([], [])).toBe(0)
})
