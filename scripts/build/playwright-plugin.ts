import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Playwright reads its own `package.json` and `browsers.json` from disk when it is loaded. In a bundle there is no such
 * folder, so both are written into the code. A release that reads them in another way fails the build, not the user.
 */
export const playwrightPlugin: Plugin = {
  name: 'playwright-data',
  setup(build) {
    build.onLoad({ filter: /[\\/]playwright-core[\\/]lib[\\/]coreBundle\.js$/ }, async ({ path: file }) => {
      const root = path.join(path.dirname(file), '..')
      let contents = await readFile(file, 'utf8')
      for (const name of ['package.json', 'browsers.json']) {
        const data: unknown = JSON.parse(await readFile(path.join(root, name), 'utf8'))
        const call = new RegExp(`require\\([\\w.]+\\.join\\(packageRoot, "${name}"\\)\\)`, 'g')
        if (!call.test(contents))
          throw new Error(
            `playwright-core does not read ${name} as it used to: mend scripts/build/playwright-plugin.ts.`,
          )
        contents = contents.replace(call, () => `(${JSON.stringify(data)})`)
      }
      return { contents, loader: 'js' }
    })
  },
}

/** Packages that Playwright asks for only where they are installed; it copes with their absence. */
export const PLAYWRIGHT_OPTIONAL = ['chromium-bidi/*', 'electron', 'electron/*']
