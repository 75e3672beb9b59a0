/** An entry point for the build's test: does what only works where browser driver and grammars survived bundling. */
import { chromium } from 'playwright-core'
import { parse } from '../../src/source/syntax.ts'

const tree = await parse('typescript', 'const answer: number = 42\n')
const browser = await chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox'] })
try {
  const page = await browser.newPage()
  await page.setContent('<button data-testid="buy">Buy</button>')
  const text = await page.getByTestId('buy').textContent()
  console.log(JSON.stringify({ text, type: tree.root.children[0]?.type, errors: tree.hasErrors }))
} finally {
  await browser.close()
}
