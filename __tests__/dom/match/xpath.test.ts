import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchXPath } from '../../../src/dom/match/xpath.ts'
import { parseXPath } from '../../../src/dom/match/xpath-parse.ts'
import { writeXPath } from '../../../strategies/xpath-write.ts'
import { pageOf } from '../../strategies/page.ts'
import { startCpuClock } from '../../support/cpu-clock.ts'

const page = pageOf(`
  <html><body>
    <table><tr><td>Ada</td><td><button class="btn del">Delete</button></td></tr><tr><td>Bob</td><td><button class="btn del">Delete</button><a href="/b">Open</a></td></tr></table>
    <form id="f"><label>Name</label><div><input name="n" type="text"></div><p>Two  words</p></form>
    <x-card><template><button>Deep</button></template></x-card>
  </body></html>`)

const found = (expression: string): string[] | null =>
  matchXPath(page, expression)?.map((one) => `${page.tag(one)}:${page.fingerprint(one).text}`) ?? null

describe('XPath on a snapshot', () => {
  it.each([
    ['/html/body/table/tr[2]/td[1]', ['td:Bob']],
    ['//tr[td="Bob"]//a', ['a:Open']],
    ['//td[text()="Ada"]/following-sibling::td/button', ['button:Delete']],
    ["//button[contains(@class, 'del')]", ['button:Delete', 'button:Delete']],
    ['(//button)[2]', ['button:Delete']],
    ['(//td)[last()]', ['td:Delete Open']],
    ['//tr[last()]/td[1]', ['td:Bob']],
    ['//label[normalize-space()="Name"]/following::input[1]', ['input:']],
    ['//*[@id="f"]/descendant::input', ['input:']],
    ['//input[@type="text" and not(@disabled)]', ['input:']],
    ['//input[@name="x" or @name="n"]', ['input:']],
    ['//p[contains(., "Two")]', ['p:Two words']],
    ['//a/ancestor::tr/td[1]', ['td:Bob']],
    ['//a/..', ['td:Delete Open']],
    ['//a | //label', ['a:Open', 'label:Name']],
    ['//tr[position()=1]/td[1]', ['td:Ada']],
    ['//button[starts-with(@class,"btn")][text()="Nope"]', []],
  ])('%s', (expression, expected) => expect(found(expression)).toEqual(expected))

  it('does not see into shadow roots', () => expect(found('//x-card//button')).toEqual([]))

  it.each(['', '//', '/', '//a[', '//a[@]', ')(', 'count(//a)', '//a[text(', '//ns:a::b', `//${'a/'.repeat(3_000)}b`])(
    'does not read %s',
    (expression) => expect(matchXPath(page, expression)).toBeNull(),
  )

  it('writes what it has read so that it reads the same', () => {
    const step = fc.record({
      axis: fc.constantFrom('child', 'descendant'),
      tag: fc.constantFrom('a', 'td', '*', 'x-card'),
      predicate: fc.constantFrom(
        '',
        '[2]',
        '[@a="b"]',
        '[contains(@c, "d\'e")]',
        '[text()="x" and not(@y)]',
        '[last()]',
        '[a or b]',
      ),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const text = steps
          .map(({ axis, tag, predicate }) => `${axis === 'child' ? '/' : '//'}${tag}${predicate}`)
          .join('')
        const [path] = parseXPath(text) ?? []
        expect(path).toBeDefined()
        if (path !== undefined) expect(parseXPath(writeXPath(path))).toEqual([path])
      }),
    )
  })

  it('gives up what costs too much', () => {
    const wide = pageOf(`<body>${'<i></i>'.repeat(3_000)}</body>`)
    const spent = startCpuClock()
    matchXPath(wide, '//i[//i[//i]]')
    expect(spent()).toBeLessThan(5_000)
  })
})
