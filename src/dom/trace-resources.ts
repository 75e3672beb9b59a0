import { createHash } from 'node:crypto'
import { asNumber, asRecord, asString, type Json } from './trace-lines.ts'
import type { FrameSnapshot, SnapshotStore } from './trace-snapshots.ts'
import type { TraceEntries, TraceRequest, TraceResource } from './trace-types.ts'

/** What the network log of a trace says was answered, without the bodies. */
export interface ResourceIndex {
  add(snapshot: Json): void
  /** The answer a page had seen at a snapshot; where that is unknown, the last one at all. */
  find(url: string, method: string, at: FrameSnapshot | null): ResourceRecord | null
  /** Address and content of everything that decides how a page looks, in order of address. */
  looks(): readonly string[]
  /** Requests of pages and their workers, in the order in which they were sent. */
  requests(): readonly TraceRequest[]
}

export interface ResourceRecord {
  readonly status: number
  readonly contentType: string
  readonly file: string | undefined
  readonly frameId: string | undefined
  readonly time: number
}

const MAX_RECORDS = 100_000
const LOOKS = /^(?:text\/css|image\/|font\/|application\/(?:x-)?font)/i
const MAX_BODY_BYTES = 32 * 1024 * 1024

export function createResourceIndex(): ResourceIndex {
  const records = new Map<string, ResourceRecord[]>()
  const sent: TraceRequest[] = []
  let count = 0
  return {
    add(snapshot) {
      const request = asRecord(snapshot.request)
      const response = asRecord(snapshot.response)
      const url = asString(request.url)
      const status = asNumber(response.status) ?? 0
      if (url === undefined || count++ >= MAX_RECORDS) return
      const method = asString(request.method) ?? 'GET'
      const time = asNumber(snapshot._monotonicTime) ?? 0
      if (snapshot._apiRequest !== true) sent.push({ method: method.toUpperCase(), url, status, time })
      if (status === 304) return
      const content = asRecord(response.content)
      const sha1 = asString(content._sha1)
      const key = keyOf(method, url)
      const same = records.get(key) ?? []
      records.set(key, same)
      same.push({
        status,
        contentType: asString(content.mimeType) ?? 'application/octet-stream',
        file: asString(content._file) ?? (sha1 === undefined ? undefined : `resources/${sha1}`),
        frameId: asString(snapshot._frameref),
        time,
      })
    },
    find(url, method, at) {
      const same = records.get(keyOf(method, url)) ?? []
      const seen = at ? same.filter((record) => record.time <= at.timestamp) : same
      return seen.findLast((record) => record.frameId === at?.frameId) ?? seen.at(-1) ?? same.at(-1) ?? null
    },
    looks: () => {
      const seen = [...records].flatMap(([key, same]) =>
        same.filter(({ contentType }) => LOOKS.test(contentType)).map(({ file = '' }) => `${key} ${file}`),
      )
      return [...new Set(seen)].sort()
    },
    requests: () => sent.sort((a, b) => a.time - b.time),
  }
}

/** Reads a body through the style sheets that scripts had changed by then. Null where the trace holds none. */
export async function readResource(
  entries: TraceEntries,
  snapshots: SnapshotStore,
  resources: ResourceIndex,
  url: string,
  options: { readonly snapshot?: string; readonly method?: string } = {},
): Promise<TraceResource | null> {
  const method = options.method ?? 'GET'
  const frames = options.snapshot === undefined ? [] : snapshots.named(options.snapshot)
  const record =
    resources.find(url, method, frames[0] ?? null) ?? resources.find(withoutFragment(url), method, frames[0] ?? null)
  const override = method === 'GET' ? findOverride(snapshots, frames, withoutFragment(url)) : undefined
  const file = override ?? record?.file
  const contentType = override === undefined ? record?.contentType : 'text/css; charset=utf-8'
  if (contentType === undefined) return null
  const status = override === undefined ? (record?.status ?? 200) : 200
  if (file === undefined) return { contentType, status, body: new Uint8Array() }
  if (!entries.has(file) || entries.size(file) > MAX_BODY_BYTES) return null
  return { contentType, status, body: await entries.read(file) }
}

/** A digest of what pages of a snapshot look like; names of bodies are digests of their content. */
export function looksOf(snapshots: SnapshotStore, resources: ResourceIndex, snapshot: string): string {
  const frames = snapshots.named(snapshot)
  const changed = frames.flatMap((frame) =>
    frame.overrides.map(({ url }) => `${url} ${findOverride(snapshots, frames, url) ?? ''}`),
  )
  return createHash('sha256')
    .update([...resources.looks(), ...changed].join('\n'))
    .digest('hex')
}

function findOverride(snapshots: SnapshotStore, frames: readonly FrameSnapshot[], url: string): string | undefined {
  for (const frame of frames) {
    const override = frame.overrides.find((each) => each.url === url)
    if (override?.file !== undefined) return override.file
    if (override?.ref === undefined) continue
    const file = snapshots.earlier(frame, override.ref)?.overrides.find((each) => each.url === url)?.file
    if (file !== undefined) return file
  }
  return undefined
}

function keyOf(method: string, url: string): string {
  return `${method.toUpperCase()} ${url}`
}

export function withoutFragment(url: string): string {
  const hash = url.indexOf('#')
  return hash === -1 ? url : url.slice(0, hash)
}
