import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const SHELLS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome']

/** A Chromium of this machine for tests that need no more of it than pages. */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH ?? SHELLS.find((path) => existsSync(path))
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--no-first-run'],
  })
}
