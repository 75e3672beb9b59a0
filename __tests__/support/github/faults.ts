import type { World } from './world.ts'

/** Something that goes wrong at GitHub: which requests, how often, and how. */
export interface Fault {
  /** Id of the operation, or the name of the GraphQL document; absent: every request. */
  readonly operation?: string | RegExp
  readonly status?: number
  readonly body?: unknown
  readonly headers?: { readonly [name: string]: string }
  /** How many requests it hits; absent: all. */
  times?: number
  /** Something that happens just before the request is answered, such as a push by someone else. */
  before?(world: World): void | Promise<void>
}

/** Takes the first fault that hits this request, and counts it. */
export function matchFault(faults: Fault[], request: { operation: string }): Fault | null {
  const fault = faults.find(({ operation, times = 1 }) => {
    if (times <= 0) return false
    if (operation === undefined) return true
    return typeof operation === 'string' ? operation === request.operation : operation.test(request.operation)
  })
  if (fault === undefined) return null
  if (fault.times !== undefined) fault.times--
  return fault
}
