import type { FailureType } from '../../model.ts'
import { type Finding, firstLine, type Rule, type RuleInput, SUGGEST_ACCESS, SUGGEST_REACH } from '../rule.ts'

/**
 * Kinds of trouble by the names of exception families and the words that libraries of all languages have for them: clients of
 * databases, queues and clouds that have no table of their own. Asked after all tables; what an assertion says is never
 * read so.
 */
export const familyRules: readonly Rule[] = [
  // What Go's chain of errors ends with is the cause, whatever stands before it.
  family('deadline', 'timeout', {
    types: /^DeadlineExceeded/,
    words: [/context deadline exceeded(?: \[code \S+\])?\W*$/],
  }),
  family('field', 'field_renamed', {
    types: /^(?:Undefined(?:Column|Parameter)|UnrecognizedProperty\w*|FieldDoesNotExist|MissingFieldException)$/,
    words: [
      /no such column:? ["'`]?([\w.]+)|(?:Unknown|Invalid) column(?: name)? ["'`]([^"'`\n]+)/,
      /\bcolumn(?: name)? ["'`]?([\w.]+)["'`]? (?:(?:was )?not found|(?:of relation \S+ )?does not exist)/,
      /\bhas no (?:column|field|property|attribute|key) (?:named )?["'`]?(\w+)|\bhas no ["'`](\w+)["'`] (?:field|property|attribute|key)/,
      /["'`](\w+)["'`]: invalid identifier|JSONObject\["([^"\n]+)"\] not found|Missing property in path (\S+)/,
      /\b(?:unknown|unrecognized) (?:field|property) ["'`]([^"'`\n]+)/,
      /(?:field|path|property|["'`])[ :]{0,2}["'`]?(\w+)["'`] is (?:a )?required/,
      /missing (?:data for )?(?:the )?required (?:\w+ )?(?:field|property|key)s?:? ?["'`]?(\w*)/,
    ],
  }),
  family('element', 'selector_not_found', {
    types: /^(?:ElementNotFound|NoSuchElement)\w*$/,
    // An empty `Optional`, iterator or list has an exception of the same name.
    not: /^(?:java|kotlin|scala)\./,
    words: [
      /(?:No|unable to (?:find|locate)|cannot (?:find|locate)|can't (?:find|locate|call \w+ on)|could not (?:find|locate)|waiting for) (?:an? |the |visible )?(?:element|selector|node|css|xpath|field|button|link)\b[^\n]{0,300}(?:found|failed|timeout|$)/,
      /\b(?:element|selector)\b[^\n]{0,200}(?:was(?:n't| not) found|not found|does not match any|could not be (?:found|located)|still not (?:displayed|existing|visible))/,
    ],
  }),
  family('interface', 'api_changed', {
    types: /^(?:UndefinedFunction|IncompatibleClassChange\w*|AbstractMethod\w*|NoSuchMethod\w*)$/,
    words: [
      /\bfunction ([\w.]+)\([^()\n]{0,200}\) does not exist|^(?:\S+:\d+:\d+: )?undefined: ([\w.]+)$/,
      /\bERR_(?:PACKAGE_PATH_NOT_EXPORTED|REQUIRE_ESM)\b/,
      /([\w.]{1,200})\(\) (?:got an unexpected keyword|missing \d+ required)/,
    ],
  }),
  family('missing', 'resource_not_found', {
    types:
      /^(?:\w*(?:NotFound|DoesNotExist|NoReverseMatch|NoSuchFile|UndefinedTable|NoResultFound|NoSuch(?:Bucket|Key|Table|Entity|Host|File)|(?:Index|Table|Topic|Resource)Missing|Unknown(?:Topic|Index|Table|Bucket)\w*)(?:Error|Exception|Fault)?|Http404|EmptyResultDataAccessException)$/,
    words: [
      /no such (?:table|bucket|key|index|container|image|topic|queue|collection|database|volume|network):? ?["'`]?([\w./:-]*)/,
      /\bunknown (?:topic|index|table|bucket|queue|collection|resource|host)\b|\bnon-?existent (?:topic|index|table|bucket|queue|collection|resource)|\bUnknownTopic\w+|\bIndexMissing\w+/,
      /relation ["']([^"'\n]+)["'] does not exist|table or view does not exist|Invalid object name ["'`]([^"'`\n]+)/,
      /(?:table|bucket|index|topic|database|container|image|schema|queue|stream|collection) ["'`]?([\w./:-]+)["'`]? (?:does not exist|doesn't exist|(?:was )?not found)/,
      /NoSuch(?:Bucket|Key|Entity)|specified (?:key|bucket|queue|resource|object) does not exist|An error occurred \(404\)/,
      /(?:Exception|Error): Not Found\s*$|Cannot (?:GET|POST|PUT|PATCH|DELETE|HEAD) (\/\S*)|\bns not found\b/,
      /\bcould(?: not|n't) find (?:(?:the )?(?:requested )?(?:resource|object|file|page|route|topic|queue|record|template)|\w+ with)/,
      /no kind "(\w+)" is registered|^(?:\w+: )?\S+ "([^"\n]+)" not found$/,
      /\b(?:network|volume|container|image|record|object|file|page|route|template|resource|document|entity|project|user|device|service) ?["'`]?[\w./:@-]{0,120}["'`]? (?:(?:was|is) )?not found\b/,
      /\b(?:open|stat|lstat|read) ([^\s:]{1,300}): no such file or directory/,
      /matching query does not exist|\bNo \w+ matches the given query|\bNo row was found|\bno rows in result set|^\w*Error: No \w+ found$/,
      /Reverse for '([^'\n]+)' not found|manifest unknown/,
    ],
  }),
  family('denied', 'permission_denied', {
    types:
      /^\w*(?:AccessDenied|Unauthorized|Unauthenticated|NotAuthenticated|Forbidden|NoCredentials|BadCredentials|DefaultCredentials|PermissionDenied|InvalidPassword|ExpiredSignature|InvalidSignature|TokenExpired|ExpiredToken|JsonWebToken|Authentication|Authorization)\w*$/,
    words: [
      /\bAccess ?Denied\b|\bnot authori[sz]ed\b|\bUnauthori[sz]ed\b|\bForbidden\b|\bpermission denied\b|\bPermission to \S+ denied/,
      /insufficient (?:privileges?|permissions?|scopes?)|(?:authentication|logon|login) (?:failed|denied|required)|logon denied/,
      /(?:invalid|missing|expired|bad|unable to locate|could not load|could not automatically determine) (?:credentials?|api key|access token)|credentials were not provided/,
      /\b(?:Expired|Invalid)(?:Client)?Token(?:Id|Exception)?\b|SignatureDoesNotMatch|UnrecognizedClient|\binvalid_(?:grant|client|token|scope)\b/,
      /(?:jwt|token|session|signature|credentials?) (?:has |is |have )?expired|invalid (?:signature|(?:access|auth|bearer|api) token)/,
      /access to the resource is denied|invalid username|\brole ["']\w+["'] does not exist|denied the request/,
    ],
  }),
  family('unreachable', 'connection_error', {
    types:
      /^(?!\w*Protocol)(?:\w*(?:Connect|Connection|Connector|Communications?|Network|Socket|ServerSelection|Unreachable|SSL|TLS|DNS)\w*(?:Error|Exception|Failure|Refused|Forced|Closed\w*)|ConnectionClosed\w*|(?:Read|Write|ClientPayload|ChunkedEncoding)Error|IncompleteRead|NoHttpResponseException|Cert(?:ificate|Path)\w*Exception|NoBrokersAvailable|\w*Unreachable\w*)$/,
    words: [
      /\b(?:ETIMEDOUT|ECONN[A-Z]+|ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_[A-Z]+|ERR_SOCKET_\w+|UND_ERR_CONNECT\w*|WSAE\w+|ORA-125\d\d)\b/,
      /\[SSL: \w+\]|SSL routines|handshake (?:failed|failure|error|timeout)|TLS handshake|\bx509: |self[- ]signed certificate|unable to (?:verify the first|get (?:local )?issuer) certificate|before secure TLS|peer shut down|\bcert(?:ificate)? (?:error|(?:has )?expired)|too many (?:clients|connections)/,
      /(?:could not|cannot|can't|unable to|failed to|error) (?:connect|reach)|connect(?:ion)? (?:attempt )?timed out|failed trying to load/,
      /(?:is|was) (?:not (?:yet )?ready|starting up|shutting down|unavailable)/,
      /Connection (?:\S+ ){0,4}(?:refused|reset|aborted|closed|timed out|lost|terminated|failed|broken)|Connection broken|Lost connection|closed before the connection/,
      /(?:connecting|connection) to \S+(?: \S+){0,4} (?:failed|refused)|Error \d{2,5} connecting to|link failure|about:neterror/,
      /error during connect|valid Docker environment|no endpoints available|no healthy upstream/,
      /Is the server running|daemon running|Broken pipe|Network (?:is )?(?:unreachable|closed)|No route to host|Name or service not known/,
      /server (?:closed the connection|has gone away)|Connection aborted|did not receive a valid HTTP response|failed to respond|protocol banner|\b\w+ "?https?:\/\/[^\s"]+"?: EOF$/,
    ],
  }),
  family('slow', 'timeout', {
    types: /(?:Timeout|TimedOut|DeadlineExceeded|QueryCanceled)\w*$/,
    words: [
      /deadline exceeded|(?:statement|lock(?: wait)?) timeout|tim(?:ed|e) ?out (?:after|waiting|exceeded)|\btimed out\b(?!:? ?connect)|: timeout$/,
      /did not (?:complete|finish|respond|answer) (?:with)?in|timeout of \d+ ?m?s|within (?:the )?\d+ ?m?s timeout/,
    ],
  }),
]

interface Family {
  /** Of the exception, without its package. */
  readonly types: RegExp
  /** Of the exception with its package. */
  readonly not?: RegExp
  /** What its message says, upper or lower case. */
  readonly words: readonly RegExp[]
}

function family(name: string, failureType: FailureType, { types, not, words }: Family): Rule {
  const any = new RegExp(words.map(({ source }) => source).join('|'), 'i')
  return {
    name,
    find(input) {
      if (isAssertion(input)) return null
      const said = sayings(input.message)
      const match = said.map((line) => any.exec(line)).find((found) => found !== null)
      if (!match && (!types.test(input.type) || not?.test(input.fullType))) return null
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
    api_changed: {
      affected: named ?? 'interface',
      suggestions: ['Look for the commit that changed it, and for what takes its place.'],
    },
    field_renamed: { affected: named ?? 'field', expected: named, suggestions: ['Check whether it was renamed.'] },
    resource_not_found: { affected: named ?? 'resource', suggestions: ['Check whether it was moved or renamed.'] },
    permission_denied: { affected: 'access', suggestions: SUGGEST_ACCESS },
    connection_error: { affected: address ?? 'connection', suggestions: SUGGEST_REACH },
    timeout: { affected: 'operation', suggestions: ['Measure how long it really takes.'] },
  }
  const sentence: Readonly<Partial<Record<FailureType, string>>> = {
    api_changed: 'What the test calls is not there any more, or is called otherwise',
    field_renamed: 'There is no such field',
    resource_not_found: 'What the test asks for is not there',
    permission_denied: 'Access was denied',
    connection_error: 'The connection failed',
    timeout: 'The operation did not end in time',
  }
  return { affected: what, ...words[failureType], failureType, rootCause: `${sentence[failureType]}: ${what}.` }
}
