import { isRecord, type Json } from './trace-lines.ts'
import { withoutFragment } from './trace-resources.ts'
import { type FrameSnapshot, readReference, type SnapshotNode, type SnapshotStore } from './trace-snapshots.ts'
import type { TraceFrame, TracePage } from './trace-types.ts'

const TARGET = '__playwright_target__'
const VOID = new Set('AREA BASE BR COL EMBED HR IMG INPUT KEYGEN LINK META PARAM SOURCE TRACK WBR'.split(' '))
const DROPPED = new Set(['SCRIPT', 'NOEMBED', 'NOFRAMES', 'PLAINTEXT', 'XMP'])
const KEEPS_FIRST_NEWLINE = new Set(['PRE', 'TEXTAREA', 'LISTING'])
const SAFE_HTTP_EQUIV = new Set(['content-type', 'content-language', 'default-style', 'x-ua-compatible'])
const MAX_NODES = 400_000
const MAX_CHARACTERS = 64 * 1024 * 1024
const MAX_DEPTH = 1_000
const MAX_FRAME_DEPTH = 8

interface Budget {
  nodes: number
  characters: number
  truncated: boolean
}

/** Everything that one page is being written with. */
interface Writing {
  readonly store: SnapshotStore
  readonly mainUrl: string
  readonly children: ReadonlyMap<string, FrameSnapshot>
  readonly frames: Map<string, TraceFrame>
  readonly open: Set<string>
  readonly budget: Budget
  targets: number
}

/**
 * Writes the frames pictured under one name as HTML documents: main frame outside, every other frame served at its own
 * URL where that is its alone, inside `srcdoc` where it is not. Null where there is no main frame, or
 * where it is damaged: an empty page would look like one without the element.
 */
export function renderPage(store: SnapshotStore, name: string): TracePage | null {
  const frames = store.named(name)
  const main = frames[0]
  if (!main?.isMainFrame || store.tree(main) === null) return null
  const children = new Map(frames.filter((frame) => !frame.isMainFrame).map((frame) => [frame.frameId, frame]))
  const budget: Budget = { nodes: MAX_NODES, characters: MAX_CHARACTERS, truncated: false }
  const mainUrl = withoutFragment(main.url)
  const writing: Writing = { store, mainUrl, children, frames: new Map(), open: new Set(), budget, targets: 0 }
  const html = renderDocument(main, writing)
  return {
    snapshot: name,
    callId: main.callId,
    url: main.url,
    viewport: main.viewport,
    html,
    frames: writing.frames,
    targetMarker: `[${TARGET}]`,
    targets: writing.targets,
    truncated: budget.truncated,
    timestamp: main.timestamp,
  }
}

function renderDocument(frame: FrameSnapshot, writing: Writing): string {
  const tree = writing.store.tree(frame)
  const out: string[] = [frame.doctype === '' ? '' : `<!DOCTYPE ${frame.doctype}>`]
  writing.open.add(frame.frameId)
  if (tree) writeNode(tree.root, frame, { writing, out, callId: frame.callId }, 0)
  writing.open.delete(frame.frameId)
  return out.join('')
}

interface Output {
  readonly writing: Writing
  readonly out: string[]
  readonly callId: string
}

function writeNode(node: SnapshotNode, frame: FrameSnapshot, output: Output, depth: number): void {
  const { budget, store } = output.writing
  if (budget.nodes-- <= 0 || budget.characters <= 0 || depth > MAX_DEPTH) {
    budget.truncated = true
    return
  }
  if (typeof node === 'string') {
    emit(output, escapeText(node))
    return
  }
  const reference = readReference(node)
  if (reference) {
    const earlier = store.earlier(frame, reference.back)
    const found = earlier && store.tree(earlier)?.nodes[reference.index]
    if (earlier && found !== undefined) writeNode(found, earlier, output, depth + 1)
    return
  }
  if (Array.isArray(node) && typeof node[0] === 'string') writeElement(node, node[0], frame, output, depth)
}

function writeElement(
  node: readonly unknown[],
  name: string,
  frame: FrameSnapshot,
  output: Output,
  depth: number,
): void {
  const upper = name.toUpperCase()
  if (DROPPED.has(upper) || !/^[^\s=<>/"'`]+$/.test(name)) return
  const tag = upper === 'NOSCRIPT' ? 'x-noscript' : name === upper ? name.toLowerCase() : name
  const attributes: Json = isRecord(node[1]) ? node[1] : {}
  emit(output, `<${tag}`)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'string') writeAttribute(upper, key, value, attributes, output)
  }
  if (upper === 'IFRAME' || upper === 'FRAME') {
    writeFrameSource(attributes, output)
    emit(output, `></${tag}>`)
    return
  }
  emit(output, '>')
  if (VOID.has(upper)) return
  if (upper === 'STYLE') {
    emit(output, typeof node[2] === 'string' ? node[2].replace(/<\/(?=style)/gi, '<\\/') : '')
  } else {
    if (KEEPS_FIRST_NEWLINE.has(upper) && typeof node[2] === 'string' && node[2].startsWith('\n')) emit(output, '\n')
    for (let i = 2; i < node.length; i++) writeNode(node[i], frame, output, depth + 1)
  }
  emit(output, `</${tag}>`)
}

function writeAttribute(tag: string, name: string, value: string, all: Json, output: Output): void {
  const lower = name.toLowerCase()
  if (!/^[^\s"'<>/=]+$/.test(name) || lower.startsWith('on')) return
  if (lower === TARGET) {
    // Older versions mark every target there ever was with the id of its call; only the latest one's is meant.
    if (value !== '' && value !== output.callId) return
    output.writing.targets++
    emit(output, ` ${TARGET}=""`)
    return
  }
  if (lower === '__playwright_current_src__') return
  if (lower === '__playwright_shadow_root_') {
    emit(output, ' shadowrootmode="open"')
    return
  }
  if (tag === 'IFRAME' || tag === 'FRAME') {
    if (lower === 'src' || lower === 'srcdoc' || lower === 'sandbox') return
  }
  if ((tag === 'OBJECT' && lower === 'data') || (tag === 'EMBED' && lower === 'src')) return
  if (tag === 'META' && (lower === 'http-equiv' || lower === 'content')) {
    const equiv = Object.entries(all).find(([key]) => key.toLowerCase() === 'http-equiv')?.[1]
    if (typeof equiv === 'string' && !SAFE_HTTP_EQUIV.has(equiv.trim().toLowerCase())) return
  }
  emit(output, ` ${name}="${escapeAttribute(value)}"`)
}

/** Links an iframe to its own snapshot, which the trace names in `src` as `/snapshot/<frame id>`. */
function writeFrameSource(attributes: Json, output: Output): void {
  const { writing } = output
  const source = Object.entries(attributes).find(([key]) => key.toLowerCase() === 'src')?.[1]
  const id = typeof source === 'string' ? /^\/snapshot\/([^/?#]+)/.exec(source)?.[1] : undefined
  const child = id === undefined ? undefined : writing.children.get(id)
  if (!child || writing.open.has(child.frameId) || writing.open.size > MAX_FRAME_DEPTH) return
  const name = typeof attributes.name === 'string' ? attributes.name : ''
  const url = withoutFragment(child.url)
  const inline = !/^https?:/.test(url) || writing.frames.has(url) || hasOpenUrl(url, writing)
  const html = renderDocument(child, writing)
  writing.frames.set(inline ? child.frameId : url, { id: child.frameId, url: child.url, name, html, inline })
  emit(output, inline ? ` srcdoc="${escapeAttribute(html)}"` : ` src="${escapeAttribute(child.url)}"`)
}

/** True where a frame of the same URL is being written around this one, the main frame included. */
function hasOpenUrl(url: string, writing: Writing): boolean {
  if (writing.mainUrl === url) return true
  for (const id of writing.open) {
    const around = writing.children.get(id)
    if (around && withoutFragment(around.url) === url) return true
  }
  return false
}

function emit(output: Output, text: string): void {
  output.writing.budget.characters -= text.length
  output.out.push(text)
}

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (char) => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&gt;'))
}

function escapeAttribute(text: string): string {
  return text.replace(/[&"<>]/g, (char) =>
    char === '&' ? '&amp;' : char === '"' ? '&quot;' : char === '<' ? '&lt;' : '&gt;',
  )
}
