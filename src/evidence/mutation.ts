/** How a request ended, as far as it can be compared: a redirect of a form and the answer to a script are both `ok`. */
export type Outcome = 'ok' | 'refused' | 'failed' | 'unanswered'

/** A request that is there to change something. */
export interface Mutation {
  readonly method: string
  readonly route: string
  readonly outcome: Outcome
}

/** Methods that change nothing, by RFC 9110 section 9.2.1. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  ok: '',
  refused: ', refused by the server',
  failed: ', failed on the server',
  unanswered: '',
}

export const isSafe = (method: string): boolean => SAFE.has(method)

/** @param status of the answer, -1 where there was none */
export const outcomeOf = (status: number): Outcome => {
  if (status <= 0) return 'unanswered'
  return status < 400 ? 'ok' : status < 500 ? 'refused' : 'failed'
}

export const sayMutation = ({ method, route, outcome }: Mutation): string => `${method} ${route}${OUTCOMES[outcome]}`

/** Whether two requests are the same one; one that was cut off may have ended in any way. */
export const areSameMutation = (a: Mutation, b: Mutation): boolean =>
  a.method === b.method &&
  a.route === b.route &&
  (a.outcome === b.outcome || a.outcome === 'unanswered' || b.outcome === 'unanswered')
