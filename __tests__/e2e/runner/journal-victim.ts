/** Patches files over and over until it is killed; started by journal-kill.test.ts with the root as its argument. */
import { withPatchedFiles } from '../../../src/runner/journal.ts'

const root = process.argv[2] ?? ''
const files = ['a.txt', 'b.txt', 'c.txt']
process.stdout.write('ready\n')
for (let round = 0; ; round++) {
  const patches = files.map((path) => ({ path, content: `patched ${path} ${round} `.repeat(500) }))
  const generated = { path: 'generated.txt', content: 'generated', before: null }
  await withPatchedFiles(root, [...patches, generated], () => new Promise((resolve) => setTimeout(resolve, round % 3)))
}
