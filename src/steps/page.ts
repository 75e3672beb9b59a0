import { LOCATOR_METHODS } from '../locators/playwright-chain.ts'
import { SELECTOR_ACTIONS } from '../locators/selector-arguments.ts'
import { withoutTypes } from './erase-types.ts'
import { type LocatorCalls, pageLocator } from './locators.ts'
import { type Machine, suppose, untold } from './machine.ts'
import type { Recorder, SourceStep } from './recorder.ts'
import { as, type Host, isUnknown, type Native, native, table, toPlain, unknown, type Value } from './values.ts'

/** Answers to dialogs that a listener gives, as often as there may be dialogs. */
const MANY_DIALOGS = 20

/** Calls of a page, a context or a locator that show nothing and change nothing. */
const LOOKS = new Set(
  `waitForTimeout waitForLoadState waitForFunction waitForResponse waitForRequest waitForNavigation title url content
  viewportSize screenshot pdf isClosed bringToFront close setDefaultTimeout setDefaultNavigationTimeout off removeListener
  removeAllListeners cookies storageState video opener pageErrors consoleMessages requests`.split(/\s+/),
)
const KEYS: Readonly<Record<string, readonly [method: string, param: string]>> = {
  press: ['keyboardPress', 'key'],
  down: ['keyboardDown', 'key'],
  up: ['keyboardUp', 'key'],
  type: ['keyboardType', 'text'],
  insertText: ['keyboardInsertText', 'text'],
}
const HTTP = ['get', 'post', 'put', 'patch', 'delete', 'head', 'fetch']

export interface PageHosts {
  /** The page a test is given. */
  readonly page: Host
  readonly context: Host
  readonly request: Host
  /** Every page by its id, which steps name it by. */
  readonly pages: ReadonlyMap<string, Host>
}

/** Playwright's pages, as things whose calls are kept as steps. */
export const pageHosts = (machine: Machine, recorder: () => Recorder, locators: LocatorCalls): PageHosts => {
  const pages = new Map<string, Host>()
  const act = (step: Omit<SourceStep, 'does'>): undefined => {
    recorder().record({ ...step, does: 'acts' })
  }
  const look = (apiName: string): Value => {
    recorder().record({ class: 'Page', method: 'look', params: {}, title: apiName, apiName, does: 'looks' })
    return unknown(`${apiName}()`)
  }
  const known = <T extends 'string' | 'number'>(
    value: Value,
    type: T,
    of: string,
  ): T extends 'string' ? string : number =>
    typeof value === type
      ? (value as T extends 'string' ? string : number)
      : untold(machine, `What \`${of}\` is given (${whyOf(value)}) is known only when the test runs.`)
  const notReplayed = (apiName: string): Native =>
    native(() => untold(machine, `What \`${apiName}()\` does is not replayed.`))

  const newPage = (): Host => {
    const pageId = `page@${pages.size + 1}`
    const own = { class: 'Frame', pageId }
    const named = (method: string, title: string, params: SourceStep['params'] = {}, of = 'Frame') =>
      act({ ...own, class: of, method, params, title, apiName: `page.${method}` })
    const keyboard = group('page.keyboard', (name) => {
      const [method, param] = KEYS[name] ?? []
      return method === undefined || param === undefined
        ? notReplayed(`page.keyboard.${name}`)
        : native(([value]) => {
            const text = known(value, 'string', `page.keyboard.${name}`)
            return named(method, `${name[0]?.toUpperCase()}${name.slice(1)} "${text}"`, { [param]: text }, 'Page')
          })
    })
    const mouse = group('page.mouse', (name) => mouseMember(name, named))
    const methods: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
      goto: ([url]) => {
        const text = known(url, 'string', 'page.goto')
        named('goto', `Navigate to "${text}"`, { url: text })
        return unknown('page.goto()')
      },
      reload: () => named('reload', 'Reload'),
      goBack: () => named('goBack', 'Go back'),
      goForward: () => named('goForward', 'Go forward'),
      setContent: ([html]) => named('setContent', 'Set content', { html: known(html, 'string', 'page.setContent') }),
      setViewportSize: ([size]) =>
        named('setViewportSize', 'Set viewport size', { viewportSize: dataOf(size, 'page.setViewportSize') }, 'Page'),
      waitForURL: ([url]) => {
        const wanted = as(url, 'pattern')
        const params = typeof url === 'string' ? { url } : wanted ? { ...wanted } : {}
        recorder().record({
          ...own,
          method: 'waitForURL',
          params,
          title: 'Wait for URL',
          apiName: 'page.waitForURL',
          does: 'waits',
        })
        return undefined
      },
      waitForEvent: ([event]) => (event === 'popup' ? newPage() : look('page.waitForEvent')),
      on: (args) => listen(args, MANY_DIALOGS),
      once: (args) => listen(args, 1),
      addInitScript: (args) => initScript(args),
      context: () => context,
      mainFrame: () => host,
      frame: () => unknown('page.frame()', true),
      frames: () => unknown('page.frames()', true),
      page: () => host,
    }
    const host: Host = {
      kind: 'host',
      name: 'page',
      member(name) {
        if (name === 'keyboard') return keyboard
        if (name === 'mouse') return mouse
        if (name === 'request') return request
        if (SELECTOR_ACTIONS.has(name) || LOCATOR_METHODS.has(name)) return pageLocator(machine, locators, pageId, name)
        if (LOOKS.has(name)) return native(() => look(`page.${name}`))
        const method = Object.hasOwn(methods, name) ? methods[name] : undefined
        return method ? native(method) : notReplayed(`page.${name}`)
      },
    }
    pages.set(pageId, host)
    return host
  }

  const dataOf = (value: Value, of: string): unknown => {
    const { known: isKnown, data } = toPlain(value)
    return isKnown ? data : untold(machine, `What \`${of}\` is given is known only when the test runs.`)
  }

  /** Listeners only hear, but for those of dialogs, whose answers are steps. */
  const listen = ([event, listener]: readonly Value[], times: number): undefined => {
    if (event !== 'dialog') return undefined
    const answers: SourceStep['params'][] = []
    const answer = (method: string) =>
      native(([promptText]) => {
        answers.push({ method, ...(typeof promptText === 'string' ? { promptText } : {}) })
        return undefined
      })
    const dialog = group('dialog', (name) =>
      name === 'accept' || name === 'dismiss' ? answer(name) : native(() => unknown(`dialog.${name}()`)),
    )
    suppose(machine, 'what a dialog says', () => machine.call(listener, [dialog], undefined))
    const [only] = answers
    if (only === undefined || answers.length > 1)
      return untold(machine, 'How dialogs are answered is not told by the source.')
    const { method, ...params } = only
    for (let count = 0; count < times; count++)
      recorder().record({
        class: 'Dialog',
        method: String(method),
        params,
        title: 'Answer a dialog',
        apiName: `dialog.${String(method)}`,
        does: 'waits',
      })
    return undefined
  }

  const initScript = ([script, arg]: readonly Value[]): undefined => {
    const fn = as(script, 'function')
    const content = as(script, 'table')?.entries.get('content')
    const source = fn
      ? `(${withoutTypes(fn.node, fn.module)})(${arg === undefined ? 'undefined' : JSON.stringify(dataOf(arg, 'addInitScript'))})`
      : known(content ?? script, 'string', 'addInitScript')
    return act({
      class: 'Page',
      method: 'addInitScript',
      params: { source },
      title: 'Add init script',
      apiName: 'page.addInitScript',
    })
  }

  const inContext = (method: string, title: string, params: SourceStep['params'] = {}) =>
    act({ class: 'BrowserContext', method, params, title, apiName: `browserContext.${method}` })
  const context: Host = group('context', (name) => {
    switch (name) {
      case 'newPage':
        return native(() => newPage())
      case 'waitForEvent':
        return native(([event]) => (event === 'page' ? newPage() : look('context.waitForEvent')))
      case 'addCookies':
        return native(([cookies]) => inContext(name, 'Add cookies', { cookies: dataOf(cookies, 'context.addCookies') }))
      case 'clearCookies':
        return native((args) =>
          args.length > 0
            ? untold(machine, 'Which cookies are cleared is not replayed.')
            : inContext(name, 'Clear cookies'),
        )
      case 'addInitScript':
        return native(initScript)
      case 'pages':
        return native(() => unknown('context.pages()', true))
      case 'request':
        return request
      case 'on':
      case 'once':
        return native(([event]) =>
          event === 'page' || event === 'dialog'
            ? untold(machine, `What is done on each ${event} is not followed.`)
            : undefined,
        )
      default:
        return LOOKS.has(name) ? native(() => look(`context.${name}`)) : notReplayed(`context.${name}`)
    }
  })

  const request: Host = group('request', (name) => {
    if (!HTTP.includes(name)) return name === 'dispose' ? native(() => undefined) : notReplayed(`request.${name}`)
    return native(([url, given]) => {
      const options = as(given, 'table') ?? table()
      const apiName = `request.${name}`
      for (const one of ['form', 'multipart', 'params'])
        if (options.entries.has(one)) untold(machine, `What \`${apiName}()\` sends as \`${one}\` is not replayed.`)
      if (options.spoilt !== undefined || isUnknown(given))
        untold(machine, `What \`${apiName}()\` sends is known only when the test runs.`)
      const data = options.entries.get('data')
      const headers = options.entries.get('headers')
      const method = name === 'fetch' ? options.entries.get('method') : name.toUpperCase()
      act({
        class: 'APIRequestContext',
        method: 'fetch',
        params: {
          url: known(url, 'string', apiName),
          method: method === undefined ? 'GET' : known(method, 'string', apiName),
          ...(data === undefined ? {} : { jsonData: JSON.stringify(dataOf(data, apiName)) }),
          headers: headersOf(headers === undefined ? {} : dataOf(headers, apiName)),
        },
        title: `${name.toUpperCase()} a request`,
        apiName,
      })
      return unknown(`${apiName}()`)
    })
  })

  return { page: newPage(), context, request, pages }

  function mouseMember(
    name: string,
    named: (method: string, title: string, params: SourceStep['params'], of: string) => undefined,
  ): Value {
    const button = (options: Value): SourceStep['params'] => {
      const given = as(options, 'table')?.entries.get('button')
      return typeof given === 'string' ? { button: given } : {}
    }
    const at = (args: readonly Value[]) => ({
      x: known(args[0], 'number', `page.mouse.${name}`),
      y: known(args[1], 'number', `page.mouse.${name}`),
    })
    switch (name) {
      case 'move':
        return native((args) => named('mouseMove', 'Mouse move', at(args), 'Page'))
      case 'click':
        return native((args) => named('mouseClick', 'Mouse click', { ...at(args), ...button(args[2]) }, 'Page'))
      case 'down':
      case 'up':
        return native(([options]) =>
          named(name === 'up' ? 'mouseUp' : 'mouseDown', `Mouse ${name}`, button(options), 'Page'),
        )
      case 'wheel':
        return native((args) => {
          const { x, y } = at(args)
          return named('mouseWheel', 'Mouse wheel', { deltaX: x, deltaY: y }, 'Page')
        })
      default:
        return notReplayed(`page.mouse.${name}`)
    }
  }
}

const group = (name: string, member: Host['member']): Host => ({ kind: 'host', name, member })

const headersOf = (data: unknown): { name: string; value: string }[] =>
  Object.entries(typeof data === 'object' && data !== null ? data : {}).map(([name, value]) => ({
    name,
    value: String(value),
  }))

const whyOf = (value: Value): string => (isUnknown(value) ? value.why : typeof value)
