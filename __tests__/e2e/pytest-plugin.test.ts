import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../scripts/fixture/process.ts'
import { browserEnv } from '../../scripts/fixture/suite-run.ts'
import { PLUGIN, pluginPython } from '../../scripts/python-env.ts'
import { readXml, type XmlNode } from '../../src/artifacts/xml.ts'

const TESTS = join(PLUGIN, 'tests')
const FILES = readdirSync(TESTS).filter((name) => /^test_\w+\.py$/.test(name))

/** Names of the tests of a file, as it is written. */
const namesIn = (file: string): string[] =>
  [...readFileSync(join(TESTS, file), 'utf8').matchAll(/^def (test_\w+)\(/gm)].map(([, name = '']) => name)

/** The plugin's own tests are Python; here they run once, by pytest, and are told of one by one. */
describe('the pytest plugin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'self-heal-plugin-'))
  const cases: XmlNode[] = []
  let said = ''

  beforeAll(async () => {
    const report = join(folder, 'junit.xml')
    const { output } = await run(
      await pluginPython(),
      [
        '-m',
        'pytest',
        '-n',
        '2',
        '-p',
        'no:cacheprovider',
        `--basetemp=${join(folder, 'tmp')}`,
        `--junitxml=${report}`,
      ],
      { cwd: PLUGIN, env: { ...browserEnv(), PYTHONPATH: PLUGIN, PYTHONDONTWRITEBYTECODE: '1' } },
    )
    said = output
    const { root } = readXml(readFileSync(report, 'utf8'), 'testcase')
    cases.push(...(root?.children ?? []).flatMap((suite) => suite.children).filter(({ name }) => name === 'testcase'))
  }, 600_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  describe.each(FILES)('%s', (file) => {
    it.for(namesIn(file))('%s', (name, context) => {
      const own = cases.filter(
        ({ attributes }) =>
          attributes.classname?.split('.').at(-1) === file.replace(/\.py$/, '') &&
          attributes.name?.replace(/\[.*$/s, '') === name,
      )
      expect(own.length, said.slice(-4_000)).toBeGreaterThan(0)
      const wrong = own.flatMap(({ children }) => children.filter((each) => /^(?:failure|error)$/.test(each.name)))
      expect(wrong.map(({ text }) => text).join('\n')).toBe('')
      const [skipped] = own.flatMap(({ children }) => children.filter((each) => each.name === 'skipped'))
      if (skipped) context.skip(skipped.attributes.message)
    })
  })
})
