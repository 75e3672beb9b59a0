/**
 * Runs a benchmark: `npm run bench -- --suite NAME [--data DIR] [--json] [--write]`. A suite is a file of this folder that
 * default-exports a `Suite`; the last line on standard output is its result as JSON.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Suite } from './suite.ts'

const SUITES = [
  'similo',
  'mutations',
  'speed',
  'diagnosis',
  'one-test',
  'baseline',
  'trace',
  'replay',
  'pytest-overhead',
  'all',
] as const

const { values } = parseArgs({
  options: {
    suite: { type: 'string' },
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const name = SUITES.find((suite) => suite === values.suite)
const file = new URL(`./${name ?? ''}.ts`, import.meta.url)
if (name === undefined || !existsSync(file)) {
  console.error(`--suite ${values.suite ?? '(missing)'} is not a benchmark: give one of ${SUITES.join(', ')}`)
  process.exit(2)
}
const { default: run } = (await import(file.href)) as { default: Suite }
const print = values.json ? () => undefined : (line: string): void => console.log(line)
console.log(JSON.stringify(await run({ data: values.data, json: values.json, write: values.write }, print)))
