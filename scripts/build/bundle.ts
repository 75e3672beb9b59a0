import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import { CAPTURE_FILES } from '../../src/runner/pytest-plugin.ts'
import { WASM_FILES } from '../../src/source/grammars.ts'
import { collectLicenses } from './licenses.ts'
import { PLAYWRIGHT_OPTIONAL, playwrightPlugin } from './playwright-plugin.ts'

/** What CommonJS packages expect to find in a module; unusual names, because a package may declare the usual ones. */
const BANNER = `import { createRequire as selfHealCreateRequire } from 'node:module';
const require = selfHealCreateRequire(import.meta.url), selfHealFile = import.meta.filename, selfHealFolder = import.meta.dirname;`

/** Packages that are in the bundle as generated text, so that esbuild does not see them. */
const GENERATED_FROM = ['dom-accessibility-api/package.json']

/**
 * Bundles the action and the command line into `outdir`, which is emptied first: code split so that what is needed
 * rarely is loaded late, grammars and the Python of re-runs beside it, licences of everything bundled. The same sources give the same bytes.
 * `more` are further entry points by name, for tests.
 */
export async function bundle(root: string, outdir: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  await rm(outdir, { recursive: true, force: true })
  const result = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/main.ts', cli: 'src/cli.ts', ...more },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Paths go into the names of chunks: a linked node_modules must give the same ones.
    preserveSymlinks: true,
    target: 'node24',
    chunkNames: 'chunk-[hash]',
    banner: { js: BANNER },
    define: { __filename: 'selfHealFile', __dirname: 'selfHealFolder' },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
    external: PLAYWRIGHT_OPTIONAL,
    plugins: [playwrightPlugin],
  })
  await mkdir(outdir, { recursive: true })
  for (const file of [...WASM_FILES.map((each) => `node_modules/${each}`), ...CAPTURE_FILES]) {
    const target = path.join(outdir, path.basename(file))
    await copyFile(path.join(root, file), target)
    await chmod(target, 0o644)
  }
  const besides = [...WASM_FILES, ...GENERATED_FROM].map((file) => `node_modules/${file}`)
  const files = [...Object.keys(result.metafile.inputs), ...besides]
  await writeFile(path.join(outdir, 'licenses.txt'), await collectLicenses(root, files))
  await writeFile(path.join(outdir, 'package.json'), '{ "type": "module" }\n')
  await chmod(path.join(outdir, 'cli.js'), 0o755)
}
