import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { type BrowserContext, type Page, request } from 'playwright-core'
import { asList, asNumber, asRecord, asString } from '../dom/trace-lines.ts'
import type { TraceAction } from '../dom/trace-types.ts'
import { resolveInside } from '../runner/inside.ts'

/** What a step is done with. */
export interface StepContext {
  readonly page: Page
  readonly context: BrowserContext
  /** Limit for this step. */
  readonly timeout: number
  /** Maps an address of the traced app to the running one. */
  mapUrl(url: string): string
  /** Whether the page may speak to this address. */
  isAllowed(url: string): boolean
  rewrite(selector: string): string
  /** Folder that files to upload may come from. */
  readonly root: string | null
}

const MAX_UPLOAD = 20 * 1024 * 1024

type Step = (action: TraceAction, context: StepContext) => Promise<unknown>

const MODIFIERS = ['Alt', 'Control', 'ControlOrMeta', 'Meta', 'Shift'] as const
const BUTTONS = ['left', 'right', 'middle'] as const
const STATES = ['attached', 'detached', 'visible', 'hidden'] as const

const find = (action: TraceAction, { page, rewrite }: StepContext) => page.locator(rewrite(action.selector ?? ''))
const text = (action: TraceAction, name: string) => asString(action.params[name]) ?? ''
const number = (action: TraceAction, name: string) => asNumber(action.params[name])
const known = <T extends string>(value: unknown, all: readonly T[]): T | undefined => all.find((one) => one === value)

function pointOptions(action: TraceAction, { timeout }: StepContext) {
  const position = asRecord(action.params.position)
  const [x, y] = [asNumber(position.x), asNumber(position.y)]
  return {
    timeout,
    ...(x !== undefined && y !== undefined ? { position: { x, y } } : {}),
    modifiers: asList(action.params.modifiers).flatMap((one) => known(one, MODIFIERS) ?? []),
    force: action.params.force === true,
  }
}

function clickOptions(action: TraceAction, context: StepContext) {
  const clickCount = number(action, 'clickCount')
  return {
    ...pointOptions(action, context),
    button: known(action.params.button, BUTTONS),
    ...(clickCount === undefined ? {} : { clickCount }),
  }
}

/** Everything a test can do to a page, by the method's name in the trace. */
export const STEPS: Readonly<Record<string, Step>> = {
  goto: (action, { page, mapUrl, timeout }) => page.goto(mapUrl(text(action, 'url')), { timeout }),
  reload: (_, { page, timeout }) => page.reload({ timeout }),
  goBack: (_, { page, timeout }) => page.goBack({ timeout }),
  goForward: (_, { page, timeout }) => page.goForward({ timeout }),
  setContent: (action, { page, timeout }) => page.setContent(text(action, 'html'), { timeout }),
  setViewportSize: (action, { page }) => {
    const size = asRecord(action.params.viewportSize)
    return page.setViewportSize({ width: asNumber(size.width) ?? 1280, height: asNumber(size.height) ?? 720 })
  },
  click: (action, context) => find(action, context).click(clickOptions(action, context)),
  dblclick: (action, context) => find(action, context).dblclick(clickOptions(action, context)),
  tap: (action, context) => find(action, context).tap(pointOptions(action, context)),
  hover: (action, context) => find(action, context).hover(pointOptions(action, context)),
  check: (action, context) => find(action, context).check({ timeout: context.timeout }),
  uncheck: (action, context) => find(action, context).uncheck({ timeout: context.timeout }),
  fill: (action, context) => find(action, context).fill(text(action, 'value'), { timeout: context.timeout }),
  type: (action, context) =>
    find(action, context).pressSequentially(text(action, 'text'), { timeout: context.timeout }),
  press: (action, context) => find(action, context).press(text(action, 'key'), { timeout: context.timeout }),
  focus: (action, context) => find(action, context).focus({ timeout: context.timeout }),
  blur: (action, context) => find(action, context).blur({ timeout: context.timeout }),
  selectText: (action, context) => find(action, context).selectText({ timeout: context.timeout }),
  scrollIntoViewIfNeeded: (action, context) =>
    find(action, context).scrollIntoViewIfNeeded({ timeout: context.timeout }),
  selectOption: (action, context) =>
    find(action, context).selectOption(optionsOf(action), { timeout: context.timeout }),
  setInputFiles: (action, context) =>
    find(action, context).setInputFiles(filesOf(action, context), { timeout: context.timeout }),
  dispatchEvent: (action, context) =>
    find(action, context).dispatchEvent(text(action, 'type'), undefined, { timeout: context.timeout }),
  dragAndDrop: (action, { page, rewrite, timeout }) =>
    page.locator(rewrite(text(action, 'source'))).dragTo(page.locator(rewrite(text(action, 'target'))), { timeout }),
  waitForSelector: (action, context) =>
    find(action, context)
      .first()
      .waitFor({ state: known(action.params.state, STATES), timeout: context.timeout }),
  keyboardType: (action, { page }) => page.keyboard.type(text(action, 'text')),
  keyboardInsertText: (action, { page }) => page.keyboard.insertText(text(action, 'text')),
  keyboardPress: (action, { page }) => page.keyboard.press(text(action, 'key')),
  keyboardDown: (action, { page }) => page.keyboard.down(text(action, 'key')),
  keyboardUp: (action, { page }) => page.keyboard.up(text(action, 'key')),
  mouseMove: (action, { page }) => page.mouse.move(number(action, 'x') ?? 0, number(action, 'y') ?? 0),
  mouseDown: (action, { page }) => page.mouse.down({ button: known(action.params.button, BUTTONS) }),
  mouseUp: (action, { page }) => page.mouse.up({ button: known(action.params.button, BUTTONS) }),
  mouseWheel: (action, { page }) => page.mouse.wheel(number(action, 'deltaX') ?? 0, number(action, 'deltaY') ?? 0),
  mouseClick: (action, { page }) =>
    page.mouse.click(number(action, 'x') ?? 0, number(action, 'y') ?? 0, {
      button: known(action.params.button, BUTTONS),
    }),
  // What a test puts into a page before it loads; it runs where the app's own scripts run, with no more rights.
  addInitScript: (action, { context }) => context.addInitScript({ content: text(action, 'source') }),
  addCookies: (action, { context, mapUrl }) => context.addCookies(cookiesOf(action, mapUrl)),
  clearCookies: (_, { context }) => context.clearCookies(),
  fetch: (action, context) => sendRequest(action, context),
}

/** Steps that change nothing a page could show, or that come about by themselves when the others are done. */
export const SILENT = new Set(
  `expect waitForTimeout waitForEventInfo __waitInfo__ waitForLoadState waitForFunction screenshot expectScreenshot
  ariaSnapshot content title textContent innerText innerHTML inputValue getAttribute isVisible isHidden isEnabled
  isDisabled isEditable isChecked queryCount evalOnSelector evalOnSelectorAll querySelector querySelectorAll
  storageState cookies newPage close accept dismiss boundingBox highlight setDefaultTimeoutNoReply
  setDefaultNavigationTimeoutNoReply resolveSelector`.split(/\s+/),
)

/** Options as the test named them: by value or label, or by one of the three in particular. */
function optionsOf(action: TraceAction): string[] | { value?: string; label?: string; index?: number }[] {
  const options = asList(action.params.options).map(asRecord)
  const named = options.flatMap((option) => asString(option.valueOrLabel) ?? [])
  if (named.length === options.length) return named
  return options.map((option) => ({
    value: asString(option.value),
    label: asString(option.label) ?? asString(option.valueOrLabel),
    index: asNumber(option.index),
  }))
}

interface Upload {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** Files of the checkout are sent as they are; what the trace does not hold is sent empty under the same name. */
function filesOf(action: TraceAction, { root }: StepContext): Upload[] {
  const payloads = asList(action.params.payloads).map((one) => {
    const { name, mimeType } = asRecord(one)
    return {
      name: asString(name) ?? 'file',
      mimeType: asString(mimeType) ?? 'application/octet-stream',
      buffer: Buffer.alloc(0),
    }
  })
  const paths = asList(action.params.localPaths).flatMap((one) => asString(one) ?? [])
  return [...payloads, ...paths.map((path) => fileUpload(path, root))]
}

function fileUpload(path: string, root: string | null): Upload {
  const upload = { name: basename(path), mimeType: 'application/octet-stream' }
  try {
    if (root !== null && path.startsWith(`${root}/`)) {
      const full = resolveInside(root, path.slice(root.length + 1))
      if (statSync(full).size <= MAX_UPLOAD) return { ...upload, buffer: readFileSync(full) }
    }
  } catch {
    // The file is not in this checkout.
  }
  return { ...upload, buffer: Buffer.alloc(0) }
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly httpOnly: boolean
  readonly secure: boolean
  readonly url?: string
  readonly domain?: string
  readonly path?: string
}

function cookiesOf(action: TraceAction, mapUrl: (url: string) => string): Cookie[] {
  return asList(action.params.cookies).flatMap((one): Cookie[] => {
    const cookie = asRecord(one)
    const [name, value, url, domain] = [cookie.name, cookie.value, cookie.url, cookie.domain].map(asString)
    if (name === undefined || value === undefined) return []
    const rest = { name, value, httpOnly: cookie.httpOnly === true, secure: cookie.secure === true }
    if (url !== undefined) return [{ ...rest, url: mapUrl(url) }]
    return domain === undefined ? [] : [{ ...rest, domain, path: asString(cookie.path) ?? '/' }]
  })
}

/**
 * A request that the test itself sent, to prepare data or to sign in; only to hosts that the page may speak to. It is
 * sent beside the browser (whose proxy is closed), with its cookies there and back.
 */
async function sendRequest(action: TraceAction, { context, mapUrl, isAllowed, timeout }: StepContext): Promise<void> {
  const url = mapUrl(text(action, 'url'))
  if (!isAllowed(url)) return
  const json = asString(action.params.jsonData)
  const headers = Object.fromEntries(
    asList(action.params.headers).flatMap((one) => {
      const { name, value } = asRecord(one)
      return typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : []
    }),
  )
  const sender = await request.newContext({ storageState: await context.storageState(), ignoreHTTPSErrors: true })
  try {
    await sender.fetch(url, {
      method: asString(action.params.method) ?? 'GET',
      timeout,
      headers: json === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(json === undefined ? {} : { data: json }),
      maxRedirects: 0,
    })
    const { cookies } = await sender.storageState()
    await context.addCookies(cookies)
  } finally {
    await sender.dispose()
  }
}
