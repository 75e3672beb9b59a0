/** Reads one trace as healing does, in a process of its own, and prints what that cost as JSON. */
import { openTrace } from '../../src/artifacts/open-trace.ts'
import { failingAction, snapshotAtFailure } from '../../src/dom/trace.ts'

const MiB = 1024 * 1024
const [file = ''] = process.argv.slice(2)
const startRss = process.memoryUsage().rss
const began = performance.now()
const cpu = process.cpuUsage()
const trace = await openTrace({ path: file })
const readMs = performance.now() - began
const failed = failingAction(trace)
const snapshot = failed ? snapshotAtFailure(trace, failed) : null
const page = snapshot === null ? null : trace.frameHtml(snapshot)
const first = trace.requests.find(({ url }) => url.endsWith('.js'))
const body = first ? await trace.resource(first.url) : null
const { user, system } = process.cpuUsage(cpu)
const totalMs = performance.now() - began
trace.close()
const peakRss = process.resourceUsage().maxRSS * 1024
console.log(
  JSON.stringify({
    readMs: Math.round(readMs),
    totalMs: Math.round(totalMs),
    cpuMs: Math.round((user + system) / 1_000),
    startMb: Math.round(startRss / MiB),
    peakMb: Math.round(peakRss / MiB),
    grownMb: Math.round((peakRss - startRss) / MiB),
    actions: trace.actions.length,
    snapshots: trace.snapshots.length,
    requests: trace.requests.length,
    damaged: trace.damagedLines,
    html: page?.html.length ?? 0,
    targets: page?.targets ?? 0,
    body: body?.body.length ?? 0,
  }),
)
