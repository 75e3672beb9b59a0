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

/** Milliseconds of one run: processor time of pytest and its children, and what the clock on the wall says. */
interface Cost {
  readonly cpu: number
  readonly wall: number
}

/** Runs a program and prints what it cost, without the start of what measures. */
const MEASURE = `import resource, subprocess, sys, time
begun = time.perf_counter()
done = subprocess.run(sys.argv[1:])
wall = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print("COST", (used.ru_utime + used.ru_stime) * 1000, wall * 1000)
sys.exit(done.returncode)`

/**
 * What the pytest plugin costs a green suite of 1,000 trivial tests: whole runs of pytest with and without it, in turns. The
 * first run of each kind only warms caches. Processor time counts, so that other work on the machine does not; the wall
 * clock is given beside it and is true on a quiet machine only.
 */
const run: Suite = async (_options, print) => {
  const folder = await mkdtemp(join(tmpdir(), 'self-heal-overhead-'))
  try {
    const python = await pluginPython()
    const functions = Array.from({ length: TESTS }, (_, at) => `def test_${at}():\n    assert ${at} == ${at}\n`)
    await writeFile(join(folder, 'test_trivial.py'), functions.join('\n\n'))
    await writeFile(join(folder, 'pytest.ini'), '[pytest]\n')
    const time = async (args: readonly string[]): Promise<Cost> => {
      const { code, output } = await runProgram(
        python,
        ['-c', MEASURE, python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...OTHERS_OFF, ...args],
        { cwd: folder, env: { PYTHONPATH: PLUGIN, PYTHONDONTWRITEBYTECODE: undefined } },
      )
      if (code !== 0) throw new Error(`pytest ended with ${code}:\n${output.slice(-2_000)}`)
      const [, cpu, wall] = /^COST ([\d.]+) ([\d.]+)$/m.exec(output) ?? []
      return { cpu: Number(cpu), wall: Number(wall) }
    }
    const rows = []
    for (const [name, args] of KINDS) {
      await time([])
      await time(args)
      const without: Cost[] = []
      const withIt: Cost[] = []
      for (let pair = 0; pair < PAIRS; pair++) {
        // Whoever goes second may find the machine warmer.
        const first = pair % 2 === 0
        if (first) without.push(await time([]))
        withIt.push(await time(args))
        if (!first) without.push(await time([]))
      }
      const costs = (key: keyof Cost): number[] =>
        withIt.map((one, at) => (one[key] - (without[at]?.[key] ?? 0)) / TESTS)
      rows.push({ name, without, withIt, cpu: costs('cpu'), wall: costs('wall') })
    }
    print(`${TESTS} trivial tests, whole runs of pytest, ${PAIRS} pairs in turns; ms a test: median and quartiles\n`)
    print(
      formatTable(
        ['', 'cpu without, ms', 'with, ms', 'cpu ms a test', 'quartiles', 'wall ms a test', 'quartiles'],
        rows.map((row) => [
          row.name,
          quantile(row.without.map(({ cpu }) => cpu)).toFixed(0),
          quantile(row.withIt.map(({ cpu }) => cpu)).toFixed(0),
          ...[row.cpu, row.wall].flatMap((costs) => [
            quantile(costs).toFixed(4),
            `${quantile(costs, 0.25).toFixed(4)} – ${quantile(costs, 0.75).toFixed(4)}`,
          ]),
        ]),
      ),
    )
    const [off, on] = rows
    print(`\nwanted with healing off: at most ${TARGET} ms a test`)
    const cost = quantile(off?.cpu ?? [])
    return {
      suite: 'pytest-overhead',
      tests: TESTS,
      pairs: PAIRS,
      offCpuMsPerTest: rounded(cost),
      offWallMsPerTest: rounded(quantile(off?.wall ?? [])),
      onCpuMsPerTest: rounded(quantile(on?.cpu ?? [])),
      onWallMsPerTest: rounded(quantile(on?.wall ?? [])),
      target: TARGET,
      reached: cost <= TARGET,
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

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

/** The median, or another quantile. */
function quantile(values: readonly number[], share = 0.5): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at % 1)
}
