import type { FailureType } from '../../model.ts'
import { type Finding, firstLine, type Rule, type RuleInput, SUGGEST_ACCESS, SUGGEST_REACH } from '../rule.ts'

/**
 * Kinds of trouble by the names of exception families and the words that libraries of all languages have for them: clients of
 * databases, queues and clouds that have no table of their own. Asked after all tables; what an assertion says is never
 * read so.
 */
export const familyRules: readonly Rule[] = [
  family('element', 'selector_not_found', {
    types: /^(?:ElementNotFound|NoSuchElement)\w*$/,
    words:
      /(?:No|unable to (?:find|locate)|cannot (?:find|locate)|can't (?:find|locate|call \w+ on)|could not (?:find|locate)|waiting for) (?:an? |the |visible )?(?:element|selector|node|css|xpath|field|button|link)\b[^\n]{0,300}(?:found|failed|timeout|$)|\b(?:element|selector)\b[^\n]{0,200}(?:was(?:n't| not) found|not found|does not match any|still not (?:displayed|existing|visible))/i,
  }),
  family('field', 'field_renamed', {
    types: /^Undefined(?:Column|Parameter)/,
    words:
      /no such column:? ["'`]?([\w.]+)|column ["'`]?([\w.]+)["'`]? (?:of relation \S+ )?does not exist|(?:Unknown|Invalid) column(?: name)? ["'`]([^"'`\n]+)|has no column named ["'`]?(\w+)|column(?: name)? ["'`]?([\w.]+)["'`]? (?:was )?not found/i,
  }),
  family('missing', 'resource_not_found', {
    types:
      /(?:NotFound|DoesNotExist|NoReverseMatch|NoSuchFile|UndefinedTable|NoSuch(?:Bucket|Key|Table|Entity|Host|File))(?:Error|Exception|Fault)?$/,
    words:
      /no such (?:table|bucket|key|index|container|image|topic|queue|collection|database|volume|network):? ?["'`]?([\w./:-]*)|relation ["']([^"'\n]+)["'] does not exist|(?:table|bucket|index|topic|database|container|image|schema|queue|stream|collection) ["'`]?([\w./:-]+)["'`]? (?:does not exist|doesn't exist|(?:was )?not found)|NoSuch(?:Bucket|Key|Entity)|(?:Exception|Error): Not Found\s*$|\bcould not find (?:the )?(?:requested )?(?:resource|object|file|page|route|topic|queue|record|template)|no kind "(\w+)" is registered|\b(?:network|volume|container|image|record|object|file|page|route|template|resource|document|entity|project|user|device|service) ?["'`]?[\w./:@-]{0,120}["'`]? (?:(?:was|is) )?not found\b|\b(?:open|stat|lstat|read) ([^\s:]{1,300}): no such file or directory|matching query does not exist|Reverse for '([^'\n]+)' not found/i,
  }),
  family('denied', 'permission_denied', {
    types:
      /(?:AccessDenied|Unauthorized|Unauthenticated|Forbidden|NoCredentials|PermissionDenied|InvalidPassword|Authentication|Authorization)\w*$/,
    words:
      /\bAccess ?Denied\b|\bnot authori[sz]ed\b|\bUnauthori[sz]ed\b|\bForbidden\b|\bpermission denied\b|insufficient (?:privileges?|permissions?|scopes?)|authentication failed|(?:invalid|missing|expired|unable to locate|could not load) (?:credentials?|api key|access token)/i,
  }),
  family('unreachable', 'connection_error', {
    types:
      /^(?:\w*(?:Connect|Connection|Connector|Network|Socket|ServerSelection|Unreachable|SSL|TLS|DNS)\w*)(?:Error|Exception|Failure|Refused)$/,
    words:
      /\b(?:ETIMEDOUT|ECONN[A-Z]+|ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_[A-Z]+|ERR_SOCKET_\w+|UND_ERR_CONNECT\w*|WSAE\w+)\b|\[SSL: \w+\]|SSL routines|TLS handshake|(?:could not|cannot|can't|unable to|failed to|error) (?:connect|reach)|connect(?:ion)? (?:attempt )?timed out|(?:is|was) (?:not (?:yet )?ready|starting up|shutting down|unavailable)|Connection (?:\S+ ){0,4}(?:refused|reset|aborted|closed|timed out|lost|terminated|failed)|(?:connecting|connection) to \S+(?: \S+){0,4} (?:failed|refused)|Error \d{2,5} connecting to|Is the server running|daemon running|Broken pipe|Network (?:is )?(?:unreachable|closed)|No route to host|Name or service not known|server (?:closed the connection|has gone away)|Connection aborted/i,
  }),
  family('slow', 'timeout', {
    types: /(?:Timeout|TimedOut|DeadlineExceeded|QueryCanceled)\w*$/,
    words:
      /deadline exceeded|statement timeout|lock wait timeout|tim(?:ed|e) ?out (?:after|waiting|exceeded)|timed out\s*$|did not (?:complete|finish|respond|answer) (?:with)?in|timeout of \d+ ?m?s/i,
  }),
]

interface Family {
  /** Of the exception, without its package. */
  readonly types: RegExp
  readonly words: RegExp
}

function family(name: string, failureType: FailureType, { types, words }: Family): Rule {
  return {
    name,
    find(input) {
      if (isAssertion(input)) return null
      const said = sayings(input.message)
      const match = said.map((line) => words.exec(line)).find((found) => found !== null)
      if (!match && !types.test(input.type)) return null
      const named = match?.slice(1).find((each) => each)
      return found(failureType, named ?? null, said)
    },
  }
}

function isAssertion({ type, message }: RuleInput): boolean {
  return /^(?:Assert|ComparisonFailure|Expectation|Failed$)/.test(type) || /^\s*(?:\w*Error: )?expect\(/.test(message)
}

const MAX_SAYINGS = 40
/** An exception with what it says, bare or behind pytest's `E`, and what it was caused by. */
const SAYING =
  /^(?:E\s+)?\(?\[?(?:Caused by:? |\[?cause\]?:\s+\[?)?(?:[\w-]{1,80}[.$]){0,12}\w{0,80}(?:Error|Exception|Failure|Fault|Timeout|TimedOut|NotFound|Denied|Refused|Closed|Status|Interrupt)\w*\b[^a-z]{0,4}[:\])({]|^\s*(?:Caused by|\[?cause\]?):/

/** What exceptions of a message say, those that caused others included, and how the message begins; no frames, no log. */
function sayings(message: string): readonly string[] {
  const lines = message.split('\n', 2_000)
  const first = lines.filter((line) => line.trim() !== '').slice(0, 2)
  // Testify says on one line that there is an error, and on the next one which.
  const said = lines.filter((line, at) => SAYING.test(line.trim()) || /\berror:$/.test(lines[at - 1]?.trim() ?? ''))
  return [...new Set([...said, ...first])].slice(0, MAX_SAYINGS).map((line) => line.replace(/^E\s+/, '').trim())
}

function found(failureType: FailureType, named: string | null, [said = '']: readonly string[]): Finding {
  const what = firstLine(said, 160).replace(/\.$/, '')
  const address = /\b((?:[\w-]+\.)*[\w-]+:\d{2,5})\b/.exec(said)?.[1]
  const words: Readonly<Partial<Record<FailureType, Omit<Finding, 'failureType' | 'rootCause'>>>> = {
    field_renamed: { affected: named ?? 'column', expected: named, suggestions: ['Check whether it was renamed.'] },
    resource_not_found: { affected: named ?? 'resource', suggestions: ['Check whether it was moved or renamed.'] },
    permission_denied: { affected: 'access', suggestions: SUGGEST_ACCESS },
    connection_error: { affected: address ?? 'connection', suggestions: SUGGEST_REACH },
    timeout: { affected: 'operation', suggestions: ['Measure how long it really takes.'] },
  }
  const sentence: Readonly<Partial<Record<FailureType, string>>> = {
    field_renamed: 'There is no such field',
    resource_not_found: 'What the test asks for is not there',
    permission_denied: 'Access was denied',
    connection_error: 'The connection failed',
    timeout: 'The operation did not end in time',
  }
  return { affected: what, ...words[failureType], failureType, rootCause: `${sentence[failureType]}: ${what}.` }
}
