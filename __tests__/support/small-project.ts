import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, run } from '../../scripts/fixture/process.ts'
import { browserEnv } from '../../scripts/fixture/suite-run.ts'

const MODULES = path.resolve(import.meta.dirname, '../../fixtures/shop/node_modules')
/** False where the packages of `fixtures/shop`, which the project borrows, are not installed. */
export const HAS_PLAYWRIGHT = existsSync(path.join(MODULES, '@playwright/test/package.json'))

const PAGE_V1 = `<!doctype html>
<html lang="en">
  <head><title>Lamps</title></head>
  <body>
    <main>
      <h1>Desk lamp</h1>
      <p>Brass, 40 cm</p>
      <label>Amount <input name="amount" value="1" /></label>
      <button data-testid="buy-button" class="primary">Add to basket</button>
      <button data-testid="share-button">Share</button>
      <p role="status"></p>
    </main>
    <footer><a href="#imprint">Imprint</a></footer>
    <script src="/shop.js"></script>
  </body>
</html>
`
/** The same page after a renaming: one test id, and nothing else. */
const PAGE_V2 = PAGE_V1.replace('data-testid="buy-button"', 'data-testid="basket-button"')

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "lamps", "private": true, "type": "module" }\n',
  '.gitignore':
    'node_modules\ntest-results\nplaywright-report\nblob-report\nself-heal-report\n.healing_fixes\njunit.xml\n',
  'site/shop.js': `let basket = 0
document.querySelector('.primary').addEventListener('click', () => {
  basket += Number(document.querySelector('[name=amount]').value)
  document.querySelector('[role=status]').textContent = basket + ' in the basket'
})
`,
  'server.mjs': `import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

createServer((request, response) => {
  const script = request.url === '/shop.js'
  response.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8')
  response.end(readFileSync(script ? 'site/shop.js' : 'site/index.html'))
}).listen(Number(process.env.PORT), '127.0.0.1')
`,
  'playwright.config.ts': `import { defineConfig } from '@playwright/test'

const port = process.env.PORT ?? '4173'

export default defineConfig({
  testDir: './tests',
  timeout: 5_000,
  workers: 1,
  reporter: 'html',
  use: {
    baseURL: \`http://127.0.0.1:\${port}\`,
    trace: 'on-first-retry',
    launchOptions: {
      executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH || undefined,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: { command: 'node server.mjs', url: \`http://127.0.0.1:\${port}\`, reuseExistingServer: false },
})
`,
  'tests/lamp-page.ts': `import type { Page } from '@playwright/test'

export class LampPage {
  constructor(private readonly page: Page) {}

  open() {
    return this.page.goto('/')
  }

  get buy() {
    return this.page.getByTestId('buy-button')
  }

  get status() {
    return this.page.getByRole('status')
  }
}
`,
  'tests/lamp.spec.ts': `import { expect, test } from '@playwright/test'
import { LampPage } from './lamp-page'

test.describe('Lamp', () => {
  test('goes into the basket', async ({ page }) => {
    const lamp = new LampPage(page)
    await lamp.open()
    await lamp.buy.click({ timeout: 1_500 })
    await expect(lamp.status).toHaveText('1 in the basket')
  })

  test('has a name', async ({ page }) => {
    await new LampPage(page).open()
    await expect(page.getByRole('heading')).toHaveText('Desk lamp')
  })
})
`,
}

export interface SmallProject {
  readonly root: string
  /** What its suite and the engine need to run here: a free port and a browser. */
  readonly env: Readonly<Record<string, string>>
  git(...args: readonly string[]): string
  write(file: string, text: string | Uint8Array): void
  dispose(): void
}

/**
 * A stock Playwright project in a git repository of two commits: green on the first, and since the second, which renames
 * a test id in the product, one of its two tests fails.
 */
export async function makeSmallProject(files: Readonly<Record<string, string>> = {}): Promise<SmallProject> {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'self-heal-small-')))
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      stdio: 'pipe',
      encoding: 'utf8',
    })
  const write = (file: string, text: string | Uint8Array) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  git('init', '-q', '-b', 'main')
  for (const [file, text] of Object.entries({ ...FILES, 'site/index.html': PAGE_V1, ...files })) write(file, text)
  symlinkSync(MODULES, path.join(root, 'node_modules'))
  git('add', '-A')
  git('commit', '-qm', 'Sell lamps')
  write('site/index.html', files['site/index.html'] ?? PAGE_V2)
  git('commit', '-qam', 'Call the basket a basket', '--allow-empty')
  const dispose = () => rmSync(root, { recursive: true, force: true })
  return { root, env: { ...browserEnv(), PORT: String(await freePort()) }, git, write, dispose }
}

/** Runs the project's suite as a user would; artifacts land where the configuration and `args` say. */
export async function runSmallSuite(project: SmallProject, args: readonly string[] = []): Promise<string> {
  const cli = path.join(project.root, 'node_modules/@playwright/test/cli.js')
  const { output } = await run(process.execPath, [cli, 'test', ...args], {
    cwd: project.root,
    env: {
      ...project.env,
      PLAYWRIGHT_HTML_OPEN: 'never',
      PLAYWRIGHT_JUNIT_OUTPUT_FILE: path.join(project.root, 'junit.xml'),
    },
    timeoutMs: 120_000,
  })
  return output
}
