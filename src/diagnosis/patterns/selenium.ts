import type { ActionKind } from '../../model.ts'
import { byMessage, byType, type Finding, firstLine, type Rule, type RuleInput, SUGGEST_REACH } from '../rule.ts'

const EXCEPTIONS = /^(?:NoSuchElement|NoSuchFrame|NoSuchShadowRoot)(?:Exception|Error)$/
/** An empty `Optional`, iterator or list says the same name as a page without the element. */
const OF_A_COLLECTION = /^(?:java|kotlin|scala)\./
const NOT_USABLE =
  /^(?:ElementClickIntercepted|ElementNotInteractable|ElementNotVisible|ElementNotSelectable|InvalidElementState)(?:Exception|Error)$/
/** The codes that the WebDriver protocol has for the same, where a client or a wrapper prints no exception. */
const NOT_USABLE_CODES =
  /element click intercepted|element not (?:interactable|visible|selectable)|invalid element state|is not clickable at point/i
const NO_BROWSER =
  /net::ERR_\w+|chrome not reachable|session not created|session deleted|disconnected|unable to obtain driver|without establishing a connection/i

/** Selenium in its languages, and Cypress. */
export const seleniumRules: readonly Rule[] = [
  byMessage('stale by reference', /element reference (?:not seen before|is stale|of \S+ is stale)/i, (_, input) =>
    stale(input),
  ),
  byMessage('no locator', /\binvalid selector: ([^\n]+)/, (match) => ({
    failureType: 'unknown',
    rootCause: `The locator cannot be read: ${firstLine(match[1] ?? '', 160)}.`,
    affected: 'locator',
  })),
  byType('no such element', EXCEPTIONS, (input) =>
    OF_A_COLLECTION.test(input.fullType)
      ? null
      : lost(readLocator(input.message) ?? sourceLocator(input.message) ?? 'the element', input),
  ),
  byMessage(
    'no such element in text',
    /no such element: Unable to locate element|Unable to (?:locate|find) element/i,
    (_, input) => lost(readLocator(input.message) ?? sourceLocator(input.message) ?? 'the element', input),
  ),
  byType('wait', /^(?:TimeoutException|TimeoutError)$/, findWait),
  byType('not usable', NOT_USABLE, notUsable),
  byType('stale', /^StaleElementReference(?:Exception|Error)$/, stale),
  byMessage('not usable by code', NOT_USABLE_CODES, (_, input) => notUsable(input)),
  byType('driver', /^(?:SessionNotCreated|InvalidSessionId|WebDriver|NoSuchDriver)(?:Exception|Error)$/, noBrowser),
  byMessage('driver by code', /session not created|invalid session id: session deleted/i, (_, input) =>
    noBrowser(input),
  ),
  byMessage('session gone', /invalid session id|session is either terminated or not started/i, () => ({
    failureType: 'unknown',
    rootCause: 'The session with the browser had ended.',
    affected: 'browser',
  })),
  byMessage(
    'cypress lost',
    /Expected to find (?:element|content): [`']([\s\S]+?)[`'](?:[,.]| within| but|\s*$)/,
    (match, input) => lost(match[1] ?? '', input),
  ),
  byMessage(
    'cypress state',
    /Timed out retrying(?: after (\d+)ms)?: [`']?cy\.(\w+)\(\)[`']? failed because (.+)/,
    (match) => ({
      failureType: 'timeout',
      rootCause: `The element was found, but ${firstLine(match[3] ?? '', 160)
        .replace(/\.$/, '')
        .replace(/^this element /, '')}.`,
      affected: `cy.${match[2]}`,
      expected: match[1] === undefined ? null : `${match[1]} ms`,
    }),
  ),
]

function notUsable({ message }: RuleInput): Finding {
  return {
    failureType: 'timeout',
    rootCause: `The element was found, but could not be used: ${firstLine(message.replace(/^(?:[\w.]+: |Message: )+/, ''), 160)}.`,
    affected: sourceLocator(message) ?? 'the element',
    suggestions: ['The locator is right; look for what covers, hides or disables the element.'],
  }
}

function noBrowser({ message }: RuleInput): Finding | null {
  const said = NO_BROWSER.exec(message)
  if (!said) return null
  return {
    failureType: 'connection_error',
    rootCause: `The browser or the page could not be reached: ${said[0]}.`,
    affected: 'browser',
    suggestions: SUGGEST_REACH,
  }
}

function stale({ message }: RuleInput): Finding {
  return {
    failureType: 'timeout',
    rootCause: 'The element was replaced between being found and being used.',
    affected: sourceLocator(message) ?? 'the element',
    suggestions: ['Find the element again just before it is used.'],
  }
}

function lost(locator: string, input: RuleInput): Finding {
  return {
    failureType: 'selector_not_found',
    rootCause: `${locator} matches nothing on the page.`,
    affected: locator,
    expected: '1 element',
    actual: 'none',
    element: { kind: actionIn(input.message), text: locator },
    suggestions: ['Compare the locator with the page as it was at that step.'],
  }
}

/** `{"method":"css selector","selector":"[id="username"]"}`; Selenium turns ids, names and classes into CSS on the way. */
export function readLocator(message: string): string | null {
  const json = /\{\s*"method"\s*:\s*"([^"]+)"\s*,\s*"selector"\s*:\s*"([\s\S]*?)"\s*\}/.exec(message)
  if (json?.[1] && json[2] !== undefined) return nameLocator(json[1], json[2])
  const java = /\{?(?:using=([\w ]+), value=(.+?)\}|By\.(\w+): (\S[^\n]*?)(?:'? \(tried for [^\n]*)?(?:\n|$))/.exec(
    message,
  )
  if (java?.[1]) return nameLocator(java[1], java[2] ?? '')
  if (java?.[3]) return `By.${java[3]}: ${java[4]?.trim()}`
  return /Unable to locate element: (\S[^\n]*)/.exec(message)?.[1]?.trim() ?? null
}

function nameLocator(method: string, selector: string): string {
  const plain = selector.replace(/\\(["'\\])/g, '$1')
  const attribute = /^(?:\*)?\[(id|name)="([^"\]]+)"\]$/.exec(plain)
  if (method === 'css selector' && attribute) return `${attribute[1]}=${attribute[2]}`
  return method === 'css selector' ? plain : `${method}=${plain}`
}

/** The locator in the source line that the traceback prints: `By.ID, "username"`, `By.id("username")`. */
export function sourceLocator(message: string): string | null {
  const match = /By\.(\w+)\s*[,(]\s*(?:value\s*=\s*)?(["'])([\s\S]{1,300}?)\2/.exec(message)
  return match?.[1] ? `${match[1].toLowerCase().replaceAll('_', ' ')}=${match[3]}` : null
}

/** A wait says in its source line only what it waited for. */
function findWait(input: RuleInput): Finding | null {
  const { message } = input
  const isWait =
    /WebDriverWait|expected_conditions|ExpectedConditions|\bEC\.|wait\.until|\.until\(|tried for \d+ second|Timed out after \d+ seconds waiting for/i.test(
      message,
    )
  if (!isWait) return null
  const locator = readLocator(message) ?? sourceLocator(message)
  const absence = /invisibility[ _]?of|staleness[ _]?of|until_not/i.test(message)
  if (absence)
    return {
      failureType: 'timeout',
      rootCause: `${locator ?? 'The element'} did not go away in time.`,
      affected: locator ?? 'the wait',
    }
  const presence = /presence[ _]?of|visibility[ _]?of|element[ _]?to[ _]?be[ _]?clickable|located|find_?element/i.test(
    message,
  )
  if (presence && locator !== null) return lost(locator, input)
  return {
    failureType: 'timeout',
    rootCause: `What the test waits for did not come about in time${locator === null ? '' : ` (${locator})`}.`,
    affected: locator ?? 'the wait',
  }
}

function actionIn(message: string): ActionKind {
  const method = /\.(click|send_keys|sendKeys|type|clear|select_by\w*|submit|should)\(/i
    .exec(message)?.[1]
    ?.toLowerCase()
  if (method === undefined) return 'read'
  if (method === 'click' || method === 'submit') return 'click'
  if (method === 'should') return 'expect'
  return method.startsWith('select') ? 'select' : 'fill'
}
