import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { asList, asNumber, asRecord, asString, type Json } from './trace-lines.ts'

/**
 * The frame snapshots of a trace. Each is kept as the bytes it was written in, packed where large, and parsed when it is
 * asked for: a long test holds hundreds of them, of which a handful are looked at.
 */
export interface SnapshotStore {
  add(line: Buffer, event: Json): void
  /** All frames that were pictured under this name, the main frame first where there is one. */
  named(name: string): readonly FrameSnapshot[]
  /** In order of capture, main frames only. */
  readonly mainFrames: readonly FrameSnapshot[]
  /** Parsed tree of a snapshot; null where it is damaged. */
  tree(snapshot: FrameSnapshot): SnapshotTree | null
  /** The snapshot `back` steps earlier of the same frame; null where there is none. */
  earlier(snapshot: FrameSnapshot, back: number): FrameSnapshot | null
}

export interface FrameSnapshot {
  readonly name: string
  readonly callId: string
  readonly pageId: string
  readonly frameId: string
  readonly url: string
  readonly isMainFrame: boolean
  readonly doctype: string
  readonly viewport: { readonly width: number; readonly height: number }
  readonly timestamp: number
  readonly overrides: readonly ResourceOverride[]
  /** Position in the list of its frame's snapshots, which references count back from. */
  readonly index: number
}

/** A style sheet that scripts changed: the entry with its new text, or how many snapshots back to look for it. */
export interface ResourceOverride {
  readonly url: string
  readonly file?: string
  readonly ref?: number
}

/** A node as the trace writes it: text, `[[back, index]]`, or `[tag, attributes, ...children]`. */
export type SnapshotNode = unknown

/** `nodes` are numbered in post-order as references count them: texts and elements, not references. */
export interface SnapshotTree {
  readonly root: SnapshotNode
  readonly nodes: readonly SnapshotNode[]
}

interface Stored {
  readonly bytes: Buffer
  readonly packed: boolean
  readonly length: number
}

const PACK_ABOVE = 8 * 1024
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const CACHED_BYTES = 48 * 1024 * 1024
const MAX_DEPTH = 2_000
const PHASES: Readonly<Record<string, string>> = { action: 'input' }

/** The name under which a snapshot is kept, the same for all versions: `before@…`, `input@…`, `after@…`. */
export function snapshotName(event: Json): string | null {
  const named = asString(event.snapshotName)
  if (named !== undefined) return named
  const phase = asString(event.phase)
  const callId = asString(event.callId)
  return phase === undefined || callId === undefined ? null : `${PHASES[phase] ?? phase}@${callId}`
}

export function createSnapshotStore(): SnapshotStore {
  const stored = new Map<FrameSnapshot, Stored>()
  const byName = new Map<string, FrameSnapshot[]>()
  const byFrame = new Map<string, FrameSnapshot[]>()
  const mainFrames: FrameSnapshot[] = []
  const cache = new Map<FrameSnapshot, SnapshotTree>()
  let cachedBytes = 0

  return {
    mainFrames,
    add(line, event) {
      const frameId = asString(event.frameId)
      if (frameId === undefined) return
      const frames = byFrame.get(frameId) ?? []
      byFrame.set(frameId, frames)
      const snapshot = describe(event, frameId, frames.length)
      frames.push(snapshot)
      const packed = line.length > PACK_ABOVE
      stored.set(snapshot, {
        bytes: packed ? zstdCompressSync(line, FAST) : line,
        packed,
        length: line.length,
      })
      if (snapshot.isMainFrame) mainFrames.push(snapshot)
      const same = byName.get(snapshot.name) ?? []
      byName.set(snapshot.name, same)
      if (snapshot.isMainFrame) same.unshift(snapshot)
      else same.push(snapshot)
    },
    named: (name) => byName.get(name) ?? [],
    earlier: (snapshot, back) => byFrame.get(snapshot.frameId)?.[snapshot.index - back] ?? null,
    tree(snapshot) {
      const held = cache.get(snapshot)
      if (held) return held
      const entry = stored.get(snapshot)
      if (!entry) return null
      const root = readRoot(entry)
      if (root === undefined) return null
      const tree = { root, nodes: numberNodes(root) }
      for (const oldest of cache.keys()) {
        if (cachedBytes + entry.length <= CACHED_BYTES) break
        cache.delete(oldest)
        cachedBytes -= stored.get(oldest)?.length ?? 0
      }
      cache.set(snapshot, tree)
      cachedBytes += entry.length
      return tree
    },
  }
}

/** Undefined where the line is damaged within the page, which nobody looked at until now. */
function readRoot({ bytes, packed }: Stored): SnapshotNode | undefined {
  try {
    const line = packed ? zstdDecompressSync(bytes) : bytes
    return asRecord(asRecord(JSON.parse(line.toString('utf8'))).snapshot).html
  } catch {
    return undefined
  }
}

/** `[[back, index]]`, or null where the node is something else. */
export function readReference(node: SnapshotNode): { readonly back: number; readonly index: number } | null {
  if (!Array.isArray(node) || node.length !== 1) return null
  const pair = asList(node[0])
  const back = asNumber(pair[0])
  const index = asNumber(pair[1])
  return back === undefined || index === undefined ? null : { back, index }
}

function describe(event: Json, frameId: string, index: number): FrameSnapshot {
  const viewport = asRecord(event.viewport)
  return {
    name: snapshotName(event) ?? '',
    callId: asString(event.callId) ?? '',
    pageId: asString(event.pageId) ?? '',
    frameId,
    url: asString(event.frameUrl) ?? 'about:blank',
    isMainFrame: event.isMainFrame === true,
    doctype: (asString(event.doctype) ?? '').replace(/[^a-zA-Z0-9]/g, ''),
    viewport: { width: asNumber(viewport.width) ?? 1280, height: asNumber(viewport.height) ?? 720 },
    timestamp: asNumber(event.timestamp) ?? 0,
    overrides: asList(event.resourceOverrides).flatMap(readOverride),
    index,
  }
}

function readOverride(value: unknown): ResourceOverride[] {
  const override = asRecord(value)
  const url = asString(override.url)
  if (url === undefined) return []
  const sha1 = asString(override.sha1)
  const file = asString(override.file) ?? (sha1 === undefined ? undefined : `resources/${sha1}`)
  return [{ url, file, ref: asNumber(override.ref) }]
}

function numberNodes(root: SnapshotNode): SnapshotNode[] {
  const nodes: SnapshotNode[] = []
  const visit = (node: SnapshotNode, depth: number): void => {
    if (typeof node === 'string') {
      nodes.push(node)
    } else if (Array.isArray(node) && typeof node[0] === 'string' && depth < MAX_DEPTH) {
      for (let i = 2; i < node.length; i++) visit(node[i], depth + 1)
      nodes.push(node)
    }
  }
  visit(root, 0)
  return nodes
}
