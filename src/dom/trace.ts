import { joinActions } from './trace-actions.ts'
import { readContext, type TraceContext, type TraceSinks } from './trace-events.ts'
import { renderPage } from './trace-html.ts'
import { asNumber, asRecord, asString } from './trace-lines.ts'
import { createResourceIndex, looksOf, readResource } from './trace-resources.ts'
import { createSnapshotStore } from './trace-snapshots.ts'
import { type Trace, type TraceEntries, TraceError } from './trace-types.ts'

export {
  failingAction,
  failingActions,
  findTargetInTrace,
  snapshotAtFailure,
  type TracedTarget,
} from './trace-failure.ts'
export { restoreTraceState } from './trace-state.ts'
export * from './trace-types.ts'

const MAX_CONTEXTS = 200

/**
 * Reads a Playwright trace (versions 7 to 10). Bodies and large snapshots stay packed until they are asked for, so
 * `entries` must stay open as long as the trace is used. Throws `TraceError`.
 */
export async function readTrace(entries: TraceEntries): Promise<Trace> {
  const prefixes = entries.names
    .filter((name) => name.endsWith('.trace'))
    .map((name) => name.slice(0, -'.trace'.length))
  if (prefixes.length === 0) {
    throw new TraceError('There is no .trace file in this archive.', 'Pass a trace.zip as Playwright wrote it.')
  }
  const snapshots = createSnapshotStore()
  const resources = createResourceIndex()
  const sinks: TraceSinks = { snapshots, resources, screencast: [], events: [], damagedLines: 0 }
  const contexts: TraceContext[] = []
  for (const prefix of prefixes.sort().slice(0, MAX_CONTEXTS)) {
    const context = await readContext(entries, prefix, sinks)
    if (context) contexts.push(context)
  }
  const main = contexts.find((context) => asString(context.options.browserName) !== '' && context.origin === 'library')
  const any = main ?? contexts[0]
  if (!any) {
    throw new TraceError('The trace holds no readable event.', 'Record the trace again; this one is empty or damaged.')
  }
  const title = contexts.map((context) => asString(context.options.title) ?? '').find((text) => text !== '') ?? ''
  const options = asRecord(any.options.options)
  const viewport = asRecord(options.viewport)
  const size = { width: asNumber(viewport.width), height: asNumber(viewport.height) }
  return {
    version: any.version,
    playwrightVersion: asString(any.options.playwrightVersion) ?? null,
    language: asString(any.options.sdkLanguage) ?? 'javascript',
    title,
    test: parseTitle(title),
    testIdAttribute: asString(any.options.testIdAttributeName) ?? 'data-testid',
    baseURL: asString(options.baseURL) ?? null,
    viewport: size.width && size.height ? { width: size.width, height: size.height } : null,
    actions: joinActions(contexts, snapshots),
    errors: contexts.flatMap((context) => context.errors),
    screencast: sinks.screencast,
    requests: resources.requests(),
    events: sinks.events,
    damagedLines: sinks.damagedLines,
    snapshots: snapshots.mainFrames.map(({ name, pageId, timestamp }) => ({ name, pageId, timestamp })),
    frameHtml: (snapshot) => renderPage(snapshots, snapshot),
    looks: (snapshot) => looksOf(snapshots, resources, snapshot),
    resource: (url, context) => readResource(entries, snapshots, resources, url, context),
  }
}

/** `shop.spec.ts:4 › Cart › adds` → its parts; null for titles of another form. */
function parseTitle(title: string): Trace['test'] {
  const [place, ...titles] = title.split(' › ')
  const match = /^(.+):(\d+)$/.exec(place ?? '')
  return match?.[1] && titles.length > 0 ? { file: match[1], line: Number(match[2]), titles } : null
}
