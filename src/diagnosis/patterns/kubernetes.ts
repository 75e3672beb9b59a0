import { byMessage, byType, type Finding, type Rule, SUGGEST_ACCESS, SUGGEST_REACH } from '../rule.ts'

/** The Kubernetes client of any language, and kubectl's own output. */
export const kubernetesRules: readonly Rule[] = [
  byMessage(
    'forbidden',
    /is forbidden: User "([^"]{1,300})" cannot (\w{1,40}) resource "([^"]{1,300})" in API group "([^"]{0,300})"(?: in the namespace "([^"]{1,300})"| at the cluster scope)?/,
    (match) => ({
      failureType: 'permission_denied',
      rootCause: `${match[1]} may not ${match[2]} ${match[3]}${match[4] === '' ? '' : `.${match[4]}`}${match[5] === undefined ? ' in the cluster' : ` in the namespace ${match[5]}`}.`,
      affected: `${match[2]} ${match[3]}${match[4] === '' ? '' : `.${match[4]}`}`,
      suggestions: [`Give the role the verb "${match[2]}" on "${match[3]}" in the API group "${match[4]}".`],
    }),
  ),
  byMessage('unknown field', /(?:unknown field|strict decoding error: unknown field) \\?"([\w.[\]]+)\\?"/, (match) => ({
    failureType: 'field_renamed',
    rootCause: `The API does not know the field "${match[1]}".`,
    affected: match[1] ?? '',
    suggestions: ['Compare with the CRD: the field was renamed, moved or removed.'],
  })),
  byMessage('required field', /(?:spec|status|metadata)[\w.[\]]{0,300}: Required value/, (match) => ({
    failureType: 'field_renamed',
    rootCause: `The API wants ${match[0].replace(': Required value', '')}, which the test does not give.`,
    affected: match[0].replace(': Required value', ''),
  })),
  byMessage(
    'no such kind',
    /no matches for kind "([^"]+)" in version "([^"]+)"|the server doesn't have a resource type "([^"]+)"|could not find the requested resource/,
    (match) => {
      const name = match[1] === undefined ? (match[3] ?? 'the requested resource') : `${match[2]}/${match[1]}`
      return missing(name, `The cluster does not know ${name}.`)
    },
  ),
  byMessage('namespace', /namespaces? \\?"([^"\\]+)\\?" not found/, (match) =>
    missing(`namespace ${match[1]}`, `There is no namespace "${match[1]}".`),
  ),
  byMessage('not found', /(?<![\w.-])([\w.-]{1,300}) \\?"([^"\\\n]+)\\?" (?:is )?not found/, (match) =>
    missing(`${match[1]}/${match[2]}`, `There is no ${match[1]} "${match[2]}".`),
  ),
  byMessage('forbidden in short', /is forbidden: User "([^"]{1,300})" cannot (\w{1,40}) ([\w.-]{1,300})/, (match) => ({
    failureType: 'permission_denied',
    rootCause: `${match[1]} may not ${match[2]} ${match[3]}.`,
    affected: `${match[2]} ${match[3]}`,
    suggestions: [`Give the role the verb "${match[2]}" on "${match[3]}".`],
  })),
  byMessage('invalid', /^(?:error: )?The [A-Z]\w+ "[^"\n]+" is invalid: ([^\n]+)/m, (match) =>
    byStatus(422, match[1] ?? ''),
  ),
  byMessage('unavailable', /the server is currently unable to handle the request/, () => byStatus(503, '')),
  byType('client exception', /^(?:Forbidden|Unauthorized|NotFound|Service)Exception$/, ({ type }) => {
    const codes: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, NotFound: 404, Service: 503 }
    return byStatus(codes[type.replace('Exception', '')] ?? 0, '')
  }),
  byMessage('status', /\((\d{3})\)\s{0,4}Reason: ([^\n]+)/, (match) => byStatus(Number(match[1]), match[2] ?? '')),
  byMessage('kubectl', /Error from server \((\w+)\): ([^\n]*)/, (match, input) => {
    const codes: Readonly<Record<string, number>> = {
      NotFound: 404,
      Forbidden: 403,
      Unauthorized: 401,
      Timeout: 504,
      ServiceUnavailable: 503,
      BadRequest: 400,
      Invalid: 422,
      Conflict: 409,
    }
    const status = codes[match[1] ?? ''] ?? 0
    // An object may be refused for what is in its fields, too: only a field that is not known tells of another schema.
    const isOther =
      status === 422 && !/unknown field|required value|unsupported value|not supported/i.test(input.message)
    return byStatus(isOther ? 409 : status, match[2] ?? '')
  }),
  byMessage('unauthorized', /You must be logged in to the server|Unauthorized\b.*kube/i, () =>
    byStatus(401, 'Unauthorized'),
  ),
  byMessage(
    'server',
    /Unable to connect to the server: ([^\n]+)|The connection to the server (\S+) was refused/,
    (match) => ({
      failureType: 'connection_error',
      rootCause: `The cluster could not be reached: ${match[1] ?? `${match[2]} refused the connection`}.`,
      affected: match[2] ?? 'cluster',
      suggestions: SUGGEST_REACH,
    }),
  ),
  byMessage(
    'wait',
    /error: timed out waiting for the condition on ([^\n]+)|timed out waiting for the condition|context deadline exceeded/,
    (match) => ({
      failureType: 'timeout',
      rootCause: `${match[1] ?? 'The condition'} did not come about in time.`,
      affected: match[1] ?? 'condition',
      suggestions: ['Measure how long it really takes.'],
    }),
  ),
]

function missing(name: string, rootCause: string): Finding {
  return {
    failureType: 'resource_not_found',
    rootCause,
    affected: name,
    suggestions: ['Check whether the kind, name, namespace or API version was renamed.'],
  }
}

function byStatus(status: number, reason: string): Finding {
  const base = { affected: 'Kubernetes API', actual: `${status} ${reason}`.trim() }
  switch (status) {
    case 404:
      return {
        ...base,
        failureType: 'resource_not_found',
        rootCause: 'What the test asks the Kubernetes API for is not there (404).',
      }
    case 401:
    case 403:
      return {
        ...base,
        failureType: 'permission_denied',
        rootCause: `The Kubernetes API denied access (${status}).`,
        suggestions: SUGGEST_ACCESS,
      }
    case 502:
    case 503:
      return {
        ...base,
        failureType: 'connection_error',
        rootCause: `The Kubernetes API was not available (${status}).`,
        suggestions: SUGGEST_REACH,
      }
    case 504:
      return { ...base, failureType: 'timeout', rootCause: 'The Kubernetes API did not answer in time (504).' }
    case 400:
    case 422:
      return {
        ...base,
        failureType: 'api_changed',
        rootCause: `The Kubernetes API does not accept the object (${status} ${reason}).`,
      }
    default:
      return { ...base, failureType: 'unknown', rootCause: `The Kubernetes API answered ${status} ${reason}.` }
  }
}
