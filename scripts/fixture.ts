/**
 * Makes a git repository of the shop fixture, with real history and real artifacts.
 *
 *   npx node scripts/fixture.ts --out /tmp/shop --runs green,failing
 */
import { pathToFileURL } from 'node:url'
import { Command, Option } from 'commander'
import { makeShopRepo } from './fixture/index.ts'
import type { Install } from './fixture/repository.ts'
import { PRESETS } from './fixture/suite-run.ts'

export { makeShopRepo, type ShopOptions, type ShopRepo } from './fixture/index.ts'
export { PRESETS, type RunDone, type RunRequest, runSuite } from './fixture/suite-run.ts'

interface Flags {
  out: string
  runs: string
  checkout: 'v1' | 'v2'
  install: Install
  fresh?: boolean
  json?: boolean
}

async function main(): Promise<void> {
  const command = new Command('fixture')
    .description('Makes a git repository of the shop fixture, with history, builds and artifacts.')
    .requiredOption('--out <dir>', 'folder for the repository and the artifacts')
    .option('--runs <names>', `runs of the suite, by comma: ${Object.keys(PRESETS).join(', ')}`, 'green,failing')
    .addOption(new Option('--checkout <version>', 'what is checked out at the end').choices(['v1', 'v2']).default('v2'))
    .addOption(new Option('--install <how>', 'packages').choices(['link', 'copy', 'ci']).default('link'))
    .option('--fresh', 'run the suite in the new repository instead of taking artifacts from the cache')
    .option('--json', 'print what was made as JSON')
    .parse()
  const flags = command.opts<Flags>()
  const made = await makeShopRepo({
    dir: flags.out,
    runs: flags.runs.split(',').filter(Boolean),
    checkout: flags.checkout,
    install: flags.install,
    fresh: flags.fresh,
    log: (line) => process.stderr.write(`${line}\n`),
  })
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(made, null, 2)}\n`)
    return
  }
  process.stdout.write(`repository  ${made.repo}\nv1          ${made.v1Commit}\nv2          ${made.v2Commit}\n`)
  for (const [name, done] of Object.entries(made.runs)) process.stdout.write(`${name.padEnd(12)}${done.dir}\n`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
    process.exitCode = 1
  })
}
