import { stripAnsi } from '../dom/trace-lines.ts'
import type { TraceAction } from '../dom/trace-types.ts'
import type { Failure, FailureError, Framework } from '../model.ts'
import { isCarrier, unwrapped, wrappedIn } from './causes.ts'
import type { Classification } from './classification.ts'
import { deprecatedRules } from './patterns/deprecated.ts'
import { familyRules } from './patterns/families.ts'
import { goRules } from './patterns/go.ts'
import { grpcRules } from './patterns/grpc.ts'
import { httpRules } from './patterns/http.ts'
import { kubernetesRules } from './patterns/kubernetes.ts'
import { languageRules } from './patterns/languages.ts'
import { nodeRules } from './patterns/node.ts'
import { playwrightRules } from './patterns/playwright.ts'
import { pytestRules } from './patterns/pytest.ts'
import { seleniumRules } from './patterns/selenium.ts'
import type { Finding, Rule, RuleInput } from './rule.ts'
import { unknownCause } from './unknown.ts'

export type { Classification } from './classification.ts'

/** An ecosystem's table, and how to tell that an error is one of its own. */
interface Ecosystem {
  readonly rules: readonly Rule[]
  applies(input: RuleInput): boolean
}

const PYTHON: ReadonlySet<Framework> = new Set(['pytest'])
const SCRIPT: ReadonlySet<Framework> = new Set(['vitest', 'node-test', 'jest', 'playwright', 'cypress'])

/** Asked in this order: what is most particular first. A newcomer's table is one more row. */
const ECOSYSTEMS: readonly Ecosystem[] = [
  { rules: playwrightRules.map(withoutMargin), applies: isPlaywright },
  { rules: seleniumRules, applies: isSelenium },
  {
    rules: grpcRules,
    applies: ({ type, message }) =>
      /grpc|StatusRuntime|RpcError/i.test(type) ||
      /StatusCode\.[A-Z]|StatusRuntimeException: [A-Z]|\bcode = (?:[A-Z]\w+|\d{1,2}),? desc = |(?:^|Error: )\d{1,2} [A-Z]+(?:_[A-Z]+)*: /m.test(
        message,
      ),
  },
  { rules: kubernetesRules.map(withoutMargin), applies: isKubernetes },
  {
    rules: pytestRules,
    applies: ({ failure, message, type }) =>
      PYTHON.has(failure.test.framework) ||
      (!SCRIPT.has(failure.test.framework) &&
        (/\.py"?[:,]|^(?:E|>) {3,}\S|pydantic|\(\) (?:takes|got an unexpected|missing \d)/m.test(message) ||
          /^(?:KeyError|AttributeError|ModuleNotFoundError|ImportError|FileNotFoundError)$/.test(type))),
  },
  { rules: httpRules, applies: () => true },
  { rules: nodeRules, applies: () => true },
  { rules: deprecatedRules, applies: () => true },
  { rules: languageRules, applies: () => true },
  { rules: familyRules, applies: () => true },
  { rules: goRules, applies: ({ message }) => /--- FAIL: |_test\.go:\d+/.test(message) },
]

/** pytest prints what an exception says behind an `E`; the lines of its call log are read as any others. */
function withoutMargin(rule: Rule): Rule {
  return {
    name: rule.name,
    find: (input) => rule.find({ ...input, message: input.message.replace(/^E(?:[ \t]{1,12}|$)/gm, '') }),
  }
}

const MAX_MESSAGE = 20_000
/** Nothing that says what went wrong stands that far into a line; hostile lines cost time. */
const LONG_LINE = /^(.{1000}).+$/gm

/**
 * Says what a failed test failed for: exception type and structure first, patterns of the message second. `action` is
 * the call it failed on, where there is a trace; it knows the selector and what was wanted of the element.
 */
export function classify(failure: Failure, action: TraceAction | null = null): Classification {
  let vague: Finding | null = null
  for (const error of inOrder(failure.errors, action)) {
    const { type: _, ...rest } = error
    const whole = toInput(error, failure, action)
    const causes = wrappedIn(error.message.slice(0, MAX_MESSAGE)).map((message) =>
      toInput({ ...rest, message }, failure, action),
    )
    for (const input of isCarrier(whole.fullType) ? [...causes, whole] : [whole, ...causes]) {
      const finding = findingOf(input)
      if (finding && finding.failureType !== 'unknown') return finish(finding, action)
      if (input === whole) vague ??= finding
    }
  }
  return vague ? finish(vague, action) : unknownCause(failure, action)
}

function findingOf(input: RuleInput): Finding | null {
  for (const ecosystem of orderFor(input)) {
    if (!ecosystem.applies(input)) continue
    for (const rule of ecosystem.rules) {
      const finding = rule.find(input)
      if (finding) return finding
    }
  }
  return null
}

/** Soft assertions leave several errors: the one of the call that is looked at comes first. */
function inOrder(errors: readonly FailureError[], action: TraceAction | null): readonly FailureError[] {
  const place = action?.stack[0]
  if (!place) return errors
  const own = (error: FailureError): boolean => {
    const frame = error.stack[0] ?? error.location
    if (frame === undefined || frame.line !== place.line || baseName(frame.file) !== baseName(place.file)) return false
    return frame.column === place.column || frame.column === 0 || place.column === 0
  }
  return [...errors.filter(own), ...errors.filter((error) => !own(error))]
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
}

/** The lines marked with `>` by Playwright, vitest, jest or pytest; without any, those under a Python frame. */
function sourceLines(text: string): string {
  const lines = text.split('\n')
  const marked = lines.filter((line) => /^\s*>/.test(line))
  if (marked.length > 0) return marked.join('\n')
  return lines
    .filter((_, index) => /^\s*File "[^"]+", line \d+|^\S+\.py:\d+: in /.test(lines[index - 1] ?? ''))
    .join('\n')
}

/** HTTP errors print as Python tracebacks; a connection error among them is one all the same. */
function orderFor(input: RuleInput): readonly Ecosystem[] {
  const isHttp =
    /^(?:requests|httpx|urllib3?|aiohttp|http)\./.test(input.fullType) ||
    /^HTTP(?:Status)?Error$|^ConnectionError$|^ConnectError$|^MaxRetryError$|^Read(?:Timeout|TimeoutError)$/.test(
      input.type,
    )
  if (!isHttp) return ECOSYSTEMS
  return [
    ...ECOSYSTEMS.filter(({ rules }) => rules === httpRules),
    ...ECOSYSTEMS.filter(({ rules }) => rules !== httpRules),
  ]
}

function toInput(error: FailureError, failure: Failure, action: TraceAction | null): RuleInput {
  const text = stripAnsi(error.message).slice(0, MAX_MESSAGE).replaceAll('\r\n', '\n').replace(LONG_LINE, '$1…')
  const message = unwrapped(withoutIndent(text))
  const given = error.type
  const fullType = given === undefined || isCarrier(given) ? typeIn(message) || (given ?? '') : given
  const source = sourceLines(`${error.snippet ?? ''}\n${message}`)
  return { type: fullType.split(/[.:\\/$]+/).at(-1) ?? '', fullType, message, source, failure, action }
}

/** Logs and reports print messages further to the right than they were written. */
function withoutIndent(text: string): string {
  const depths = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.length - line.trimStart().length]))
  const depth = Math.min(...depths)
  return depths.length === 0 || depth === 0 ? text : text.replaceAll(new RegExp(`^[ \\t]{${depth}}`, 'gm'), '')
}

/** The type that a message or its traceback ends with: `E   KeyError: 'x'`, `tests/a.py:3: KeyError`, `Foo.Error: …`. */
function typeIn(message: string): string {
  const python = [
    ...message.matchAll(/^E\s{1,8}((?:\w+\.)*[A-Z]\w*(?:Error|Exception|Timeout|Exit|Refused|Failed|Warning))\b/gm),
  ].at(-1)?.[1]
  const place = /^\S+\.py:\d+: ((?:\w+\.)*[A-Z]\w+)$/m.exec(message)?.[1]
  const head =
    /^((?:\w+[.$])*[A-Z][\w$]*(?:Error|Exception|Failure|Fault|Timeout|TimedOut|Failed|NotFound|Denied|Refused|Closed|Exceeded))\b/m.exec(
      message,
    )?.[1]
  // An exception called by its package, whatever its name ends with: `kafka.errors.NoBrokersAvailable: …`.
  const dotted = /^((?:[a-z_]\w{0,80}\.){1,12}[A-Z]\w*)(?=:|[ \t]*$)/m.exec(message)?.[1]
  return python ?? place ?? head ?? dotted ?? ''
}

function isPlaywright({ message, failure, fullType }: RuleInput): boolean {
  if (failure.test.framework === 'playwright') return true
  return (
    /playwright/i.test(fullType) ||
    /playwright|Call log:|=+ logs =+|strict mode violation|net::ERR_|\b(?:[Ll]ocator|[Pp]age|frame)\.\w+: |(?:Locator|Page(?: URL| title)?) expected (?:not )?to /.test(
      message,
    )
  )
}

function isSelenium({ message, fullType, failure, type }: RuleInput): boolean {
  if (failure.test.framework === 'cypress' || /selenium|openqa|webdriver/i.test(fullType)) return true
  return (
    /selenium|webdriver|no such element|stale element|element click intercepted|element not interactable|is not clickable at point|session not created|invalid session id|Unable to locate element|Timed out retrying|cy\.\w+\(/i.test(
      message,
    ) ||
    /^(?:NoSuchElement|StaleElementReference|ElementClickIntercepted|ElementNotInteractable|SessionNotCreated|InvalidSessionId)(?:Exception|Error)$/.test(
      type,
    )
  )
}

function isKubernetes({ message, fullType }: RuleInput): boolean {
  return (
    /kubernetes|kopf|kube/i.test(fullType) ||
    /kubernetes|Error from server|ApiException|kubectl|apiVersion|"kind":\s*"Status"|no matches for kind|the server doesn't have a resource|is forbidden: User|timed out waiting for the condition|strict decoding error|to the server[: ]|INSTALLATION FAILED|the server is currently unable to handle the request|^(?:error: )?The [A-Z]\w+ "[^"\n]+" is invalid: /.test(
      message,
    )
  )
}

function finish(finding: Finding, action: TraceAction | null): Classification {
  const text = finding.element?.text
  const kind = finding.element?.kind
  const selector = action?.selector
  // Where the error speaks of another locator than the trace's call, that call's selector would mislead.
  const same = action?.locatorText === undefined || text === undefined || action.locatorText === text
  const known = action !== null && selector !== undefined && kind !== undefined && same
  const locator = known ? { selector, action: kind, step: action.title } : undefined
  return {
    failureType: finding.failureType,
    rootCause: finding.rootCause,
    affected: finding.affected,
    expected: finding.expected ?? null,
    actual: finding.actual ?? null,
    suggestions: finding.suggestions ?? [],
    locator,
    locatorText: text,
  }
}
