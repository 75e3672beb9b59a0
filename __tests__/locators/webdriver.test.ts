import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writtenElements } from '../../src/evidence/page-source.ts'
import { askedValues, type By, sentAs, webDriverLocators } from '../../src/locators/webdriver.ts'
import { checkPatch } from '../../src/source/guard.ts'
import { parse } from '../../src/source/syntax.ts'

const read = async (text: string) => {
  const tree = await parse('python', text)
  return webDriverLocators(tree, tree.root).map(({ by, value, node }) => [by, value, text.slice(node.start, node.end)])
}
const asked = (by: By, value: string) =>
  askedValues({ by, value }).map((one) => `${one.attribute}=${one.value}@${one.at}`)

describe('a locator of Selenium in Python', () => {
  it.each([
    ['driver.find_element(By.ID, "buy").click()', ['ID', 'buy', 'buy']],
    ["BUY = (By.CSS_SELECTOR, '.bar > #buy')", ['CSS_SELECTOR', '.bar > #buy', '.bar > #buy']],
    [
      'wait.until(EC.visibility_of_element_located((common.By.XPATH, r"//a[@id=\'b\']")))',
      ['XPATH', "//a[@id='b']", "//a[@id='b']"],
    ],
  ])('is read from %s', async (line, found) => {
    expect(await read(`${line}\n`)).toEqual([found])
  })

  it('is none where the text is made up, or stands beside something else', async () => {
    expect(await read('find(By.ID, f"buy-{n}")\nkinds = [By.ID, "x"]\nfind(By.ID, name)\nfind("id", "buy")\n')).toEqual(
      [],
    )
  })

  it('asks for values of attributes, each at its place', () => {
    expect(asked('ID', 'buy')).toEqual(['id=buy@0'])
    expect(asked('CSS_SELECTOR', 'li.wide > #buy[data-test="a.b"]')).toEqual([
      'class=wide@3',
      'id=buy@11',
      'data-test=a.b@26',
    ])
    expect(asked('CSS_SELECTOR', '[href$=".pdf"] a')).toEqual([])
    expect(asked('XPATH', `//a[@id = "x" and contains(@class, 'y')]/b[@name='z']`)).toEqual(['id=x@11', 'name=z@50'])
  })

  it('says where a value stands, whatever stands around it', () => {
    const word = fc.stringMatching(/^[a-z][a-z-]{0,8}$/)
    fc.assert(
      fc.property(word, word, word, (tag, attribute, value) => {
        for (const [by, text] of [
          ['CSS_SELECTOR', `${tag}[${attribute}="${value}"]`],
          ['CSS_SELECTOR', `${tag}#${value}`],
          ['XPATH', `//${tag}[@${attribute}='${value}']`],
        ] as const)
          for (const one of askedValues({ by, value: text }))
            expect(text.slice(one.at, one.at + one.value.length)).toBe(one.value)
      }),
    )
  })

  it('is known in what Selenium makes of it', () => {
    expect([
      sentAs({ by: 'ID', value: 'a' }),
      sentAs({ by: 'CLASS_NAME', value: 'a' }),
      sentAs({ by: 'XPATH', value: '//a' }),
    ]).toEqual(['[id="a"]', '.a', '//a'])
  })
})

describe('the source of a page', () => {
  it('gives the elements as they are written', () => {
    const html = `<!doctype html><!-- <a id=no> --><body><a ID="x" title='a > b' hidden>y</a><script>"<b id=no>"</script><input value=1 /><p data-a="&quot;q&amp;"></p><`
    expect(writtenElements(html).map(({ tag, attributes }) => [tag, Object.fromEntries(attributes)])).toEqual([
      ['body', {}],
      ['a', { id: 'x', title: 'a > b', hidden: '' }],
      ['script', {}],
      ['input', { value: '1' }],
      ['p', { 'data-a': '"q&' }],
    ])
  })

  it('takes no longer for what is hostile', () => {
    for (const piece of ['<a ', '<a b=', '<!--', '<a b="', '<script>', '<a b c d e ']) {
      const begun = process.cpuUsage()
      writtenElements(piece.repeat(20_000))
      expect(process.cpuUsage(begun).user / 1000, piece).toBeLessThan(1_000)
    }
  })
})

describe('the guard on a locator of Selenium', () => {
  const check = async (before: string, after: string): Promise<string> => {
    const file = 'tests/test_a.py'
    const [was, now] = [new Map([[file, before]]), new Map([[file, after]])]
    const { ok, violations } = await checkPatch({
      before: was,
      after: now,
      failureType: 'selector_not_found',
      allowedFiles: [file],
    })
    return ok ? 'ok' : violations.join(' ')
  }
  const line = 'driver.find_element(By.ID, "buy").click()\n'

  it('lets one value be replaced', async () => {
    expect(await check(line, line.replace('buy', 'to-basket'))).toBe('ok')
    expect(await check('A = (By.XPATH, "//a[@id=\'buy\']")\n', 'A = (By.XPATH, "//a[@id=\'to-basket\']")\n')).toBe('ok')
  })

  it.each([
    ['another kind of locator', line.replace('By.ID', 'By.NAME')],
    ['another action', line.replace('click', 'submit')],
    ['a selector that finds more', line.replace('"buy"', '""')],
    ['more of the selector than a value', line.replace('"buy"', '"buy, #pay"')],
    ['an assertion', `${line}assert True\n`],
  ])('refuses %s', async (_, after) => {
    expect(await check(line, after)).not.toBe('ok')
  })

  it('refuses a text that is no locator, and a second one', async () => {
    expect(await check('field.send_keys("buy")\n', 'field.send_keys("to-basket")\n')).toContain(
      'is no part of a locator',
    )
    expect(await check(line + line, (line + line).replaceAll('buy', 'to-basket'))).toContain('is a second change')
  })
})
