/**
 * Builds `dist/` from the sources. With `--check` it builds into a temporary folder and says whether the committed
 * `dist/` is exactly that; exit 1 where it is not.
 */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bundle } from './build/bundle.ts'

/** Differences between two folders, one sentence each; the content of both is compared byte by byte. */
export async function compareFolders(actual: string, wanted: string): Promise<string[]> {
  const names = async (folder: string): Promise<Set<string>> => new Set(await readdir(folder).catch(() => []))
  const [here, there] = await Promise.all([names(actual), names(wanted)])
  const differences: string[] = []
  for (const name of [...new Set([...here, ...there])].sort()) {
    if (!there.has(name)) differences.push(`${name} is not built from the sources any more`)
    else if (!here.has(name)) differences.push(`${name} is missing`)
    else {
      const [a, b] = await Promise.all([readFile(path.join(actual, name)), readFile(path.join(wanted, name))])
      if (!a.equals(b)) differences.push(`${name} differs`)
    }
  }
  return differences
}

async function check(root: string): Promise<string[]> {
  const temporary = await mkdtemp(path.join(tmpdir(), 'self-heal-build-'))
  try {
    await bundle(root, temporary)
    return await compareFolders(path.join(root, 'dist'), temporary)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function describe(folder: string): Promise<string> {
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return `${names.length} files, ${(total / 1_000_000).toFixed(1)} MB`
}

if (import.meta.main) {
  const root = path.resolve(import.meta.dirname, '..')
  const started = performance.now()
  if (process.argv.includes('--check')) {
    const differences = await check(root)
    for (const difference of differences) console.error(`dist/${difference}`)
    if (differences.length > 0) {
      console.error('dist/ is not built from these sources. Run `npm run build` and commit dist/.')
      process.exit(1)
    }
    console.log('dist/ is built from these sources.')
  } else {
    await bundle(root, path.join(root, 'dist'))
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`dist/: ${await describe(path.join(root, 'dist'))}, built in ${seconds} s`)
  }
}
