import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Patchable, patchableFiles } from '../../src/source/patchable.ts'

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "main": "./src/server.ts" }',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@e2e/*": ["./e2e/*"], "@app/*": ["./src/*"] } } }',
  'index.html': '<script type="module" src="/src/main.tsx"></script>',
  'src/main.tsx': `import { App } from './app'\n`,
  'src/app.tsx': `import { ids } from './ids'\nexport const App = () => ids\n`,
  'src/ids.ts': `export const ids = {}\n`,
  'src/server.ts': `import './only-server'\n`,
  'src/only-server.ts': ``,
  'src/app.test.tsx': `import { App } from './app'\nimport { test } from 'vitest'\n`,
  'e2e/cart.spec.ts': `import { test } from './fixtures'\nimport { SEL } from '@e2e/constants'\nimport { ids } from '@app/ids'\n`,
  'e2e/fixtures.ts': `import { test as base } from '@playwright/test'\nimport { CartPage } from './pages'\n`,
  'e2e/pages/index.ts': `export * from './cart'\n`,
  'e2e/pages/cart.ts': `import type { Page } from '@playwright/test'\n`,
  'e2e/constants.ts': `export const SEL = {}\n`,
  'e2e/other.spec.ts': `import { SEL } from './constants'\nimport { helper } from './helper'\n`,
  'e2e/helper.ts': `export const helper = 1\n`,
  '.github/scripts/x.spec.ts': `import { test } from '@playwright/test'\n`,
  'dist/assets/a.js': `1\n`,
}

describe('what may be patched', () => {
  let root = ''
  const make = (options: { testGlobs?: string[]; tests?: string[] } = {}): Promise<Patchable> =>
    patchableFiles({
      root,
      tests: options.tests ?? ['e2e/cart.spec.ts'],
      testGlobs: options.testGlobs ?? [],
      appDir: join(root, 'dist'),
      readFile: (path) => {
        try {
          return readFileSync(join(root, path), 'utf8')
        } catch {
          return null
        }
      },
    })

  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'self-heal-patchable-')))
    for (const [file, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    }
    symlinkSync('../src/ids.ts', join(root, 'e2e/linked.ts'))
    const git = (...args: string[]): void => void execFileSync('git', args, { cwd: root })
    git('init', '--quiet')
    git('add', '-A')
    git('-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'first')
    writeFileSync(join(root, 'e2e/untracked.ts'), '')
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('is what the failing tests import and the product does not', async () => {
    expect((await make()).files).toEqual([
      'e2e/cart.spec.ts',
      'e2e/constants.ts',
      'e2e/fixtures.ts',
      'e2e/pages/cart.ts',
      'e2e/pages/index.ts',
    ])
  })

  it('is nothing that holds work which is not committed yet', async () => {
    const file = 'e2e/pages/cart.ts'
    writeFileSync(join(root, file), `${FILES[file]}// half-done\n`)
    try {
      const { files, refusal } = await make()
      expect(refusal(file)).toBe(
        `${file} has changes that are not committed; a patch could run them over. Commit or undo them and heal again.`,
      )
      expect(files).toContain('e2e/pages/index.ts')
    } finally {
      writeFileSync(join(root, file), FILES[file] ?? '')
    }
    expect((await make()).refusal(file)).toBeNull()
  })

  it.each([
    ['src/ids.ts', /imported by the product/],
    ['src/app.tsx', /not imported by a failing test/],
    ['e2e/helper.ts', /not imported by a failing test/],
    ['e2e/untracked.ts', /not tracked/],
    ['e2e/linked.ts', /a link/],
    ['.github/scripts/x.spec.ts', /automation/],
    ['.git/config', /automation/],
    ['node_modules/x/index.ts', /installed package/],
    ['dist/assets/a.js', /built app/],
    ['../outside.ts', /not lie in the repository/],
    ['e2e/../../outside.ts', /not lie in the repository/],
    ['/etc/passwd', /not lie in the repository/],
    ['C:\\x.ts', /not lie in the repository/],
    ['', /not lie in the repository/],
  ])('is never %s', async (file, words) => {
    expect((await make()).refusal(file)).toMatch(words)
  })

  it('is what test_globs names, where it is given, and still no link or workflow', async () => {
    const patchable = await make({ testGlobs: ['e2e/**', '.github/**'] })
    expect(patchable.files).toContain('e2e/helper.ts')
    expect(patchable.refusal('e2e/linked.ts')).toMatch(/a link/)
    expect(patchable.refusal('.github/scripts/x.spec.ts')).toMatch(/automation/)
    expect(patchable.refusal('src/ids.ts')).toMatch(/test_globs/)
  })

  it('tells what a test imports', async () => {
    expect(await (await make()).importsOf('e2e/other.spec.ts')).toEqual([
      'e2e/other.spec.ts',
      'e2e/constants.ts',
      'e2e/helper.ts',
    ])
  })

  it('cannot be told without git', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'self-heal-bare-'))
    await expect(
      patchableFiles({ root: bare, tests: [], testGlobs: [], appDir: null, readFile: () => null }),
    ).rejects.toThrow(/no git repository/)
    rmSync(bare, { recursive: true, force: true })
  })
})
