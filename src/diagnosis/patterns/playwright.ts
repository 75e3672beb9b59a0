import type { ActionKind } from '../../model.ts'
import { byMessage, type Finding, firstLine, type Rule, type RuleInput, SUGGEST_REACH } from '../rule.ts'
import { findAssertion } from './playwright-expect.ts'
import { callLog, readWaiting, type Waiting } from './playwright-log.ts'

/** Playwright for Node.js, Python, Java and .NET: they share the call log. */
export const playwrightRules: readonly Rule[] = [
  byMessage('strict mode', /strict mode violation: (.+?) resolved to (\d+) elements/, (match, input) => {
    const locator = match[1] ?? ''
    return {
      failureType: 'selector_not_found',
      rootCause: `${locator} matches ${match[2]} elements where the test means one.`,
      affected: locator,
      expected: '1 element',
      actual: `${match[2]} elements`,
      element: { kind: kindOf(input), text: locator },
      suggestions: ['Say which of them is meant: by name, by test id, or by what stands around it.'],
    }
  }),
  { name: 'assertion', find: findAssertion },
  byMessage(
    'network',
    /(?:net::(ERR_(?:CONNECTION_\w+|NAME_NOT_RESOLVED|ADDRESS_\w+|INTERNET_DISCONNECTED|NETWORK_\w+|CERT_\w+|SSL_\w+|PROXY_\w+|TUNNEL_\w+|SOCKET_\w+|EMPTY_RESPONSE|TIMED_OUT|UNSAFE_PORT))|(NS_ERROR_\w+)|(Could not connect to server))/,
    (match, input) => {
      const url = /\b(?:at|to|navigating to)\s+"?(https?:\/\/[^\s"',]+)/.exec(input.message)?.[1] ?? 'the page'
      const reason = match[1] ?? match[2] ?? match[3] ?? ''
      return {
        failureType: 'connection_error',
        rootCause: `${url} could not be reached: ${reason}.`,
        affected: url,
        actual: reason,
        suggestions: SUGGEST_REACH,
      }
    },
  ),
  { name: 'call', find: findCall },
  byMessage(
    'test timeout',
    /(?:Test timeout of|Test finished within timeout of|Fixture "[^"]+" timeout of) ?(\d+)ms exceeded?(.*)/,
    (match) => ({
      failureType: 'timeout',
      rootCause: `The test did not end within ${match[1]} ms${match[2]?.replace(/\.$/, '') ?? ''}.`,
      affected: 'test',
      expected: `${match[1]} ms`,
      suggestions: ['Look at the trace for the step that takes long.'],
    }),
  ),
  byMessage('browser missing', /Executable doesn't exist at (\S+)/, (match) => ({
    failureType: 'unknown',
    rootCause: `The browser is not installed (${match[1]}).`,
    affected: 'browser',
    suggestions: ['Install it before the tests: npx playwright install --with-deps.'],
  })),
]

/** A call that ran out of time: the call log says whether the element was ever found, and what was wrong with it. */
function findCall(input: RuleInput): Finding | null {
  const { message } = input
  const head =
    /(?:^|\s|: )((?:locator|page|frame|frameLocator|elementHandle|Locator|Page|Frame|ElementHandle|browserContext|apiRequestContext)\.\w+): (.*)/.exec(
      message,
    )
  const limit = /(?:Timeout|timeout of) (\d+)ms exceeded/.exec(message)?.[1]
  const closed = /Target (?:page, context or browser has been )?closed/.test(message)
  if (!head && limit === undefined && !closed) return null
  const log = callLog(message)
  const waiting = log.map(readWaiting).find((each) => each !== null)
  if (waiting && (limit !== undefined || closed)) return findElement(input, waiting, log, limit)
  if (limit === undefined || (!head && /^Test timeout of/m.test(message))) return null
  const url = /navigating to "([^"]+)"/.exec(message)?.[1]
  const event = /while waiting for event "(\w+)"/.exec(message)?.[1]
  const call = head?.[1] ?? input.action?.title ?? 'The call'
  const affected = url ?? (event === undefined ? call : `${call} (${event})`)
  return {
    failureType: 'timeout',
    rootCause:
      url === undefined ? `${call} did not come about within ${limit} ms.` : `${url} did not load within ${limit} ms.`,
    affected,
    expected: `${limit} ms`,
    suggestions: ['Check whether what the step waits for still happens, and how long it takes.'],
  }
}

const OBSTACLES: readonly [RegExp, string][] = [
  [/element is not visible/, 'is not visible'],
  [/resolved to hidden/, 'is hidden'],
  [/element is not enabled/, 'is disabled'],
  [/element is not editable|element is not an? <(?:input|textarea|select)>/i, 'cannot be edited'],
  [/element is not stable/, 'does not stop moving'],
  [/element is outside of the viewport/, 'cannot be scrolled into view'],
  [/did not find some options/, 'has no such option'],
  [/element was detached from the DOM/, 'is replaced again and again'],
]

function findElement(input: RuleInput, waiting: Waiting, log: readonly string[], limit: string | undefined): Finding {
  const { text, state } = waiting
  const gone = state === 'hidden' || state === 'detached'
  const kind =
    input.action && input.action.kind !== 'other' && input.action.kind !== 'navigate'
      ? input.action.kind
      : gone
        ? 'absent'
        : kindOf(input)
  const resolved = log.findLast((line) => /^(?:locator|selector) resolved to /.test(line))
  const base = { affected: text, expected: limit === undefined ? null : `within ${limit} ms`, element: { kind, text } }
  if (kind === 'absent' || gone) {
    return {
      ...base,
      failureType: 'timeout',
      rootCause: `${text} did not go away${within(limit)}.`,
      actual: resolved ?? null,
    }
  }
  if (resolved === undefined) {
    return {
      ...base,
      failureType: 'selector_not_found',
      rootCause: `${text} matches nothing on the page.`,
      expected: '1 element',
      actual: 'none',
      suggestions: ['Compare the locator with the page as the trace shows it at that step.'],
    }
  }
  const over = log
    .map((line) => /^<?(.+?)>? (?:from .+ )?intercepts pointer events/.exec(line)?.[1])
    .findLast((each) => each !== undefined)
  const obstacle =
    over !== undefined
      ? `is covered by <${over.replace(/^<|>$/g, '')}>`
      : OBSTACLES.find(([pattern]) => log.some((line) => pattern.test(line)))?.[1]
  return {
    ...base,
    failureType: 'timeout',
    rootCause: `${text} was found, but ${obstacle ?? 'was not ready'}${limit === undefined ? '' : ` (waited ${limit} ms)`}.`,
    actual: firstLine(resolved.replace(/^(?:locator|selector) resolved to /, '')),
    suggestions: ['The locator is right; look for what keeps the element from being used.'],
  }
}

function within(limit: string | undefined): string {
  return limit === undefined ? '' : ` within ${limit} ms`
}

const METHODS: Readonly<Record<string, ActionKind>> = {
  click: 'click',
  dblclick: 'click',
  tap: 'click',
  fill: 'fill',
  type: 'fill',
  clear: 'fill',
  pressSequentially: 'fill',
  press_sequentially: 'fill',
  press: 'press',
  selectOption: 'select',
  select_option: 'select',
  check: 'check',
  uncheck: 'check',
  setChecked: 'check',
  hover: 'hover',
  setInputFiles: 'upload',
  set_input_files: 'upload',
  dragTo: 'drag',
  drag_to: 'drag',
  dragAndDrop: 'drag',
}

/** What was wanted of the element: the trace knows, else the name of the call. */
export function kindOf(input: RuleInput): ActionKind {
  const known = input.action?.kind
  if (known !== undefined && known !== 'other' && known !== 'navigate') return known
  if (/expect\(|expected to |\bexpect\.to/.test(firstLine(input.message, 400))) return 'expect'
  const method = /(?:locator|page|frame|elementHandle)\.(\w+): /i.exec(input.message)?.[1]
  return METHODS[method ?? ''] ?? 'read'
}
