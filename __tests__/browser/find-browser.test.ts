import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBrowsers } from '../../src/browser/find-browser.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'browsers-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function program(path: string): Promise<string> {
  const full = join(home, path)
  await mkdir(dirname(full), { recursive: true })
  await writeFile(full, '#!/bin/sh\n')
  await chmod(full, 0o755)
  return full
}
const paths = (search: Parameters<typeof findBrowsers>[0]) =>
  findBrowsers(search).map((one) => (one.kind === 'executable' ? one.path.replace(home, '~') : one.endpoint))

describe('findBrowsers', () => {
  it('takes the one that browser_path names and no other', async () => {
    const named = await program('mine')
    expect(paths({ browserPath: named, env: { PATH: '/usr/bin' } })).toEqual(['~/mine'])
  })

  it('says that browser_path names nothing instead of taking another', () => {
    expect(() => paths({ browserPath: '/no/such', env: { PATH: '/usr/bin' } })).toThrow(/browser_path names \/no\/such/)
  })

  it.each([
    ['http://grid:9222', 'cdp'],
    ['ws://grid:9222/devtools/browser/abc', 'cdp'],
    ['wss://grid/playwright?token=x', 'server'],
  ])('understands the endpoint %s as %s', (browserEndpoint, kind) => {
    expect(findBrowsers({ browserEndpoint, env: {} })).toMatchObject([{ kind, endpoint: browserEndpoint }])
  })

  it('refuses an endpoint that is no address', () => {
    expect(() => findBrowsers({ browserEndpoint: 'grid', env: {} })).toThrow(/browser_endpoint/)
  })

  it('prefers the environment, then what Playwright installed (shells first, latest first), then the PATH', async () => {
    const own = await program('own/chrome')
    await program('cache/ms-playwright/chromium-1100/chrome-linux/chrome')
    await program('cache/ms-playwright/chromium_headless_shell-1099/chrome-linux/headless_shell')
    await program(
      'cache/ms-playwright/chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell',
    )
    await program('cache/ms-playwright/firefox-1400/firefox/firefox')
    await program('bin/chromium')
    await program('bin/google-chrome')
    const env = {
      PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: own,
      XDG_CACHE_HOME: join(home, 'cache'),
      PATH: join(home, 'bin'),
      HOME: home,
    }
    expect(paths({ env }).slice(0, 6)).toEqual([
      '~/own/chrome',
      '~/cache/ms-playwright/chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell',
      '~/cache/ms-playwright/chromium_headless_shell-1099/chrome-linux/headless_shell',
      '~/cache/ms-playwright/chromium-1100/chrome-linux/chrome',
      '~/bin/chromium',
      '~/bin/google-chrome',
    ])
  })

  it('passes over files that cannot be run, and names the remedies where nothing is left', async () => {
    await writeFile(join(home, 'chromium'), 'no program')
    const search = () => paths({ env: { PATH: home, HOME: home, XDG_CACHE_HOME: home } })
    try {
      expect(search().filter((path) => path.startsWith('~'))).toEqual([])
    } catch (error) {
      expect(String(error)).toMatch(/npx playwright install chromium.*browser_path.*browser_endpoint/)
    }
  })
})
