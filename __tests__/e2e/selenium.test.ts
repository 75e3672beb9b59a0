import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../scripts/fixture/process.ts'
import { browserEnv } from '../../scripts/fixture/suite-run.ts'
import { pluginPython } from '../../scripts/python-env.ts'
import { heal } from '../../src/heal.ts'
import type { Result } from '../../src/model.ts'
import { selfHeal } from '../support/cli.ts'

const BROWSER = browserEnv().PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH
const DRIVER = [
  process.env.SE_CHROMEDRIVER ?? '',
  ...(process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'chromedriver')),
].find((file) => file !== '' && existsSync(file))
if (!DRIVER || !BROWSER)
  console.warn('skipped: chromedriver is not installed (Debian: apt-get install chromium-driver)')

const PAGE = `<!doctype html>
<html lang="en">
  <head><title>Lamps</title></head>
  <body>
    <h1>Desk lamp</h1>
    <label>Amount <input id="amount-field" value="1" /></label>
    <button id="buy" onclick="document.title = document.querySelector('input').value + ' in the basket'">Buy</button>
    <button data-test="share" onclick="document.title = 'Shared'">Share</button>
    <button class="wish" onclick="document.title = 'Wished'">Wish for it</button>
    <button id="pay" onclick="document.title = 'Paid'">Pay now</button>
    <button id="enable-alarm" onclick="document.title = 'Alarm'">Alarm</button>
  </body>
</html>
`
/** One commit for each change, as people make them. */
const CHANGES: readonly (readonly [message: string, old: string, fresh: string])[] = [
  ['Call the basket a basket', 'id="buy"', 'id="to-basket"'],
  ['Ask for a quantity', 'id="amount-field"', 'id="quantity-field"'],
  ['Name what shares', 'data-test="share"', 'data-test="share-lamp"'],
  ['Take no wishes', `    <button class="wish" onclick="document.title = 'Wished'">Wish for it</button>\n`, ''],
  [
    'Send an invoice',
    `<button id="pay" onclick="document.title = 'Paid'">Pay now</button>`,
    '<a id="invoice" href="#sent">Send me an invoice by mail</a>',
  ],
  ['Turn the alarm round', 'id="enable-alarm"', 'id="disable-alarm"'],
]

const SUITE: Readonly<Record<string, string>> = {
  '.gitignore': '__pycache__\nself-heal-report\n.healing_*\njunit.xml\n',
  'site/index.html': PAGE,
  'tests/conftest.py': `import os
import pathlib

import pytest
from selenium import webdriver


@pytest.fixture(scope="session")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = os.environ["PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH"]
    for flag in ("--headless", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(os.environ["SE_CHROMEDRIVER"]))
    yield browser
    browser.quit()


@pytest.fixture
def driver(browser):
    browser.get((pathlib.Path(__file__).parent.parent / "site/index.html").as_uri())
    return browser
`,
  'tests/lamp_page.py': `from selenium.webdriver.common.by import By


class LampPage:
    AMOUNT = (By.CSS_SELECTOR, "label > #amount-field")

    def __init__(self, driver):
        self._driver = driver

    def take(self, amount):
        field = self._find(self.AMOUNT)
        field.clear()
        field.send_keys(amount)

    def _find(self, locator):
        return self._driver.find_element(*locator)
`,
  'tests/test_lamp.py': `from lamp_page import LampPage
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as EC
from selenium.webdriver.support.ui import WebDriverWait


def test_buys(driver):
    driver.find_element(By.ID, "buy").click()
    assert driver.title == "1 in the basket"


def test_takes_three(driver):
    LampPage(driver).take("3")
    assert driver.find_element(By.CSS_SELECTOR, "label input").get_attribute("value") == "3"


def test_shares(driver):
    WebDriverWait(driver, 1).until(EC.element_to_be_clickable((By.XPATH, "//button[@data-test='share']"))).click()
    assert driver.title == "Shared"


def test_wishes(driver):
    driver.find_element(By.CLASS_NAME, "wish").click()
    assert driver.title == "Wished"


def test_pays(driver):
    driver.find_element(By.ID, "pay").click()


def test_arms(driver):
    driver.find_element(By.ID, "enable-alarm").click()
    assert driver.title == "Alarm"
`,
}

describe.skipIf(!DRIVER || !BROWSER)('a Selenium suite of pytest after a redesign', () => {
  const results = new Map<string, Result>()
  let root: string
  beforeAll(async () => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'self-heal-selenium-')))
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
        cwd: root,
        stdio: 'pipe',
      })
    const write = (name: string, text: string): void => {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
      writeFileSync(path.join(root, name), text)
    }
    const python = await pluginPython()
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PYTHON: python,
      PYTHONDONTWRITEBYTECODE: '1',
      PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: BROWSER ?? '',
      SE_CHROMEDRIVER: DRIVER ?? '',
    }
    const pytest = () =>
      run(
        python,
        ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-o', 'junit_family=xunit1', '--junitxml=junit.xml'],
        { cwd: root, env },
      )
    for (const [name, text] of Object.entries(SUITE)) write(name, text)
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-qm', 'Sell lamps')
    expect((await pytest()).output).toContain('6 passed')
    let page = PAGE
    for (const [message, old, fresh] of CHANGES) {
      page = page.replace(old, fresh)
      write('site/index.html', page)
      git('commit', '-qam', message)
    }
    expect((await pytest()).output).toContain('6 failed')
    await selfHeal(['heal', '--artifacts', 'junit.xml', '--verify-runs', '1'], {
      cwd: root,
      env,
      engine: async (config, io) => {
        const outcome = await heal(config, io)
        for (const result of outcome.report.results) for (const { title } of result.tests) results.set(title, result)
        return outcome
      },
    })
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it.each([
    ['test_buys', 'to-basket', 'tests/test_lamp.py'],
    ['test_takes_three', 'quantity-field', 'tests/lamp_page.py'],
    ['test_shares', 'share-lamp', 'tests/test_lamp.py'],
  ])('%s finds its element by the value that a commit gave it', (title, fresh, file) => {
    const result = results.get(title)
    expect([result?.status, result?.proposal?.new], result?.reason).toEqual(['healed', fresh])
    expect(result?.proposal?.edits.map((edit) => edit.file)).toEqual([file])
    expect(result?.proposal?.evidence[0]?.text).toContain('The product renamed the')
  })

  it.each([
    ['test_wishes', 'was removed'],
    ['test_pays', 'made way for something else'],
    ['test_arms', 'does the opposite'],
  ])('%s is left to a person: what it was about %s', (title) => {
    const result = results.get(title)
    expect(['needs_human', 'likely_regression']).toContain(result?.status)
    expect(result?.proposal?.edits ?? []).toEqual([])
  })
})
