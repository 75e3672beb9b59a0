import type { ElementHandle, Frame, Page } from 'playwright-core'
import type { Box, Snapshot, SnapshotElement, SnapshotFrame } from '../model.ts'
import { COLLECTOR } from './in-page.generated.ts'
import type { CollectRequest, FrameRows, Row } from './in-page-types.ts'

export interface CollectOptions {
  /** Elements of all frames together; the rest is left out and the snapshot says so [200,000]. */
  readonly maxElements?: number
  /** Characters of own texts, names and values [500], and of attribute values [1,000]. */
  readonly maxText?: number
  readonly maxAttribute?: number
  readonly maxFrames?: number
  /** Attribute that marks the target of a traced action; without a value any element that has it. */
  readonly target?: { readonly attribute: string; readonly value?: string } | null
  /** Time for each frame; a frame that takes longer is left out [10,000 ms]. */
  readonly frameTimeoutMs?: number
}

/** A snapshot with the way back from a frame's own numbering to the snapshot's. */
export interface CollectedPage {
  readonly snapshot: Snapshot
  /** Index in the snapshot of the element that a frame knows by `local`; -1 where it was left out. */
  indexOf(frame: number, local: number): number
  /** The page's element behind an index of the snapshot; null where it has gone since. */
  handleOf(index: number): Promise<ElementHandle | null>
}

/** What the collector left in a frame; see `in-page/collect.ts`. */
interface Registry {
  readonly frame: number
  readonly indexes: Map<WeakKey, number>
}

/**
 * Runs in a page: the frame that elements are in, and the number of each there; -1 for those that came later. Plain
 * functions that are sent to a page may use nothing from around them.
 */
export function lookUpElements(elements: readonly WeakKey[]): [frame: number, locals: number[]] {
  const held = globalThis as { [key: symbol]: Registry | undefined }
  const registry = held[Symbol.for('self-heal.registry')]
  return [registry?.frame ?? -1, elements.map((one) => registry?.indexes.get(one) ?? -1)]
}

/** The part of an iframe element that its place is computed from; this code knows no DOM types. */
interface IframeLike {
  getBoundingClientRect(): { readonly x: number; readonly y: number }
  readonly clientLeft: number
  readonly clientTop: number
  readonly ownerDocument: {
    readonly defaultView: { getComputedStyle(of: unknown): { paddingLeft: string; paddingTop: string } }
  }
}

/** Runs in a page: the number of an iframe among its frame's elements, and where its content begins. */
function lookUpIframe(iframe: IframeLike): { owner: number; x: number; y: number } {
  const held = globalThis as { [key: symbol]: Registry | undefined }
  const box = iframe.getBoundingClientRect()
  const style = iframe.ownerDocument.defaultView.getComputedStyle(iframe)
  return {
    owner: held[Symbol.for('self-heal.registry')]?.indexes.get(iframe) ?? -1,
    x: box.x + iframe.clientLeft + Number.parseFloat(style.paddingLeft),
    y: box.y + iframe.clientTop + Number.parseFloat(style.paddingTop),
  }
}

interface Part {
  readonly frame: Frame
  /** Owner element in the rows of `parent`; -1 for the main frame. */
  readonly owner: number
  readonly parent: number
  /** Where the frame's content begins on the top-level page. */
  readonly origin: { readonly x: number; readonly y: number }
  readonly rows: FrameRows
}

/** The elements of all frames of a page as one snapshot: document order, a frame's elements after the iframe itself. */
export async function collectSnapshot(page: Page, options: CollectOptions = {}): Promise<Snapshot> {
  return (await collectPage(page, options)).snapshot
}

/** As `collectSnapshot`, with the way back from locators to indexes. */
export async function collectPage(page: Page, options: CollectOptions = {}): Promise<CollectedPage> {
  const parts = await collectFrames(page, options)
  return assemble(parts)
}

async function collectFrames(page: Page, options: CollectOptions): Promise<Part[]> {
  const timeoutMs = options.frameTimeoutMs ?? 10_000
  let budget = options.maxElements ?? 200_000
  const parts: Part[] = []
  const visit = async (frame: Frame, parent: number, owner: number, origin: Part['origin']): Promise<void> => {
    const request: CollectRequest = {
      frame: parts.length,
      maxElements: budget,
      maxText: options.maxText ?? 500,
      maxAttribute: options.maxAttribute ?? 1_000,
      target: options.target ?? null,
    }
    const json = await within(timeoutMs, frame.evaluate<string>(`${COLLECTOR}(${JSON.stringify(request)})`))
    const rows = JSON.parse(json) as FrameRows
    const own = parts.length
    budget -= rows.rows.length
    const at = parent < 0 ? { x: rows.scroll[0], y: rows.scroll[1] } : origin
    parts.push({ frame, owner, parent, origin: at, rows })
    for (const child of frame.childFrames()) {
      if (parts.length >= (options.maxFrames ?? 100) || budget <= 0) return
      const place = await within(timeoutMs, placeOf(child)).catch(() => null)
      if (!place || place.owner < 0) continue
      const start = { x: at.x + place.x, y: at.y + place.y }
      await visit(child, own, place.owner, start).catch(() => undefined)
    }
  }
  await visit(page.mainFrame(), -1, -1, { x: 0, y: 0 })
  return parts
}

/** The number of an iframe among its frame's elements, and where its content begins in that frame's viewport. */
async function placeOf(frame: Frame): Promise<{ owner: number; x: number; y: number }> {
  const handle = await frame.frameElement()
  try {
    return await handle.evaluate(lookUpIframe)
  } finally {
    await handle.dispose().catch(() => undefined)
  }
}

function assemble(parts: readonly Part[]): CollectedPage {
  const elements: SnapshotElement[] = []
  const frames: SnapshotFrame[] = []
  const indexes: Int32Array[] = parts.map((part) => new Int32Array(part.rows.rows.length).fill(-1))
  const back: { part: number; local: number }[] = []
  const snapshotFrames = new Array<number>(parts.length).fill(-1)
  let target = -1

  const add = (at: number, owner: number): void => {
    const part = parts[at]
    const own = indexes[at]
    if (!part || !own) return
    snapshotFrames[at] = frames.length
    frames.push({ url: part.rows.url, name: part.frame.name(), owner })
    const children = new Map(parts.flatMap((one, i) => (one.parent === at ? [[one.owner, i] as const] : [])))
    const frameIndex = frames.length - 1
    part.rows.rows.forEach((row, local) => {
      const index = elements.length
      own[local] = index
      back.push({ part: at, local })
      const parent = row[0] < 0 ? owner : (own[row[0]] ?? -1)
      elements.push(toElement(row, index, parent, frameIndex, part.origin))
      if (local === part.rows.target && target < 0) target = index
      const child = children.get(local)
      if (child !== undefined) add(child, index)
    })
  }
  add(0, -1)

  const main = parts[0]?.rows
  const [width, height] = main?.viewport ?? [0, 0]
  const snapshot: Snapshot = {
    url: main?.url ?? '',
    title: main?.title ?? '',
    viewport: { width, height },
    frames,
    elements,
    truncated: parts.some((part) => part.rows.truncated),
    ...(target >= 0 ? { target } : {}),
  }
  return {
    snapshot,
    indexOf: (frame, local) => indexes[frame]?.[local] ?? -1,
    handleOf: async (index) => {
      const where = back[index]
      const frame = where && parts[where.part]?.frame
      if (!frame) return null
      const expression = `globalThis[Symbol.for('self-heal.registry')]?.elements[${where.local}] ?? null`
      const handle = await frame.evaluateHandle(expression).catch(() => null)
      return handle?.asElement() ?? null
    },
  }
}

function toElement(row: Row, index: number, parent: number, frame: number, origin: Part['origin']): SnapshotElement {
  const [, tag, pairs, ownText, role, name, value, box, flags] = row
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>
  for (let at = 0; at + 1 < pairs.length; at += 2) attributes[pairs[at] ?? ''] = pairs[at + 1] ?? ''
  return {
    index,
    parent,
    frame,
    ...(flags & 16 ? { inShadow: true } : {}),
    tag,
    attributes: { ...attributes },
    ownText,
    ...(role ? { role } : {}),
    ...(name === null ? {} : { name }),
    ...(value === null ? {} : { value }),
    ...(box ? { box: toBox(box, origin) } : {}),
    visible: (flags & 1) !== 0,
    enabled: (flags & 2) !== 0,
    ...(flags & 4 ? { editable: (flags & 8) !== 0 } : {}),
  }
}

const round = (n: number) => Math.round(n * 100) / 100

function toBox([x, y, width, height]: readonly [number, number, number, number], origin: Part['origin']): Box {
  return { x: round(x + origin.x), y: round(y + origin.y), width, height }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the page did not answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
    promise.catch(() => undefined)
  }
}
