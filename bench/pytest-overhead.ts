import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run as runProgram } from '../scripts/fixture/process.ts'
import { PLUGIN, pluginPython } from '../scripts/python-env.ts'
import { formatTable, type Suite } from './suite.ts'

const TESTS = 1_000
const PAIRS = 20
/** Milliseconds for each test that the plugin may cost with healing off. */
const TARGET = 0.1

/**
 * What the pytest plugin costs a green suite of 1,000 trivial tests: whole runs of pytest with and without it, in turns. The
 * first run of each kind only warms caches.
 */
const run: Suite = async (_options, print) => {
  const folder = await mkdtemp(join(tmpdir(), 'self-heal-overhead-'))
  try {
    const python = await pluginPython()
    const functions = Array.from({ length: TESTS }, (_, at) => `def test_${at}():\n    assert ${at} == ${at}\n`)
    await writeFile(join(folder, 'test_trivial.py'), functions.join('\n\n'))
    await writeFile(join(folder, 'pytest.ini'), '[pytest]\n')
    const time = async (args: readonly string[]): Promise<number> => {
      const begun = performance.now()
      const { code, output } = await runProgram(
        python,
        ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...OTHERS_OFF, ...args],
        { cwd: folder, env: { PYTHONPATH: PLUGIN, PYTHONDONTWRITEBYTECODE: undefined } },
      )
      if (code !== 0) throw new Error(`pytest ended with ${code}:\n${output.slice(-2_000)}`)
      return performance.now() - begun
    }
    const rows = []
    for (const [name, args] of KINDS) {
      await time([])
      await time(args)
      const without: number[] = []
      const withIt: number[] = []
      for (let pair = 0; pair < PAIRS; pair++) {
        // Whoever goes second may find the machine warmer.
        const first = pair % 2 === 0
        if (first) without.push(await time([]))
        withIt.push(await time(args))
        if (!first) without.push(await time([]))
      }
      const costs = withIt.map((ms, at) => (ms - (without[at] ?? 0)) / TESTS).toSorted((a, b) => a - b)
      rows.push({ name, without: median(without), with: median(withIt), cost: median(costs), costs })
    }
    print(`${TESTS} trivial tests, whole runs of pytest, ${PAIRS} pairs in turns\n`)
    print(
      formatTable(
        ['', 'without, ms', 'with, ms', 'ms a test', 'quartiles'],
        rows.map((row) => [
          row.name,
          row.without.toFixed(0),
          row.with.toFixed(0),
          row.cost.toFixed(4),
          `${(row.costs[Math.floor(PAIRS / 4)] ?? 0).toFixed(4)} – ${(row.costs[Math.floor((PAIRS * 3) / 4)] ?? 0).toFixed(4)}`,
        ]),
      ),
    )
    const [off, on] = rows
    print(`\nwanted with healing off: at most ${TARGET} ms a test`)
    return {
      suite: 'pytest-overhead',
      tests: TESTS,
      pairs: PAIRS,
      offMsPerTest: rounded(off?.cost),
      onMsPerTest: rounded(on?.cost),
      target: TARGET,
      reached: (off?.cost ?? 1) <= TARGET,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export default run

const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ['installed, healing off', ['-p', 'pytest_self_heal']],
  ['healing on', ['-p', 'pytest_self_heal', '--healing']],
]
/** Other plugins of the environment have a cost of their own. */
const OTHERS_OFF = ['-p', 'no:xdist', '-p', 'no:asyncio', '-p', 'no:anyio']

const rounded = (value: number | undefined): number => Math.round((value ?? 0) * 10_000) / 10_000

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2
}
