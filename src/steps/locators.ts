import { posix } from 'node:path'
import { LOCATOR_METHODS, playwrightLibrary } from '../locators/playwright-chain.ts'
import { toSelector } from '../locators/playwright-selector.ts'
import { writeLocator } from '../locators/playwright-write.ts'
import { SELECTOR_ACTIONS } from '../locators/selector-arguments.ts'
import type { LocatorStep } from '../model.ts'
import { type Value as Expression, type LocatorValue, PAGE, type Text } from '../source/values.ts'
import { type Machine, untold } from './machine.ts'
import type { Recorder, SourceStep } from './recorder.ts'
import {
  as,
  isUnknown,
  type LocatorHost,
  list,
  native,
  table,
  toPlain,
  truthOf,
  unknown,
  type Value,
} from './values.ts'

export interface LocatorCalls {
  readonly recorder: () => Recorder
  readonly testIdAttribute: () => string
  /** The id of a page. */
  readonly idOf: (page: Value) => string
  /** The page of an id. */
  readonly pageOf: (id: string) => Value
  /** Where the tests run, absolute: relative files to upload are there. */
  readonly cwd: string
}

const LIBRARY = playwrightLibrary([])
const SPAN = { file: '', start: 0, end: 0 }

/** Calls that only tell what is there. */
const LOOKS = new Set(
  `count textContent innerText innerHTML inputValue getAttribute isVisible isHidden isEnabled isDisabled isEditable
  isChecked boundingBox allTextContents allInnerTexts ariaSnapshot screenshot highlight`.split(/\s+/),
)
const CLICK_OPTIONS = ['position', 'modifiers', 'button', 'clickCount', 'force'] as const

/** What a locator has under a name. */
export const locatorMember = (machine: Machine, calls: LocatorCalls, of: LocatorHost, name: string): Value => {
  if (name === 'all') return native(() => unknown('all()', true))
  if (LOCATOR_METHODS.has(name)) return native((args) => makeLocator(machine, of, name, args))
  if (name === 'page') return native(() => calls.pageOf(of.pageId))
  return native((args) => actOn(machine, calls, of, name, args))
}

/** `page.getByText(…)`, and `page.click('#buy')`, whose selector is its first argument. */
export const pageLocator = (machine: Machine, calls: LocatorCalls, pageId: string, name: string): Value => {
  const page: LocatorHost = { kind: 'locator', locator: PAGE, pageId }
  if (LOCATOR_METHODS.has(name)) return native((args) => makeLocator(machine, page, name, args))
  return native((args) => {
    const at = (selector: Value): LocatorHost => {
      if (typeof selector !== 'string')
        return untold(machine, `The selector of \`page.${name}()\` is known only when the test runs.`)
      return {
        ...page,
        locator: {
          ...PAGE,
          steps: [
            { step: { kind: 'selector', engine: '*', value: selector }, span: SPAN, parts: [], form: 'argument' },
          ],
        },
      }
    }
    const [first, second, third] = args
    if (name === 'dragAndDrop') return actOn(machine, calls, at(first), 'dragTo', [at(second), third])
    const method = name === 'waitForSelector' ? 'waitFor' : name === 'type' ? 'pressSequentially' : name
    return SELECTOR_ACTIONS.has(name) ? actOn(machine, calls, at(first), method, args.slice(1)) : undefined
  })
}

const fixed = (text: string): Text => ({ kind: 'fixed', text })

const makeLocator = (machine: Machine, of: LocatorHost, method: string, args: readonly Value[]): Value => {
  const given = args.map((arg) => toExpression(machine, arg, method))
  const made = LIBRARY.call(of.locator, method, given, SPAN, (value) =>
    value.kind === 'text'
      ? value.text
      : value.kind === 'number' || value.kind === 'boolean'
        ? fixed(String(value.value))
        : untold(machine, `What \`${method}()\` is given is no text.`),
  )
  return made?.kind === 'locator'
    ? { ...of, locator: typeof args[0] === 'string' ? asWritten(made, args[0], method) : made }
    : untold(machine, `\`${method}()\` is not followed.`)
}

/** With a selector letter by letter as the author gave it: so it stands in traces, `xpath=` and all. */
const asWritten = (made: LocatorValue, selector: string, method: string): LocatorValue => {
  const last = made.steps.at(-1)
  if (!last || !/^(?:locator|frameLocator|\$\$?)$/.test(method)) return made
  const written = (step: LocatorStep): LocatorStep =>
    step.kind === 'frame'
      ? { kind: 'frame', selector: step.selector.map(written) }
      : step.kind === 'css' || step.kind === 'xpath' || step.kind === 'selector'
        ? { ...step, kind: 'selector', engine: '*', value: selector }
        : step
  return { ...made, steps: [...made.steps.slice(0, -1), { ...last, step: written(last.step) }] }
}

/** A value as the locator library takes it. Parts of an object are looked at only where the library asks for them. */
const toExpression = (machine: Machine, value: Value, method: string): Expression => {
  if (isUnknown(value))
    return untold(machine, `What \`${method}()\` is given (${value.why}) is known only when the test runs.`)
  if (typeof value === 'string') return { kind: 'text', text: fixed(value) }
  if (typeof value === 'number') return { kind: 'number', value }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  const pattern = as(value, 'pattern')
  if (pattern) return { kind: 'regexp', source: pattern.source, flags: pattern.flags }
  const locator = as(value, 'locator')
  if (locator) return locator.locator
  const object = as(value, 'table')
  if (!object) return { kind: 'undefined' }
  if (object.spoilt !== undefined)
    return untold(machine, `What \`${method}()\` is given (${object.spoilt}) is known only when the test runs.`)
  return {
    kind: 'object',
    properties: new Map([...object.entries].map(([name, each]) => [name, () => toExpression(machine, each, method)])),
  }
}

export const selectorOf = ({ locator }: LocatorHost, calls: LocatorCalls): string =>
  toSelector(
    locator.steps.map(({ step }) => step),
    calls.testIdAttribute(),
  )

/** The locator as reports write it, without the page it begins at. */
export const textOfLocator = ({ locator }: LocatorHost): string =>
  writeLocator(locator.steps.map(({ step }) => step)).replace(/^page\./, '')

/** A call on an element: a step, a wait, or a look. */
const actOn = (machine: Machine, calls: LocatorCalls, of: LocatorHost, name: string, args: readonly Value[]): Value => {
  const selector = selectorOf(of, calls)
  const text = textOfLocator(of)
  const [first] = args
  const record = (
    method: string,
    verb: string,
    params: SourceStep['params'],
    does: SourceStep['does'] = 'acts',
  ): undefined => {
    calls.recorder().record({
      class: 'Frame',
      method,
      selector,
      params: { selector, ...params },
      title: `${verb} ${text}`,
      apiName: `locator.${name}`,
      pageId: of.pageId,
      does,
    })
  }
  const string = (value: Value): string =>
    typeof value === 'string'
      ? value
      : untold(
          machine,
          `What \`${name}()\` is given (${isUnknown(value) ? value.why : 'no text'}) is known only when the test runs.`,
        )
  if (LOOKS.has(name)) {
    record(name, 'Look at', {}, 'looks')
    return unknown(`${name}()`)
  }
  switch (name) {
    case 'click':
    case 'dblclick':
    case 'tap':
    case 'hover':
      return record(name, VERBS[name] ?? name, clickParams(machine, first, name))
    case 'check':
    case 'uncheck':
    case 'focus':
    case 'blur':
    case 'selectText':
    case 'scrollIntoViewIfNeeded':
      return record(name, VERBS[name] ?? name, {})
    case 'setChecked': {
      const truth = truthOf(first)
      if (truth === null)
        return untold(machine, 'Whether an element is checked or not is known only when the test runs.')
      return record(truth ? 'check' : 'uncheck', truth ? 'Check' : 'Uncheck', {})
    }
    case 'fill':
      return record('fill', `Fill "${string(first)}"`, { value: string(first) })
    case 'clear':
      return record('fill', 'Clear', { value: '' })
    case 'type':
    case 'pressSequentially':
      return record('type', `Type "${string(first)}"`, { text: string(first) })
    case 'press':
      return record('press', `Press "${string(first)}"`, { key: string(first) })
    case 'selectOption':
      return record('selectOption', 'Select option', { options: optionsOf(machine, first) })
    case 'setInputFiles':
      return record('setInputFiles', 'Set input files', filesOf(machine, first, calls.cwd))
    case 'dispatchEvent':
      return record('dispatchEvent', 'Dispatch event', { type: string(first) })
    case 'dragTo': {
      const target = as(first, 'locator')
      if (!target) return untold(machine, 'Where an element is dragged to is not told by the source.')
      return record('dragAndDrop', 'Drag', { source: selector, target: selectorOf(target, calls) })
    }
    case 'waitFor': {
      const state = as(first, 'table')?.entries.get('state') ?? 'visible'
      return record('waitForSelector', 'Wait for selector', { state: string(state) }, 'waits')
    }
    default:
      return untold(machine, `What \`${name}()\` does is not replayed.`)
  }
}

const VERBS: Readonly<Record<string, string>> = {
  click: 'Click',
  dblclick: 'Double click',
  tap: 'Tap',
  hover: 'Hover',
  check: 'Check',
  uncheck: 'Uncheck',
  focus: 'Focus',
  blur: 'Blur',
  selectText: 'Select text',
  scrollIntoViewIfNeeded: 'Scroll into view',
}

/** Options of a click that change what it does; a limit does not. */
const clickParams = (machine: Machine, options: Value, name: string): SourceStep['params'] => {
  const given = as(options, 'table')
  if (isUnknown(options) || given?.spoilt !== undefined)
    return untold(machine, `How \`${name}()\` is done is known only when the test runs.`)
  if (truthOf(given?.entries.get('trial')) !== false) return untold(machine, `\`${name}()\` is only tried.`)
  const params: Record<string, unknown> = {}
  for (const option of CLICK_OPTIONS) {
    if (!given?.entries.has(option)) continue
    const { known, data } = toPlain(given.entries.get(option))
    if (!known) return untold(machine, `How \`${name}()\` is done is known only when the test runs.`)
    params[option] = data
  }
  return params
}

/** Options by value or label, as the trace of such a call has them. */
const optionsOf = (machine: Machine, value: Value): unknown[] => {
  const { known, data } = toPlain(value)
  if (!known) return untold(machine, 'Which option is selected is known only when the test runs.')
  const all = Array.isArray(data) ? data : data === null || data === undefined ? [] : [data]
  return all.map((one) => (typeof one === 'string' ? { valueOrLabel: one } : one))
}

/** Files by path, or by name and type: what such a one holds is sent empty, as the replay of a trace does. */
const filesOf = (machine: Machine, value: Value, cwd: string): SourceStep['params'] => {
  const { known, data } = toPlain(as(value, 'table') || as(value, 'list') ? namesOnly(value) : value)
  const all = Array.isArray(data) ? data : [data]
  if (known && all.every((one) => typeof one === 'string'))
    return { localPaths: all.map((file) => posix.resolve(cwd, String(file))) }
  if (known && all.every((one) => typeof one === 'object' && one !== null)) return { payloads: all }
  return untold(machine, 'Which files are given is known only when the test runs.')
}

const namesOnly = (value: Value): Value => {
  const items = as(value, 'list')
  if (items) return items.spoilt === undefined ? list(items.items.map(namesOnly)) : value
  const file = as(value, 'table')
  if (!file || file.spoilt !== undefined) return value
  return table(['name', 'mimeType'].map((name) => [name, file.entries.get(name)] as const))
}
