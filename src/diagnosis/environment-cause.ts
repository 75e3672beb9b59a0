/** Why tests could not reach or use what they test, and what a person can do about it. */
export interface EnvironmentCause {
  readonly kind:
    | 'rights'
    | 'credentials'
    | 'file'
    | 'refused'
    | 'name'
    | 'certificate'
    | 'unreachable'
    | 'closed'
    | 'unavailable'
  /** What was found, as words for a list: `host`, `port`, `user`, `verb`, `resource`, … */
  readonly facts: Readonly<Record<string, string>>
  /** One sentence that begins with a capital letter and ends with a full stop. */
  readonly advice: string
}

const MAX = 20_000

/** Reads a denied access out of a message; null where it says too little. */
export const denialIn = (text: string): EnvironmentCause | null => {
  const message = text.slice(0, MAX)
  const rbac =
    /User "([^"]{1,300})" cannot (\w{1,40}) resource "([^"]{1,300})"(?: in API group "([^"]{0,300})")?(?: in the namespace "([^"]{1,300})")?/i.exec(
      message,
    )
  if (rbac) {
    const [, user = '', verb = '', resource = '', group, namespace] = rbac
    const where = namespace ? ` in the namespace ${namespace}` : ''
    const rule = `apiGroups: ["${group ?? ''}"], resources: ["${resource}"], verbs: ["${verb}"]`
    return {
      kind: 'rights',
      facts: { user, verb, resource, ...(group ? { group } : {}), ...(namespace ? { namespace } : {}) },
      advice:
        group === undefined
          ? `Let ${user} ${verb} ${resource}, or run the tests as somebody who may.`
          : `Give ${user} a ${namespace ? 'Role' : 'ClusterRole'}${where} with the rule ${rule}, if the tests are meant to have it.`,
    }
  }
  const path = /(?:EACCES|EPERM|Permission denied|PermissionError)[^'"\n]{0,80}['"]([^'"\n]{1,500})['"]/.exec(
    message,
  )?.[1]
  if (path)
    return {
      kind: 'file',
      facts: { path },
      advice: `Check owner and mode of ${path}, and the account the tests run as.`,
    }
  const status = /\b(401|403|407)\b/.exec(message)?.[1]
  const isUnknown =
    status === '401' ||
    status === '407' ||
    /Unauthenticated|Unauthorized|UNAUTHENTICATED|must be logged in/i.test(message)
  if (isUnknown) {
    const proxy = status === '407' ? ' of the proxy' : ''
    return {
      kind: 'credentials',
      facts: { status: status ?? '401' },
      advice: `The credentials${proxy} are missing, wrong or expired: check the secrets that this job is given.`,
    }
  }
  return status || /forbidden|PERMISSION_DENIED|access denied/i.test(message)
    ? {
        kind: 'rights',
        facts: { status: status ?? '403' },
        advice:
          'The account is known and may not do this: check its roles; if the product should allow it, this is a bug of the product.',
      }
    : null
}

/** Reads out of a message why a connection did not come about or ended. */
export const connectionIn = (text: string): EnvironmentCause | null => {
  const message = text.slice(0, MAX)
  const place = placeIn(message)
  const at = place.host ? ` ${place.host}${place.port ? `:${place.port}` : ''}` : ''
  const found = CONNECTION.find(({ pattern }) => pattern.test(message))
  return found ? { kind: found.kind, facts: place, advice: found.advice(at, message) } : null
}

interface Row {
  readonly kind: EnvironmentCause['kind']
  readonly pattern: RegExp
  advice(at: string, message: string): string
}

/** Asked in this order: a failed look-up or handshake says more than the refused connection it ends in. */
const CONNECTION: readonly Row[] = [
  {
    kind: 'certificate',
    pattern:
      /CERT_|certificate|SELF_SIGNED|self.signed|SSLError|SSLHandshake|PKIX path|x509:|ERR_TLS_|UNABLE_TO_(?:VERIFY|GET)|ERR_SSL|net::ERR_CERT/i,
    advice: (at, message) => {
      if (/expired|CERT_HAS_EXPIRED|not yet valid/i.test(message))
        return `Renew the certificate of${at || ' the server'}, and check the clock of this machine.`
      if (/altname|hostname|doesn't match|not valid for|COMMON_NAME_INVALID/i.test(message))
        return `The certificate of${at || ' the server'} is for another name: use the name it is for.`
      return `Let this machine trust the authority of${at || ' the server'} (NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE or the system's store).`
    },
  },
  {
    kind: 'name',
    pattern:
      /ENOTFOUND|EAI_AGAIN|Name or service not known|name resolution|NameResolutionError|getaddrinfo|nodename nor servname|no such host|UnknownHost|ERR_NAME_NOT_RESOLVED|gaierror/i,
    advice: (at) =>
      `The name${at} is not known to DNS here: check its spelling, the service's name and namespace, and the network of the job.`,
  },
  {
    kind: 'refused',
    pattern:
      /ECONNREFUSED|[Cc]onnection refused|was refused|actively refused|ERR_CONNECTION_REFUSED|bad port|ConnectException/,
    advice: (at) =>
      `Nothing listens at${at || ' that address'}: start the service before the tests, or wait until it answers.`,
  },
  {
    kind: 'unavailable',
    pattern: /\b50[234]\b|Service Unavailable|Bad Gateway|UNAVAILABLE|ServiceUnavailable/,
    advice: (at) => `The gateway answers, the service behind it does not: look at the logs of${at || ' the service'}.`,
  },
  {
    kind: 'unreachable',
    pattern:
      /EHOSTUNREACH|ENETUNREACH|No route to host|Network is unreachable|ETIMEDOUT|CONNECT_TIMEOUT|ConnectTimeout|[Cc]onnect(?:ion)? (?:to \S+ )?timed out|i\/o timeout|ERR_(?:INTERNET_DISCONNECTED|ADDRESS_UNREACHABLE|CONNECTION_TIMED_OUT)/,
    advice: (at) => `No way leads to${at || ' the address'} from here: check firewalls, proxies and VPNs of the job.`,
  },
  {
    kind: 'closed',
    pattern:
      /ECONNRESET|EPIPE|socket hang up|other side closed|reset by peer|Remote end closed|RemoteDisconnected|BrokenPipe|Server disconnected|ERR_(?:CONNECTION_(?:RESET|CLOSED)|EMPTY_RESPONSE)|UND_ERR_SOCKET/i,
    advice: (at) => `The server${at} closed the connection: look whether it crashed, restarted or ran out of memory.`,
  },
]

const placeIn = (message: string): Readonly<Record<string, string>> => {
  const pool = /host='([^']{1,300})', port=(\d{1,5})/.exec(message)
  const address =
    /(?:ECONN\w+|ETIMEDOUT|EHOSTUNREACH|connect|dial tcp|host|to|server)[:\s]+([\w.-]{1,255}|\[[\da-f:]+\]):(\d{2,5})\b/i.exec(
      message,
    )
  const url = /https?:\/\/([\w.-]{1,255})(?::(\d{2,5}))?/.exec(message)
  const name = /(?:ENOTFOUND|EAI_AGAIN|lookup|UnknownHostException:?) ([\w.-]{1,255})/.exec(message)
  const [, host, port] = pool ?? address ?? url ?? name ?? []
  return { ...(host ? { host } : {}), ...(port ? { port } : {}) }
}
