import {
  byMessage,
  byType,
  type Finding,
  firstLine,
  type Rule,
  type RuleInput,
  SUGGEST_ACCESS,
  SUGGEST_REACH,
} from '../rule.ts'

/** Python's own exceptions, as pytest and unittest print them. */
export const pytestRules: readonly Rule[] = [
  byMessage('key', /KeyError: (['"]?)(.+?)\1(?=\s*$|\n)/m, (match) => renamed(match[2] ?? '', 'key'), /^KeyError$|^$/),
  byType('key bare', /^KeyError$/, (input) => renamed(firstLine(input.message).replace(/^['"]|['"]$/g, ''), 'key')),
  byMessage(
    'module attribute',
    /(?:module '([^']+)'[^\n]{0,300}|'module' object) (?:has no|does not have the) attribute '([^']+)'/,
    (match) =>
      changed(
        match[1] === undefined ? (match[2] ?? '') : `${match[1]}.${match[2]}`,
        `${match[1] ?? 'The module'} has no ${match[2]} any more.`,
      ),
  ),
  byMessage('attribute', /'([\w.]+)' object has no attribute '([^']+)'/, (match, input) => {
    const [, owner = '', name = ''] = match
    const called = new RegExp(`\\.${escapeRegExp(name)}\\s*\\(`).test(input.source)
    if (owner === 'NoneType' && called) return nothing(name, input.source)
    return called
      ? changed(`${owner}.${name}()`, `${owner} has no method ${name}.`)
      : { ...renamed(name, 'attribute'), rootCause: `${owner} has no attribute "${name}".` }
  }),
  byMessage('keyword', /(?<![\w.<>])([\w.<>]{1,200})\(\) got an unexpected keyword argument '([^']+)'/, (match) =>
    changed(`${match[1]}(${match[2]}=)`, `${match[1]} no longer takes the keyword argument "${match[2]}".`),
  ),
  byMessage('keywords', /[Uu]nexpected keyword arguments? passed to ([\w.]{1,200}): '?(\w+)/, (match) =>
    changed(`${match[1]}(${match[2]}=)`, `${match[1]} no longer takes the keyword argument "${match[2]}".`),
  ),
  byMessage(
    'arguments',
    /(?<![\w.])([\w.]{1,200})\(\) (missing \d+ required (?:positional|keyword-only) arguments?: .+|takes .+ but \d+ (?:was|were) given|got multiple values for argument .+|got some positional-only arguments .+)/,
    (match) => changed(`${match[1]}()`, `${match[1]}() ${firstLine(match[2] ?? '')}: its signature has changed.`),
  ),
  byMessage(
    'abstract or init',
    /TypeError: (?:Can't instantiate abstract class (\w+)|(\w+)\(\) takes no arguments)/,
    (match) => changed(match[1] ?? match[2] ?? '', `${match[1] ?? match[2]} cannot be made the way the test makes it.`),
  ),
  byMessage('import name', /cannot import name '([^']+)' from (?:partially initialized module )?'([^']+)'/, (match) =>
    changed(`${match[2]}.${match[1]}`, `${match[2]} no longer has "${match[1]}".`),
  ),
  byMessage('import name alone', /cannot import name ["']?(\w+)/, (match) =>
    changed(match[1] ?? '', `"${match[1]}" is not there to import any more, or is called otherwise.`),
  ),
  byMessage('module', /No module named ["']?([\w.-]+)/, (match) =>
    changed(match[1] ?? '', `There is no module "${match[1]}".`, [
      'Check whether it was moved or renamed, or is not installed.',
    ]),
  ),
  byMessage(
    'schema',
    /'([^']+)' is a required property|^(?:E[ \t]+|[ \t]*)([^\s:]{1,200})\n(?:E?[ \t]+)(?:Field required|field required|Extra inputs are not permitted|extra fields not permitted)/m,
    (match) => renamed(match[1] ?? match[2] ?? '', 'field'),
  ),
  byMessage(
    'none from get',
    /assert None (?:==|is|in) [^\n]*[\s\S]{0,200}?where None = <built-in method get of dict[^\n]*>\('([^']+)'\)/,
    (match) => renamed(match[1] ?? '', 'key'),
  ),
  byMessage('none subscript', /'NoneType' object is not (?:subscriptable|iterable)/, (_, input) =>
    renamed(lastKey(input.source) ?? 'the value', 'value'),
  ),
  byMessage('not callable', /'([\w.]+)' object is not callable/, (match, input) => {
    const name = /\.(\w+)\(/.exec(input.source)?.[1] ?? match[1] ?? ''
    return changed(`${name}()`, `"${name}" is no function any more, but a ${match[1]}.`)
  }),
  byMessage('invalid keyword', /'(\w+)' is an invalid keyword argument for (\w+)\(\)/, (match) =>
    changed(`${match[2]}(${match[1]}=)`, `${match[2]} does not take the keyword argument "${match[1]}".`),
  ),
  byMessage('fixture', /fixture '([^']+)' not found/, (match) =>
    changed(match[1] ?? '', `There is no fixture "${match[1]}".`, ['Check whether the fixture was renamed or moved.']),
  ),
  byMessage('bare attribute', /^(?:E\s+)?AttributeError: (\w+)\s*$/m, (match) =>
    changed(match[1] ?? '', `There is no member "${match[1]}" any more.`),
  ),
  byMessage('file', /FileNotFoundError: (?:\[Errno 2\] )?(?:No such file or directory: )?['"]?([^'"\n]+)/, (match) =>
    missing(match[1] ?? '', 'file'),
  ),
  byMessage('permission', /PermissionError: (?:\[Errno 13\] )?(?:Permission denied: )?['"]?([^'"\n]+)/, (match) => ({
    failureType: 'permission_denied',
    rootCause: `Access to ${match[1]} was denied.`,
    affected: match[1] ?? '',
    suggestions: SUGGEST_ACCESS,
  })),
  byType(
    'connection',
    /^(?:ConnectionRefusedError|ConnectionResetError|ConnectionAbortedError|BrokenPipeError|gaierror|SSLError|SSLCertVerificationError)$/,
    (input) => ({
      failureType: 'connection_error',
      rootCause: `The connection failed: ${firstLine(input.message)}.`,
      affected: /['"]?([\w.-]+:\d{2,5})/.exec(input.message)?.[1] ?? 'connection',
      suggestions: SUGGEST_REACH,
    }),
  ),
  byMessage('pytest-timeout', /(?:Failed: )?Timeout \(?>?\s*(\d+(?:\.\d+)?)\s?s\)?/, (match) =>
    slow(`${match[1]} s`, 'test'),
  ),
  byType('timeout', /^(?:TimeoutError|Timeout|FunctionTimedOut|WaitTimeout|TimeoutExpired|RetryError)$/, (input) => {
    const limit =
      /(?:after|within|in|timeout[ =:]+|timed out after) ?(\d+(?:\.\d+)?) ?(ms|m(?:in)?\b|s|seconds?)?/i.exec(
        input.message,
      )
    return slow(limit ? `${limit[1]} ${limit[2] ?? 's'}` : null, firstLine(input.message) || 'the operation')
  }),
  { name: 'status assertion', find: findStatus },
  { name: 'assertion', find: findAssertion },
]

/** What has none of the methods of a thing is no thing: it was missing where it came from. */
function nothing(method: string, source: string): Finding {
  const holder = new RegExp(
    `([A-Za-z_]\\w{0,100})(?:\\(\\)|\\[[^\\]]{0,40}\\])?\\.${escapeRegExp(method)}\\s*\\(`,
  ).exec(source)?.[1]
  const name = holder ?? 'the value'
  return { ...renamed(name, 'value'), rootCause: `"${name}" is None where "${method}" is called on it.` }
}

/** The key that a line reads before the one that failed: `data.get("status")["phase"]`, `data["status"]["phase"]`. */
function lastKey(source: string): string | null {
  return [...source.matchAll(/(?:\.get\(|\[)\s*['"]([\w.-]{1,100})['"]/g)].at(0)?.[1] ?? null
}

function renamed(name: string, kind: string): Finding {
  return {
    failureType: 'field_renamed',
    rootCause: `There is no ${kind} "${name}" in what the product returned.`,
    affected: name,
    expected: name,
    suggestions: ['Check whether the field was renamed, and what is there instead.'],
  }
}

function changed(
  api: string,
  rootCause: string,
  suggestions = ['Look for the commit that changed it, and for what takes its place.'],
): Finding {
  return { failureType: 'api_changed', rootCause, affected: api, suggestions }
}

function missing(name: string, kind: string): Finding {
  return {
    failureType: 'resource_not_found',
    rootCause: `The ${kind} ${name} is not there.`,
    affected: name,
    suggestions: ['Check whether it was moved or renamed.'],
  }
}

function slow(limit: string | null, what: string): Finding {
  return {
    failureType: 'timeout',
    rootCause: `${what === 'test' ? 'The test' : `"${what}"`} did not end${limit === null ? ' in time' : ` within ${limit}`}.`,
    affected: what,
    expected: limit,
    suggestions: ['Measure how long it really takes.'],
  }
}

/** `assert 404 == 200` with `where 404 = <Response [404]>.status_code`: the status says what is wrong. */
function findStatus(input: RuleInput): Finding | null {
  const status = /where (\d{3}) = (?:<Response \[\d+[^\]]*\]>|[\w.() ]{1,200})\.(?:status_code|status)\b/.exec(
    input.message,
  )?.[1]
  const unit = /\bstatus(?:_code)?\b/.test(input.source)
    ? /AssertionError: ([45]\d\d) != ([23]\d\d)\b/.exec(input.message)
    : null
  if (unit?.[1] && unit[2]) return statusAsserted(unit[1], unit[2], input)
  if (status === undefined) return null
  const expected = new RegExp(`assert ${status} == (\\d{3})`).exec(input.message)?.[1] ?? null
  return statusAsserted(status, expected, input)
}

function statusAsserted(status: string, expected: string | null, input: RuleInput): Finding {
  const url = /(https?:\/\/[^\s'"<>)]+)/.exec(input.message)?.[1]
  const base = { affected: url ?? 'HTTP response', expected, actual: status }
  if (status === '404' || status === '410')
    return {
      ...base,
      failureType: 'resource_not_found',
      rootCause: `The server answers ${status} for ${url ?? 'what the test asks for'}.`,
    }
  if (status === '401' || status === '403')
    return {
      ...base,
      failureType: 'permission_denied',
      rootCause: `The server answers ${status}.`,
      suggestions: SUGGEST_ACCESS,
    }
  return {
    ...base,
    failureType: 'assertion_mismatch',
    rootCause: `The server answers ${status} where the test wants ${expected ?? 'another status'}.`,
  }
}

function findAssertion(input: RuleInput): Finding | null {
  if (
    !/^(?:AssertionError|Failed|DID NOT RAISE)$/.test(input.type) &&
    !/^E?\s*(?:assert |AssertionError|Failed: (?!Timeout))/m.test(input.message)
  )
    return null
  const raise = /DID NOT RAISE (?:<class ')?([\w.]+)/.exec(input.message)?.[1]
  if (raise !== undefined) {
    return {
      failureType: 'assertion_mismatch',
      rootCause: `${raise} was not raised.`,
      affected: raise,
      expected: raise,
      actual: null,
    }
  }
  const compared = /assert (.+?) (==|!=|in|not in|is|is not|<=?|>=?) (.+)/.exec(input.message)
  const unit = /AssertionError: (.+?) != (.+?)(?: : |$|\n)/.exec(input.message)
  const actual = compared?.[1] ?? unit?.[1] ?? null
  const expected = compared
    ? compared[2] === '=='
      ? (compared[3] ?? null)
      : `${compared[2]} ${compared[3]}`
    : (unit?.[2] ?? null)
  const clean = (text: string | null): string | null =>
    text === null ? null : firstLine(text, 300).replace(/^(['"])(.*)\1$/, '$2')
  const what = /where [^=\n]{1,200} = [^\n]{0,300}\.(\w{1,80})$/m.exec(input.message)?.[1]
  return {
    failureType: 'assertion_mismatch',
    rootCause:
      expected === null
        ? `An assertion does not hold: ${firstLine(input.message)}.`
        : `The value is ${firstLine(actual ?? '', 120)} where the test wants ${firstLine(expected, 120)}.`,
    affected: what ?? 'assertion',
    expected: clean(expected),
    actual: clean(actual),
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
