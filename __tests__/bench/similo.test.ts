import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askPeer } from '../../bench/peers/peer.ts'
import { similo, similoScore } from '../../bench/peers/similo.ts'
import { readSimilo, toFingerprint } from '../../bench/similo-data.ts'
import { triesOf } from '../../bench/similo-tries.ts'

const box = { x: 0, y: 0, width: 100, height: 20 }
const site = {
  site: 'made up',
  candidates: [
    { tag: 'li', attributes: {}, idxpath: '/html[1]/li[1]', box: { ...box, width: 400 } },
    { tag: 'a', attributes: {}, idxpath: '/html[1]/li[1]/a[1]', box },
    { tag: 'span', attributes: {}, idxpath: '/html[1]/li[1]/a[1]/span[1]', box },
    { tag: 'i', attributes: {}, idxpath: '/html[1]/li[1]/a[1]/i[1]', box: { ...box, width: 5 } },
    { tag: 'a', attributes: {}, idxpath: '/html[1]/li[2]/a[1]', box: { ...box, y: 30 } },
  ],
  cases: [{ old: { tag: 'a', attributes: {} }, truth: 1 }],
}

describe('every target is tried twice', () => {
  const [present, gone] = [...triesOf(site)]

  it('with the true element: it and what is the same thing are right', () => {
    expect(present?.removed).toBe(false)
    expect(site.candidates.map((_, i) => present?.isRight(i))).toEqual([false, true, true, false, false])
  })

  it('without it, what is the same thing and all inside it; other ancestors stay', () => {
    expect(gone?.removed).toBe(true)
    expect(Array.from({ length: gone?.page.size ?? 0 }, (_, i) => gone?.page.fingerprint(i).idxpath)).toEqual([
      '/html[1]/li[1]',
      '/html[1]/li[2]/a[1]',
    ])
    expect(gone?.isRight(0)).toBe(false)
  })

  it('and nothing that is asked holds the answer', () => {
    expect(JSON.stringify([present?.target, present?.others])).not.toMatch(/truth|newXpath/)
  })
})

it('paths, tags and marks of ancestors are read from the data’s own form', () => {
  const read = toFingerprint({
    tag: 'A',
    xpath: '/html[1]/div[2]/*[local-name() = "svg"][1]/a[3]',
    idxpath: 'id("logo")/svg[1]/a[3]',
    id: '',
    title: 'x',
  })
  expect(read).toMatchObject({
    tag: 'a',
    idxpath: '/html[1]/div[2]/svg[1]/a[3]',
    xpath: '/html/div/svg/a',
    attributes: { title: 'x' },
  })
  expect(read.ancestors?.slice(0, 2)).toEqual([{ tag: 'svg' }, { tag: 'div', id: 'logo' }])
  expect(read.attributes).not.toHaveProperty('id')
})

describe('the peers', () => {
  it('score an element against itself with 1', () => {
    const one = { tag: 'a', attributes: { id: 'x', class: 'y' }, text: 'Buy', idxpath: '/a[1]', box }
    expect(similoScore(one, one)).toBe(1)
  })

  const data = resolve(process.env.SELF_HEAL_SHARED ?? resolve(import.meta.dirname, '../../../shared'), 'bench/similo')
  it.skipIf(!existsSync(data))(
    `Similo does here what its authors report (needs ${data})`,
    () => {
      const found = readSimilo(data)
        .flatMap((each) => [...triesOf(each)])
        .filter(({ removed }) => !removed)
        .filter((each) => each.isRight(askPeer(similo, each.target.fingerprint, each.page)?.element ?? -1))
      expect(found.length).toBeGreaterThan(275)
    },
    120_000,
  )
})
