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

const NETWORK =
  /^(?:ConnectionError|ConnectError|NewConnectionError|MaxRetryError|ClientConnectorError|ClientConnectionError|ClientOSError|ServerDisconnectedError|RemoteProtocolError|ProtocolError|ProxyError|SSLError|NameResolutionError|URLError|ConnectTimeout|ConnectTimeoutError|RemoteDisconnected|ConnectException|UnknownHostException|SSLHandshakeException|SocketException)$/

/** What an assertion says of a status or a connection is what it expected of one. */
const NO_ASSERTION = /^(?!AssertionError$|AssertionFailedError$|Failed$)\w*$/

/** requests, httpx, urllib3, aiohttp, fetch, axios, supertest, java.net. */
export const httpRules: readonly Rule[] = [
  byMessage('status', /(?:^|\s)(\d{3}) (?:Client|Server) Error: ?(.*?) for url: (\S+)/, (match) =>
    statusFinding(Number(match[1]), match[3] ?? '', match[2] ?? ''),
  ),
  byMessage('httpx status', /(?:Client|Server) error '(\d{3}) ([^']*)' for url '([^']+)'/, (match) =>
    statusFinding(Number(match[1]), match[3] ?? '', match[2] ?? ''),
  ),
  byMessage('urllib status', /HTTP Error (\d{3}): ?(.*)/, (match, input) =>
    statusFinding(Number(match[1]), urlIn(input), match[2] ?? ''),
  ),
  byMessage('spring status', /Http(?:Client|Server)ErrorException\$?\w*: (\d{3}) ?([A-Z][\w ]*)?/, (match, input) =>
    statusFinding(Number(match[1]), urlIn(input), match[2] ?? ''),
  ),
  byMessage('cypress request', /response we received from your web server was:\s+> (\d{3}): ([^\n]*)/, (match, input) =>
    statusFinding(Number(match[1]), urlIn(input), match[2] ?? ''),
  ),
  byMessage('axios status', /Request failed with status code (\d{3})/, (match, input) =>
    statusFinding(Number(match[1]), urlIn(input), ''),
  ),
  byMessage('supertest', /expected (\d{3}) "([^"]*)", got (\d{3}) "([^"]*)"/, (match, input) => ({
    ...statusFinding(Number(match[3]), urlIn(input), match[4] ?? ''),
    expected: match[1] ?? null,
  })),
  byMessage(
    'status in words',
    /\b(?:status(?: code)?|response code|server response|answered|responded(?: with)?|returned|replied|got|HTTP(?:\/\d(?:\.\d)?)?)(?: (?:with|status|code|HTTP|an?))*[ :=(]+([45]\d\d)\b(?: ([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)*))?/i,
    knownStatus,
    NO_ASSERTION,
  ),
  byMessage(
    'status in an exception',
    /(?:\b\w{0,80}(?:Status|HTTP)\w{0,80}\(|^[\w.]{1,200}(?:Error|Exception): )([45]\d\d)\b/m,
    knownStatus,
    NO_ASSERTION,
  ),
  byMessage('status in a body', /"(?:code|status|status_?code)":\s{0,20}([45]\d\d)\b/i, knownStatus, NO_ASSERTION),
  byMessage(
    'reason phrase',
    /\b([45]\d\d) (Not Found|Gone|Forbidden|Unauthorized|Service Unavailable|Bad Gateway|Gateway Timeout|Method Not Allowed|Unsupported Media Type|Request Timeout)\b/i,
    (match, input) => statusFinding(Number(match[1]), urlIn(input) || pathIn(input), match[2] ?? ''),
    NO_ASSERTION,
  ),
  byMessage(
    'refused',
    /\b(ECONNREFUSED|ENOTFOUND|ECONNRESET|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR_SOCKET|UND_ERR_CONNECT_TIMEOUT|socket hang up|bad port|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_HAS_EXPIRED|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_ALTNAME_INVALID)\b/,
    (match, input) => unreachable(input, match[1] ?? ''),
    NO_ASSERTION,
  ),
  byMessage(
    'refused in words',
    /Connection refused|Name or service not known|Temporary failure in name resolution|nodename nor servname|No route to host|Network is unreachable|Connection reset by peer|Remote end closed connection|certificate verify failed|getaddrinfo failed|connection refused|no such host/,
    (match, input) => unreachable(input, match[0]),
    NO_ASSERTION,
  ),
  byMessage(
    'read timeout',
    /Read timed out\. \(read timeout=([\d.]+)\)|(?:ReadTimeout|WriteTimeout|PoolTimeout|ReadTimeoutError|ServerTimeoutError|SocketTimeoutException|HeadersTimeoutError|BodyTimeoutError|timeout of (\d+)ms exceeded)/,
    (match, input) =>
      /\bconnect timed out/i.test(input.message)
        ? unreachable(input, 'connect timed out')
        : {
            failureType: 'timeout',
            rootCause: `${urlIn(input) || 'The server'} did not answer in time.`,
            affected: urlIn(input) || 'HTTP request',
            expected: match[1] ? `${match[1]} s` : match[2] ? `${match[2]} ms` : null,
            suggestions: ['Measure how long the answer really takes.'],
          },
    /^(?!TimeoutError$|Error$|AssertionError$)\w*|^$/,
  ),
  byType('network', NETWORK, (input) => unreachable(input, firstLine(input.message, 120))),
  byMessage(
    'fetch failed',
    /fetch failed|Failed to fetch|network error/i,
    // The request was never sent where its own arguments were refused.
    (_, input) =>
      /cause:?\]?:?\s{1,4}\[?(?:InvalidArgument|NotSupported|Type|Range|Syntax)Error\b/.test(input.message)
        ? null
        : unreachable(input, 'fetch failed'),
    /^(?:TypeError|FetchError|AxiosError|Error|)$/,
  ),
]

/** A status that says what is wrong; any other is left to the rules that follow. */
function knownStatus(match: RegExpExecArray, input: RuleInput): Finding | null {
  const found = statusFinding(Number(match[1]), urlIn(input) || pathIn(input), match[2] ?? '')
  return found.failureType === 'unknown' ? null : found
}

/** What a status of an answer means for the test that did not expect it. */
export function statusFinding(status: number, url: string, reason: string): Finding {
  const what = url === '' ? 'the server' : url
  const base = {
    affected: url === '' ? 'HTTP response' : stripQuery(url),
    actual: `${status}${reason === '' ? '' : ` ${reason.trim()}`}`,
  }
  if (status === 404 || status === 410) {
    return {
      ...base,
      failureType: 'resource_not_found',
      rootCause: `There is nothing at ${stripQuery(what)} (${status}).`,
      suggestions: ['Check whether the route was renamed or moved.'],
    }
  }
  if (status === 401 || status === 403 || status === 407) {
    return {
      ...base,
      failureType: 'permission_denied',
      rootCause: `Access to ${stripQuery(what)} was denied (${status}).`,
      suggestions: SUGGEST_ACCESS,
    }
  }
  if (status === 405 || status === 415 || status === 426) {
    return {
      ...base,
      failureType: 'api_changed',
      rootCause: `${stripQuery(what)} no longer takes this kind of request (${status}).`,
    }
  }
  if (status === 408 || status === 504)
    return { ...base, failureType: 'timeout', rootCause: `${stripQuery(what)} did not answer in time (${status}).` }
  if (status === 502 || status === 503) {
    return {
      ...base,
      failureType: 'connection_error',
      rootCause: `${stripQuery(what)} was not available (${status}).`,
      suggestions: SUGGEST_REACH,
    }
  }
  return { ...base, failureType: 'unknown', rootCause: `${stripQuery(what)} answered ${status}.` }
}

function unreachable(input: RuleInput, reason: string): Finding {
  const host = hostIn(input.message)
  return {
    failureType: 'connection_error',
    rootCause: `${host ?? 'The server'} could not be reached: ${firstLine(reason, 120)}.`,
    affected: host ?? 'connection',
    actual: firstLine(reason, 120),
    suggestions: SUGGEST_REACH,
  }
}

function hostIn(message: string): string | null {
  const pool = /host='([^']+)', port=(\d+)/.exec(message)
  if (pool) return `${pool[1]}:${pool[2]}`
  const node =
    /(?:ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ETIMEDOUT|connect) ([\w.:[\]-]+:\d+)|(?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/.exec(
      message,
    )
  if (node) return node[1] ?? node[2] ?? null
  const java =
    /Connect(?:ion)? to ([\w.-]+:\d+)|Cannot connect to host ([\w.-]+:\d+)|dial tcp:? (?:lookup )?([\w.:[\]-]+)/.exec(
      message,
    )
  if (java) return java[1] ?? java[2] ?? java[3] ?? null
  return /https?:\/\/([^\s/'"]+)/.exec(message)?.[1] ?? null
}

function urlIn(input: RuleInput): string {
  return /https?:\/\/[^\s'"<>)]+/.exec(input.message)?.[0] ?? ''
}

/** `GET /v1/berths`: the path of a request where the message names no address. */
function pathIn(input: RuleInput): string {
  return /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD) (\/[^\s'"<>)]*)/.exec(input.message)?.[1] ?? ''
}

/** Queries carry tokens and change between runs. */
function stripQuery(url: string): string {
  return url.replace(/[?#].*$/, '')
}
