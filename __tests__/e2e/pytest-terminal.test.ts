import { closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../scripts/fixture/process.ts'
import { pluginPython } from '../../scripts/python-env.ts'
import { type Collected, collectArtifacts } from '../../src/artifacts/index.ts'
import { classify } from '../../src/diagnosis/classify.ts'
import type { Failure } from '../../src/model.ts'

const SUITE = {
  'tests/helpers.py': 'def phase_of(status):\n    return status["phase"]\n\n\nclass Client:\n    pass\n',
  'tests/__init__.py': '',
  'tests/test_a.py': `import logging
import sys

import pytest

from tests.helpers import Client, phase_of


def test_helper():
    print("asked", "for", "edge")
    print("careful", file=sys.stderr)
    logging.getLogger("relay").warning("slow answer")
    phase_of({"state": 1})


@pytest.mark.parametrize("name", ["a b", "x::y", "[z]"])
def test_named(name):
    assert name == "edge", "names differ"


class TestTunnels:
    def test_opens(self):
        raise ConnectionError("nobody listens")


@pytest.fixture
def broken():
    raise ValueError("no gateway")


def test_setup(broken):
    pass


def test_called():
    Client().list_all()


def test_fine():
    pass
`,
  'tests/test_b.py': 'import relay_that_is_gone\n',
} as const

const lineOf = (words: string): number =>
  SUITE['tests/test_a.py'].split('\n').findIndex((line) => line.includes(words)) + 1

const FAILED = [
  'tests/test_a.py › TestTunnels › test_opens',
  'tests/test_a.py › test_called',
  'tests/test_a.py › test_helper',
  'tests/test_a.py › test_named[[z]]',
  'tests/test_a.py › test_named[a b]',
  'tests/test_a.py › test_named[x::y]',
  'tests/test_a.py › test_setup',
  'tests/test_b.py › tests/test_b.py',
]

/** What pytest really prints, in every style, and what becomes of it on its way through terminals and logs. */
describe('terminal output of pytest', () => {
  let root: string
  let python: string

  const printed = new Map<string, string>()
  /** What pytest prints with these options; the same ones run it once. */
  const print = async (args: readonly string[]): Promise<string> => {
    const known = printed.get(args.join(' '))
    if (known !== undefined) return known
    const all = ['-m', 'pytest', '-p', 'no:cacheprovider', '--continue-on-collection-errors', ...args]
    const { output } = await run(python, all, { cwd: root, env: { PYTHONDONTWRITEBYTECODE: '1' } })
    printed.set(args.join(' '), output)
    return output
  }
  const read = (text: string | Uint8Array): Promise<Collected> => {
    writeFileSync(join(root, 'pytest.log'), text)
    return collectArtifacts({ patterns: ['pytest.log'], root })
  }
  const ids = ({ failures }: Collected): readonly string[] => failures.map(({ test }) => test.id).sort()
  const find = ({ failures }: Collected, title: string): Failure | undefined =>
    failures.find(({ test }) => test.title === title)

  beforeAll(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'self-heal-terminal-')))
    mkdirSync(join(root, 'tests'))
    for (const [file, text] of Object.entries(SUITE)) writeFileSync(join(root, file), text)
    python = await pluginPython()
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it.each(['auto', 'long', 'short', 'native', 'line'])(
    'names every failure with --tb=%s, with type and place',
    async (style) => {
      const found = await read(await print([`--tb=${style}`]))
      expect(found.problems).toEqual([])
      expect(ids(found)).toEqual(FAILED)
      const helper = find(found, 'test_helper')?.errors[0]
      expect(helper?.type).toBe('KeyError')
      expect(helper?.stack[0]).toMatchObject({ file: 'tests/helpers.py', line: 2 })
      expect(find(found, 'TestTunnels › test_opens')?.errors[0]?.type).toBe('ConnectionError')
      expect(find(found, 'test_named[a b]')?.errors[0]?.type).toBe('AssertionError')
      // Of errors in fixtures this style prints no place.
      const stack = style === 'line' ? [] : [{ line: lineOf('no gateway') }]
      expect(find(found, 'test_setup')?.errors[0]).toMatchObject({ type: 'ValueError', stack })
    },
  )

  it.each(['long', 'short', 'native'])('tells a method from a field by the line that --tb=%s shows', async (style) => {
    const called = find(await read(await print([`--tb=${style}`])), 'test_called')
    expect(called && classify(called, null)).toMatchObject({
      failureType: 'api_changed',
      affected: 'Client.list_all()',
    })
  })

  it('names every failure where nothing but the summary is printed', async () => {
    const found = await read(await print(['--tb=no', '-q']))
    expect(ids(found)).toEqual(FAILED)
    expect(find(found, 'test_helper')?.errors[0]).toMatchObject({ type: 'KeyError', stack: [] })
  })

  it('stops with -x where pytest did', async () => {
    const found = await read(await print(['-x', 'tests/test_a.py']))
    expect(ids(found)).toEqual(['tests/test_a.py › test_helper'])
    expect(found.problems).toEqual([])
  })

  it('keeps what was printed and logged apart from the traceback', async () => {
    const helper = find(await read(await print([])), 'test_helper')
    expect(helper?.stdout).toContain('asked for edge')
    expect(helper?.stdout).toContain('slow answer')
    expect(helper?.stderr).toBe('careful')
    expect(helper?.errors[0]?.message).not.toContain('asked for edge')
  })

  it.each(['auto', 'native', 'line'])('reads colours with --tb=%s', async (style) => {
    const text = await print([`--tb=${style}`, '--color=yes', '-v'])
    expect(text).toContain('\u001b[')
    const found = await read(text)
    expect(ids(found)).toEqual(FAILED)
    expect(find(found, 'test_helper')?.errors[0]?.message).not.toContain('\u001b')
  })

  it('reads the interleaved lines of xdist workers', async () => {
    const found = await read(await print(['-n', '3', '-v']))
    expect(ids(found)).toEqual(FAILED)
    expect(found.passed.map(({ id }) => id)).toEqual(['tests/test_a.py › test_fine'])
    expect(find(found, 'test_helper')?.errors[0]?.stack[0]).toMatchObject({ file: 'tests/helpers.py', line: 2 })
  })

  it('reads two runs in one log', async () => {
    const first = await print(['tests/test_a.py'])
    expect(ids(await read(first + (await print(['tests/test_b.py']))))).toEqual(FAILED)
  })

  describe('in another encoding', () => {
    it.each([
      ['UTF-16, as PowerShell writes it', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['UTF-16 with big end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
      ['Windows line ends', (text: string) => text.replaceAll('\n', '\r\n')],
      ['a CI log with time stamps', (text: string) => text.replace(/^/gm, '2026-11-22T06:00:00.1234567Z ')],
      [
        'lines that are no UTF-8',
        (text: string) => Buffer.from(text.replace('asked for edge', 'gefragt für Ä'), 'latin1'),
      ],
      ['zero bytes between', (text: string) => text.replaceAll('\n\n', '\n\0\n')],
    ])('%s', async (_, convert) => {
      const found = await read(convert(await print(['--tb=short'])))
      expect(ids(found)).toEqual(FAILED)
      expect(find(found, 'test_helper')?.errors[0]?.stack[0]).toMatchObject({ file: 'tests/helpers.py', line: 2 })
    })
  })

  it('says what it has read of a traceback that was cut off, and that it was cut', async () => {
    const text = await print(['tests/test_a.py'])
    const end = text.indexOf('test_named[x::y]', text.indexOf('= FAILURES ='))
    const found = await read(text.slice(0, end + 200))
    expect(ids(found)).toContain('tests/test_a.py › test_helper')
    expect(ids(found)).toContain('tests/test_a.py › test_named[a b]')
    expect(found.problems[0]?.message).toMatch(
      /pytest\.log: pytest's output breaks off before its last line; \d failures/,
    )
  })

  it('reads a log of 200 MB in bounded memory, and loses nothing of it', async () => {
    const text = await print([])
    const mark = text.indexOf('asked for edge')
    const file = openSync(join(root, 'pytest.log'), 'w')
    writeSync(file, text.slice(0, mark))
    const noise = Buffer.from(`${'a line that a chatty test has printed, with a number: 1234567890\n'.repeat(16_000)}`)
    for (let written = 0; written < 200_000_000; written += noise.length) writeSync(file, noise)
    writeSync(file, text.slice(mark))
    closeSync(file)
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    const begun = performance.now()
    const found = await collectArtifacts({ patterns: ['pytest.log'], root })
    const seconds = (performance.now() - begun) / 1000
    console.log(
      `200 MB read in ${seconds.toFixed(1)} s, ${Math.round((process.memoryUsage().rss - before) / 1e6)} MB more memory`,
    )
    expect(ids(found)).toEqual(FAILED)
    expect(found.problems).toEqual([])
    expect(find(found, 'test_helper')?.errors[0]?.stack[0]).toMatchObject({ file: 'tests/helpers.py', line: 2 })
    expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000)
  })

  it('reads a line without end', async () => {
    const text = await print([])
    const found = await read(text.replace('asked for edge', 'x'.repeat(30_000_000)))
    expect(ids(found)).toEqual(FAILED)
  })

  it('reads what JUnit XML says in every style, too', async () => {
    for (const style of ['long', 'short', 'native', 'line', 'no']) {
      await print([`--tb=${style}`, '--junitxml=junit.xml', '-o', 'junit_family=xunit1'])
      const found = await collectArtifacts({ patterns: ['junit.xml'], root })
      expect(ids(found), style).toEqual(FAILED)
    }
  })
})
