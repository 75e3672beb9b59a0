import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import jpeg from 'jpeg-js'
import { readZip } from '../../src/artifacts/zip.ts'
import type { Snapshot } from '../../src/model.ts'
import { growPage } from '../mutations/big-page.ts'
import { pageNames, readPage } from '../mutations/pages.ts'
import { writeZip } from './zip-writer.ts'

/** What was made. Sizes in bytes. */
export interface MadeTrace {
  readonly archiveBytes: number
  readonly unpackedBytes: number
  /** Of the events alone. */
  readonly eventBytes: number
  readonly actions: number
  readonly snapshots: number
  readonly resources: number
}

const ROOT = path.resolve(import.meta.dirname, '../..')
const SAMPLE = path.join(ROOT, 'fixtures/samples/playwright-1.65/test-results/shop-Shop-buys/trace.zip')
/** The click of the sample whose events are told again and again, and the page and frame it happened in. */
const CALL = 'pymd@65'
/** Actions on one page before the test goes to the next. */
const ACTIONS_ON_PAGE = 25
/** Every so many actions the app draws its page anew, so that nothing of it can be referred to. */
const REDRAW = 1
const FRAMES_PER_ACTION = 2
const REQUESTS_PER_ACTION = 6
/** A script is loaded with every so many actions. */
const SCRIPT_EVERY = 5

/** Elements of the pages that stand beside the small ones. */
const LARGE = [1_000, 2_000, 3_000, 4_000, 5_000, 2_500, 3_500, 1_500]

type Json = Record<string, unknown>
type Node = string | [string, Json, ...unknown[]]

/** How long a trace is to be: by the size of its archive, or by that of its events where these are to be the most of it. */
export type Length = { readonly archiveBytes: number } | { readonly eventBytes: number }

/**
 * Writes a long test's trace: the events of a real trace's click, told again for every action on pages of
 * real projects, with their references between snapshots, requests with bodies, and pictures of the pages. The last action
 * fails.
 */
export async function makeTrace(file: string, length: Length): Promise<MadeTrace> {
  const sample = await readSample()
  const zip = writeZip(file)
  const isPictured = 'archiveBytes' in length
  const large = LARGE.map((size) => growPage(size, size))
  const pages = isPictured ? [...pageNames().map(readPage), ...large] : large
  const pictures = isPictured ? pages.map(draw) : []
  const bodies = scripts()
  const events: string[] = [JSON.stringify(sample.context)]
  const network: string[] = []
  const steps: string[] = [JSON.stringify(sample.runner)]
  let unpacked = 0
  let resources = 0
  let snapshots = 0
  let action = 0
  let text = 0
  let full = 0
  let tree: Node = 'none'
  let index = 0
  const addResource = (name: string, content: Buffer, compress: boolean) => {
    zip.add(`resources/${name}`, content, compress)
    unpacked += content.length
    resources++
  }
  // The text of events is packed at the end, at about a twelfth of its size.
  const isShort = () =>
    'archiveBytes' in length ? zip.size + text / 12 < length.archiveBytes : text < length.eventBytes
  while (isShort() || action % ACTIONS_ON_PAGE !== 0) {
    const page = pages[Math.floor(action / ACTIONS_ON_PAGE) % pages.length] as Snapshot
    const callId = `pymd@${1_000 + action * 2}`
    const time = 6_000 + action * 120
    const url = `http://127.0.0.1:4555/orders/${Math.floor(action / ACTIONS_ON_PAGE)}`
    const target = targetOf(page, action)
    for (const event of sample.events) {
      const told = { ...event, callId, ...(event.type === 'before' ? callOf(target, time) : {}) } as Json
      if (event.type === 'frame-snapshot') {
        if (index === 0 || (action % REDRAW === 0 && isBefore(event))) {
          tree = treeOf(page, target)
          full = index
        }
        const html = index === full ? tree : changedOf(tree, index - full, action)
        told.snapshot = { ...asJson(event.snapshot), callId, frameUrl: url, html, timestamp: time + index / 10 }
        index++
        snapshots++
      }
      if ('time' in told) told.time = time
      if (event.type === 'after') told.endTime = time + 80
      delete told.callIdOfSample
      const line = JSON.stringify(event.type === 'frame-snapshot' ? { type: told.type, snapshot: told.snapshot } : told)
      text += line.length
      events.push(line)
    }
    const picture = pictures[pages.indexOf(page)]
    for (let nth = 0; picture && nth < FRAMES_PER_ACTION; nth++) {
      const stamped = stamp(picture, action * FRAMES_PER_ACTION + nth)
      const name = `page@1-${time + nth}.jpeg`
      addResource(name, stamped, false)
      events.push(
        JSON.stringify({
          type: 'screencast-frame',
          pageId: 'page@1',
          sha1: name,
          width: 800,
          height: 500,
          timestamp: time + nth,
        }),
      )
    }
    for (let nth = 0; nth < REQUESTS_PER_ACTION; nth++) {
      const request = structuredClone(sample.requests[nth % sample.requests.length]) as Json
      const snapshot = asJson(request.snapshot)
      const body = nth === 0 && action % SCRIPT_EVERY === 0 ? bodies.next().value : null
      asJson(snapshot.request).url = body ? `${url}/chunk-${action}.js` : `${url}/api/rows?page=${nth}`
      snapshot._monotonicTime = time / 1_000
      if (body) {
        const name = `${createHash('sha1').update(String(action)).digest('hex')}.js`
        asJson(asJson(snapshot.response).content)._sha1 = name
        addResource(name, body, true)
      }
      network.push(JSON.stringify(request))
    }
    const step = { ...sample.step, callId, startTime: time - 4, title: 'Click', subtitle: target.locator }
    steps.push(JSON.stringify({ ...step, params: { locator: target.locator } }))
    steps.push(JSON.stringify({ type: 'after', callId, endTime: time + 90, annotations: [] }))
    action++
  }
  fail(events, steps, 1_000 + (action - 1) * 2)
  for (const [name, lines] of [
    ['test.trace', steps],
    ['1-trace.trace', events],
    ['1-trace.network', network],
  ] as const) {
    const content = Buffer.from(`${lines.join('\n')}\n`)
    unpacked += content.length
    zip.add(name, content)
  }
  zip.finish()
  return { archiveBytes: zip.size, unpackedBytes: unpacked, eventBytes: text, actions: action, snapshots, resources }
}

interface Sample {
  readonly context: Json
  readonly runner: Json
  readonly step: Json
  /** Of the one call, in order, main frame only. */
  readonly events: readonly Json[]
  readonly requests: readonly Json[]
}

async function readSample(): Promise<Sample> {
  const zip = await readZip(SAMPLE)
  const lines = async (name: string): Promise<Json[]> =>
    Buffer.from(await zip.read(name))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Json)
  const [trace, runner, requests] = [
    await lines('1-trace.trace'),
    await lines('test.trace'),
    await lines('1-trace.network'),
  ]
  zip.close()
  const isOfCall = (event: Json) => (event.callId ?? asJson(event.snapshot).callId) === CALL
  const isFrame = (event: Json) => event.type === 'frame-snapshot' && asJson(event.snapshot).isMainFrame !== true
  const step = runner.find((event) => event.callId === CALL && event.type === 'before')
  if (!trace[0] || !runner[0] || !step) throw new Error(`${SAMPLE} no longer holds ${CALL}`)
  return {
    context: trace[0],
    runner: runner[0],
    step,
    events: trace.filter((event) => isOfCall(event) && !isFrame(event)),
    requests,
  }
}

interface Aim {
  readonly element: number
  readonly locator: string
  readonly selector: string
}

/** A visible button or link of the page, another one for every action. */
function targetOf(page: Snapshot, action: number): Aim {
  const all = page.elements.filter(
    ({ tag, visible }) => visible && (tag === 'button' || tag === 'a' || tag === 'input'),
  )
  const element = all[action % Math.max(1, all.length)] ?? page.elements[0]
  const name = (element?.name ?? element?.ownText ?? '').slice(0, 60) || `row ${action}`
  return {
    element: element?.index ?? 0,
    locator: `getByRole('button', { name: '${name.replaceAll("'", '')}' })`,
    selector: `internal:role=button[name=${JSON.stringify(name)}i]`,
  }
}

const callOf = (target: Aim, time: number): Json => ({
  startTime: time,
  params: { selector: target.selector, strict: true },
})

/** The page as the trace writes it, the target marked. */
function treeOf(page: Snapshot, target: Aim): Node {
  const children = new Map<number, number[]>()
  for (const { index, parent } of page.elements) children.set(parent, [...(children.get(parent) ?? []), index])
  const build = (index: number): Node => {
    const element = page.elements[index] as Snapshot['elements'][number]
    const attributes: Json = { ...element.attributes }
    if (index === target.element) attributes.__playwright_target__ = ''
    const text = element.ownText === '' ? [] : [element.ownText]
    return [element.tag.toUpperCase(), attributes, ...text, ...(children.get(index) ?? []).map(build)]
  }
  return build(0)
}

/** The same page with one text changed: what lies on the way there is written, everything else referred to. */
function changedOf(tree: Node, back: number, seed: number): unknown {
  const sizes = new Map<unknown, number>()
  const count = (node: unknown): number => {
    const size = Array.isArray(node) ? node.slice(2).reduce<number>((sum, child) => sum + count(child), 1) : 1
    if (Array.isArray(node)) sizes.set(node, size)
    return size
  }
  count(tree)
  const change = (node: unknown, start: number, depth: number): unknown => {
    if (!Array.isArray(node)) return `${String(node)} ${seed}`
    const kids = node.slice(2)
    const chosen = kids.length === 0 ? -1 : (seed + depth * 7) % kids.length
    let at = start
    const written = kids.map((kid, nth) => {
      const size = Array.isArray(kid) ? (sizes.get(kid) ?? 1) : 1
      const begin = at
      at += size
      return nth === chosen ? change(kid, begin, depth + 1) : [[back, begin + size - 1]]
    })
    return [node[0], node[1], ...written]
  }
  return change(tree, 0, 0)
}

const isBefore = (event: Json): boolean => asJson(event.snapshot).phase === 'before'

/** The last call never found its element. */
function fail(events: string[], steps: string[], id: number): void {
  const error = { name: 'TimeoutError', message: 'locator.click: Timeout 30000ms exceeded.' }
  for (const lines of [events, steps]) {
    const at = lines.findLastIndex((line) => line.startsWith('{"type":"after"') && line.includes(`pymd@${id}`))
    lines[at] = JSON.stringify({ ...(JSON.parse(lines[at] ?? '{}') as Json), error })
  }
}

/** A picture of the page at the size of a screencast: its boxes, and lines where texts are. */
function draw(page: Snapshot): Buffer {
  const [width, height] = [800, 500]
  const data = Buffer.alloc(width * height * 4, 245)
  const scale = width / page.viewport.width
  for (const { box, index, ownText } of page.elements) {
    if (!box) continue
    const [left, top] = [Math.max(0, Math.floor(box.x * scale)), Math.max(0, Math.floor(box.y * scale))]
    const [right, bottom] = [
      Math.min(width, Math.ceil((box.x + box.width) * scale)),
      Math.min(height, Math.ceil((box.y + box.height) * scale)),
    ]
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const edge = x === left || y === top || x === right - 1 || y === bottom - 1
        const ink = ownText !== '' && y % 5 === 0 && (x - left) % 8 < ownText.charCodeAt((x >> 3) % ownText.length) % 8
        if (!edge && !ink) continue
        const at = (y * width + x) * 4
        data[at] = (index * 37) % 200
        data[at + 1] = (index * 91) % 200
        data[at + 2] = (index * 53) % 200
        data[at + 3] = 255
      }
    }
  }
  return Buffer.from(jpeg.encode({ data, width, height }, 20).data)
}

/** The same picture with a comment of its own, so that no two are alike. */
function stamp(picture: Buffer, number: number): Buffer {
  const comment = Buffer.from(`frame ${number}`)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(comment.length + 2)
  return Buffer.concat([picture.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, comment, picture.subarray(2)])
}

/** Real scripts, as an app would load them, over and over again. */
function* scripts(): Generator<Buffer, never> {
  const folder = path.join(ROOT, 'node_modules/playwright-core/lib')
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => path.join(folder, name))
  for (;;) for (const file of files) yield readFileSync(file).subarray(0, 200_000)
}

const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
