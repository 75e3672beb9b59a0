import {
  byMessage,
  byType,
  type Finding,
  firstLine,
  type Rule,
  type RuleInput,
  SUGGEST_ACCESS,
  unquote,
} from '../rule.ts'
import { statusFinding } from './http.ts'

/** Node.js, and the assertions of node:test, vitest, jest, chai and JUnit. */
export const nodeRules: readonly Rule[] = [
  byMessage('junit timeout', /execution (?:exceeded timeout of|timed out after) (\d+ m?s)/, (match) => ({
    failureType: 'timeout',
    rootCause: `The test did not end within ${match[1]}.`,
    affected: 'test',
    expected: match[1] ?? null,
  })),
  byType('condition', /^ConditionTimeoutException$/, (input) => ({
    failureType: 'timeout',
    rootCause: `What the test waits for did not come about: ${firstLine(input.message.replace(/^[\w.]+: /, ''))}.`,
    affected: /alias '([^']+)'/.exec(input.message)?.[1] ?? 'condition',
    expected: /within (\d+ \w+)/.exec(input.message)?.[1] ?? null,
    suggestions: ['Measure how long it really takes.'],
  })),
  byMessage(
    'undefined read',
    /Cannot read propert(?:y '([^']+)'|ies) of (undefined|null)(?: \(reading '([^']+)'\))?/,
    (match, input) => {
      const name = match[3] ?? match[1] ?? ''
      const parent = parentOf(name, input.source)
      return {
        failureType: 'field_renamed',
        rootCause:
          parent === null
            ? `"${name}" is read from something that is ${match[2]}.`
            : `"${parent}" is ${match[2]} where the test reads "${name}" from it.`,
        affected: parent ?? name,
        expected: parent ?? name,
        actual: match[2] ?? null,
        suggestions: ['Check whether the field was renamed, and what is there instead.'],
      }
    },
  ),
  byMessage(
    'destructured',
    /Cannot destructure property '([^']+)' of '([^']+)'|undefined is not an object \(evaluating '([^']+)'\)/,
    (match) => renamed(match[1] ?? match[3] ?? ''),
  ),
  byMessage('not a function', /(?<![\w$.()[\]])([\w$.()[\]]{1,200}) is not a (?:function|constructor)/, (match) =>
    changed(match[1] ?? '', `${match[1]} is not a function any more.`),
  ),
  byMessage(
    'export',
    /does not provide an export named '([^']+)'|'([^']+)' is not exported by|No "([^"]+)" export is defined/,
    (match, input) => {
      const from = /module '([^']+)'/.exec(input.message)?.[1]
      const name = match[1] ?? match[2] ?? match[3] ?? ''
      return changed(from === undefined ? name : `${from}: ${name}`, `"${name}" is not exported any more.`)
    },
  ),
  byMessage(
    'module',
    /Cannot find (?:module|package) '([^']+)'|Failed to resolve import "([^"]+)"|Failed to load url ([^\s(]{1,300})|Module not found: .*'([^']+)'/,
    (match) => {
      const name = match.slice(1).find((each) => each !== undefined) ?? ''
      return changed(name, `There is no module "${name}".`)
    },
  ),
  byMessage('file', /ENOENT: no such file or directory, \w+ '([^']+)'/, (match) => ({
    failureType: 'resource_not_found',
    rootCause: `The file ${match[1]} is not there.`,
    affected: match[1] ?? '',
  })),
  byMessage('rights', /(?:EACCES|EPERM): [\w ]+, \w+ '([^']+)'/, (match) => ({
    failureType: 'permission_denied',
    rootCause: `Access to ${match[1]} was denied.`,
    affected: match[1] ?? '',
    suggestions: SUGGEST_ACCESS,
  })),
  byMessage(
    'runner timeout',
    /Test timed out in (\d+) ?ms|Exceeded timeout of (\d+) ms for a (?:test|hook)|Timeout of (\d+)ms exceeded\. For async tests|test timed out after (\d+)ms|Hook timed out in (\d+)ms/,
    (match) => {
      const limit = match.slice(1).find((each) => each !== undefined)
      return {
        failureType: 'timeout',
        rootCause: `The test did not end within ${limit} ms.`,
        affected: 'test',
        expected: `${limit} ms`,
        suggestions: ['Measure how long it really takes.'],
      }
    },
  ),
  byMessage(
    'polled',
    /Timed out in wait\w*!|^\s*❯ (?:vi\.)?wait(?:For|Until)\.timeout\b|[Tt]imed out (?:in|while) wait/m,
    (_, input) => ({
      failureType: 'timeout',
      rootCause: `What the test waits for did not come about: ${firstLine(input.message.replace(/^\w+: /, ''))}.`,
      affected: 'condition',
      expected: /timeout: ?(\d[\d_]*)/.exec(input.source)?.[1] ?? null,
      suggestions: ['Measure how long it really takes.'],
    }),
  ),
  byMessage(
    'snapshot',
    /Snapshot `[^`]+` mismatched|toMatch(?:Inline)?Snapshot\(/,
    (_, input) => mismatch(null, null, input),
    /^(?:Error|)$/,
  ),
  byMessage(
    'unknown option',
    /(?:unknown|unexpected|unrecogni[sz]ed|unsupported) (?:option|argument|parameter):? ["'`]?([A-Za-z_$][\w$]*)/i,
    (match) => changed(match[1] ?? '', `The option "${match[1]}" is not taken any more.`),
    /^(?!AssertionError$)\w*$/,
  ),
  byMessage('not iterable', /([\w$.]{1,200}) is not iterable/, (match, input) => {
    const name = match[1] ?? ''
    const field = name.split('.').at(-1) ?? name
    return /^(?:undefined|null|object)$/.test(field) && !name.includes('.') && input.source === ''
      ? null
      : renamed(field)
  }),
  byMessage(
    'property',
    /to have (?:own |nested )?property ['"]([\w$.-]+)['"](?!\s*(?:with value|of))/,
    (match, input) => (/\bnot to have\b/.test(input.message) ? null : renamed(match[1] ?? '')),
  ),
  byMessage('property path', /toHaveProperty\(path(?:, value)?\)\s+Expected path: "([^"]+)"/, (match, input) =>
    /\.not\.toHaveProperty/.test(input.message) || /Received path: "/.test(input.message)
      ? null
      : renamed(match[1] ?? ''),
  ),
  byMessage(
    'spied',
    /Property `(\w+)` does not exist in the provided object|The property "(\w+)" is not defined on the object|(\w+) does not exist\s*$/m,
    (match, input) => {
      const name = match[1] ?? match[2] ?? match[3] ?? ''
      if (match[3] !== undefined && !/\bspyOn\(/.test(input.source)) return null
      return changed(name, `There is no "${name}" to watch any more.`)
    },
  ),
  byMessage(
    'promise',
    /promise (?:resolved|rejected) ("[^"]*" )?instead of (?:rejected|resolved|rejecting|resolving)/i,
    (match, input) =>
      mismatch(/instead of (\w+)/.exec(match[0])?.[1] ?? null, /promise (\w+)/i.exec(match[0])?.[1] ?? null, input),
  ),
  byMessage(
    'dom query',
    /Unable to find (?:an element|role=|a label|an accessible element)[^\n]*|Found multiple elements [^\n]*/,
    ([said], input) => {
      const isMany = said.startsWith('Found')
      const query = said.replace(
        /^(?:Unable to find|Found multiple elements) (?:an (?:accessible )?element )?(?:by: |with )?/,
        '',
      )
      return {
        failureType: 'selector_not_found',
        rootCause: `${firstLine(query, 160).replace(/\.$/, '')} matches ${isMany ? 'several elements' : 'nothing'} in what was rendered.`,
        affected: firstLine(query, 160),
        expected: '1 element',
        actual: isMany ? 'several' : 'none',
        element: { kind: /\bexpect\(/.test(input.source) ? 'expect' : 'read', text: query },
        suggestions: ['Compare the query with what the component renders.'],
      }
    },
    /^(?:TestingLibraryElementError|Error|)$/,
  ),
  { name: 'status assertion', find: findStatus },
  { name: 'assertion', find: findAssertion },
  byType('java member', /^NoSuchField(?:Error|Exception)$/, (input) =>
    renamed(firstLine(input.message.replace(/^[\w.$]+: /, ''))),
  ),
  byType(
    'java linkage',
    /^(?:NoSuchMethodError|NoSuchMethodException|ClassNotFoundException|NoClassDefFoundError|AbstractMethodError)$/,
    (input) => {
      const name = firstLine(input.message.replace(/^[\w.$]+: /, ''))
      return changed(name, `${name} is not there any more.`)
    },
  ),
  byMessage(
    'java field',
    /Unrecognized field "([^"]+)"|No results for path: \$(?:\[?['.]?)(.+?)(?:['\]]*)?$/m,
    (match) => renamed(match[1] ?? match[2]?.replaceAll("']['", '.') ?? ''),
  ),
  byType('timeout', /^(?:TimeoutException|TimeoutError|ConditionTimeoutException|AbortError)$/, (input) => ({
    failureType: 'timeout',
    rootCause: `The operation did not end in time: ${firstLine(input.message)}.`,
    affected: 'operation',
  })),
]

function renamed(name: string): Finding {
  return {
    failureType: 'field_renamed',
    rootCause: `There is no "${name}" in what the product returned.`,
    affected: name,
    expected: name,
  }
}

function changed(api: string, rootCause: string): Finding {
  return {
    failureType: 'api_changed',
    rootCause,
    affected: api,
    suggestions: ['Look for the commit that changed it, and for what takes its place.'],
  }
}

/** The field whose value was missing stands in the source line that the report prints: `body.status.phase`. */
function parentOf(name: string, source: string): string | null {
  if (!/^[\w$]+$/.test(name)) return null
  const found = new RegExp(`([\\w$]+)(?:\\)|\\])?\\??\\.${name.replaceAll('$', '\\$')}\\b`).exec(source)
  return found?.[1] ?? null
}

/** `expect(response.status).toBe(200)`: the status that came says what is wrong, where a good one was wanted. */
function findStatus(input: RuleInput): Finding | null {
  const rest = /Expected status code <(\d{3})> but was <(\d{3})>/.exec(input.message)
  if (rest?.[1] && rest[2]) return statusAsserted(rest[2], rest[1])
  const found =
    /expected (\d{3}) to (?:be|equal|deeply equal|strictly equal|eql) (\d{3})\b/.exec(input.message) ??
    /\n(\d{3}) !== (\d{3})\s*(?:\n|$)/.exec(input.message) ??
    statusLines(input.message)
  const [, actual = '', wanted = ''] = found ?? []
  return /\bstatus(?:Code|_code)?\b/.test(input.source) ? statusAsserted(actual, wanted) : null
}

function statusAsserted(actual: string, wanted: string): Finding | null {
  if (!/^[23]/.test(wanted) || !/^[45]/.test(actual)) return null
  const found = statusFinding(Number(actual), '', '')
  const failureType = found.failureType === 'unknown' ? 'assertion_mismatch' : found.failureType
  return { ...found, failureType, expected: wanted, actual }
}

function statusLines(message: string): readonly string[] | null {
  const expected = /^[ \t]*Expected: (\d{3})$/m.exec(message)?.[1]
  const received = /^[ \t]*Received: (\d{3})$/m.exec(message)?.[1]
  return expected && received ? ['', received, expected] : null
}

function findAssertion(input: RuleInput): Finding | null {
  const { message } = input
  const misused = /^\s*Matcher error: ([^\n]+)/m.exec(message)?.[1]
  if (misused !== undefined)
    return {
      failureType: 'unknown',
      rootCause: `The assertion could not be made: ${firstLine(misused, 160).replace(/\.$/, '')}.`,
      affected: 'assertion',
    }
  const java =
    /expected: ?<([\s\S]*?)> but was: ?<([\s\S]*?)>/.exec(message) ??
    /expected \[([\s\S]*?)\] but found \[([\s\S]*?)\]/.exec(message)
  if (java) return mismatch(java[1] ?? null, java[2] ?? null, input)
  const chai =
    /expected ([\s\S]+?) (?:not )?to (?:be|equal|deeply equal|eql|strictly equal|contain|include|match|have (?:property|length|text|value)(?: of)?) (?:a |an )?([\s\S]+?)(?:\s\/\/.*)?(?:$|\n)/.exec(
      message,
    )
  const expected = /^[ \t]*(?:Expected(?: \w+)?|[-−] Expected):?[ \t]+(.+)$/m.exec(message)?.[1]
  const actual = /^[ \t]*(?:Received(?: \w+)?|[+] Received|Actual(?: \w+)?):?[ \t]+(.+)$/m.exec(message)?.[1]
  if (expected !== undefined && actual !== undefined) return mismatch(expected, actual, input)
  const strict = /Expected values to be strictly (?:deep-)?equal:\s+([\s\S]+?) !== ([\s\S]+?)(?:\n\s*\n|$)/.exec(
    message,
  )
  const [came, wanted] = [onlyLine(message, '+'), onlyLine(message, '-')]
  if (came !== null && wanted !== null) return mismatch(wanted, came, input)
  if (strict) return mismatch(strict[2] ?? null, strict[1] ?? null, input)
  if (chai) return mismatch(chai[2] ?? null, chai[1] ?? null, input)
  // Older versions put the values on lines of their own.
  const below = (what: string): string | null =>
    new RegExp(`^\\s*${what}[^\\n]*:\\n\\s+([^\\n]+)`, 'm').exec(message)?.[1]?.trim() ?? null
  if (/^\s*(?:\w*Error: )?expect\([^)\n]{0,80}\)?\)?(?:\.\w+)*\.to[A-Z]\w*\(/.test(message))
    return mismatch(expected ?? below('Expected'), actual ?? below('Received'), input)
  if (
    !/^(?:AssertionError|AssertionFailedError|ComparisonFailure|ExpectationFailedException|AssertionFailed|\w*MultipleFailuresError)$/.test(
      input.type,
    )
  )
    return null
  return mismatch(expected ?? null, actual ?? null, input)
}

/** The one line that a diff of `+ actual - expected` adds or takes. */
function onlyLine(message: string, sign: '+' | '-'): string | null {
  if (!/^\+ actual - expected/m.test(message)) return null
  const lines = message.split('\n').filter((line) => line.startsWith(`${sign} `) && !line.startsWith('+ actual'))
  return lines.length === 1 ? (lines[0]?.slice(2).replace(/,$/, '') ?? null) : null
}

function mismatch(expected: string | null, actual: string | null, input: RuleInput): Finding {
  const clean = (text: string | null): string | null => (text === null ? null : unquote(firstLine(text, 300)))
  const known = expected !== null || actual !== null
  return {
    failureType: 'assertion_mismatch',
    rootCause: known
      ? `The value is ${clean(actual) ?? 'something else'} where the test wants ${clean(expected) ?? 'something else'}.`
      : `An assertion does not hold: ${firstLine(input.message)}.`,
    affected: 'assertion',
    expected: clean(expected),
    actual: clean(actual),
  }
}
