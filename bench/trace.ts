import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { formatTable, type Suite } from './suite.ts'
import { type Length, makeTrace } from './trace/make-trace.ts'

const MB = 1_000_000
const READER = path.join(import.meta.dirname, 'trace/read-trace.ts')
const REPEATS = 3
/** What reading may cost: milliseconds, and megabytes above what the process has before. */
const LIMITS = { ms: 3_000, mb: 300 }

const CASES: readonly { readonly name: string; readonly length: Length }[] = [
  { name: 'archive of 50 MB, pictures and all', length: { archiveBytes: 50 * MB } },
  { name: 'events of 150 MB, large pages', length: { eventBytes: 150 * MB } },
]

/** What a reading process says of itself; see `trace/read-trace.ts`. */
interface Cost {
  readonly readMs: number
  readonly totalMs: number
  readonly cpuMs: number
  readonly startMb: number
  readonly peakMb: number
  readonly grownMb: number
  readonly actions: number
  readonly snapshots: number
  readonly requests: number
  readonly damaged: number
  readonly html: number
}

/**
 * What it costs to read a long test's trace, to find its failing action and to rebuild the page it failed on. Each reading
 * is a process of its own, so that its peak of memory is its own; best of three by time, worst of three by memory.
 */
const run: Suite = async (_options, print) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'self-heal-bench-'))
  try {
    const rows = []
    for (const { name, length } of CASES) {
      const file = path.join(folder, 'trace.zip')
      const made = await makeTrace(file, length)
      const costs = Array.from({ length: REPEATS }, () => read(file))
      const [any] = costs
      if (!any || any.actions < made.actions || any.damaged > 0 || any.html === 0)
        throw new Error(`the trace was not read as it was made: ${JSON.stringify({ made, any })}`)
      rows.push({
        name,
        made,
        ms: Math.min(...costs.map(({ totalMs }) => totalMs)),
        cpuMs: Math.min(...costs.map(({ cpuMs }) => cpuMs)),
        peakMb: Math.max(...costs.map(({ peakMb }) => peakMb)),
        grownMb: Math.max(...costs.map(({ grownMb }) => grownMb)),
      })
    }
    print(`reading a trace and rebuilding the failing page, best of ${REPEATS} by time, worst by memory\n`)
    print(
      formatTable(
        ['', 'archive MB', 'unpacked MB', 'actions', 'snapshots', 'ms', 'cpu ms', 'peak MB', 'grown by MB'],
        rows.map(({ name, made, ...cost }) => [
          name,
          ...[made.archiveBytes, made.unpackedBytes].map((bytes) => (bytes / MB).toFixed(1)),
          made.actions,
          made.snapshots,
          ...[cost.ms, cost.cpuMs, cost.peakMb, cost.grownMb].map((value) => value.toFixed(0)),
        ]),
      ),
    )
    const [whole, events] = rows
    if (!whole || !events) throw new Error('a case is missing')
    return {
      suite: 'trace',
      archiveMb: round(whole.made.archiveBytes / MB),
      unpackedMb: round(whole.made.unpackedBytes / MB),
      actions: whole.made.actions,
      snapshots: whole.made.snapshots,
      ms: whole.ms,
      cpuMs: whole.cpuMs,
      peakMb: whole.peakMb,
      grownMb: whole.grownMb,
      eventsMb: round(events.made.eventBytes / MB),
      eventsMs: events.ms,
      eventsCpuMs: events.cpuMs,
      eventsPeakMb: events.peakMb,
      // By processor time: what else the machine does is no fault of the reader.
      holds: rows.every(({ cpuMs, grownMb }) => cpuMs < LIMITS.ms && grownMb < LIMITS.mb),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const read = (file: string): Cost =>
  JSON.parse(
    execFileSync(process.execPath, [READER, file], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '',
  ) as Cost

const round = (value: number): number => Math.round(value * 10) / 10

export default run
