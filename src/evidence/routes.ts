import type { Evidence } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { type Explanation, explainRename } from './explain.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Identifiers made by machines: long, and letters and digits mixed. */
const IDENTIFIER = /^(?=[^0-9]*[0-9])(?:[0-9a-f]{8,}|[A-Za-z0-9_-]{16,})$/
const MAX_LENGTH = 300

const templateSegment = (segment: string): string => {
  if (segment === '') return ''
  if (/^\d+$/.test(segment) || UUID.test(segment) || IDENTIFIER.test(segment)) return ':id'
  return segment.replace(/\d+/g, '#')
}

/**
 * The route of a URL without what varies from run to run: `/orders/42?page=2` → `/orders/:id`, `/v1/cart` → `/v#/cart`.
 * A fragment that is itself a route (`#/cart`) is part of it. Null for what is no page or resource of a server.
 */
export const routeOf = (address: string): string | null => {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return null
  }
  if (!/^https?:$/.test(url.protocol)) return null
  const route = (path: string) =>
    path
      .split('/')
      .filter((segment, at) => segment !== '' || at === 0)
      .map(templateSegment)
      .join('/')
      .replace(/(?:^|\/)index\.html?$/, '')
      .replace(/\.html?$/, '')
  const fragment = /^#!?\//.test(url.hash) ? `#${route(url.hash.replace(/^#!?/, '').split('?')[0] ?? '') || '/'}` : ''
  return ((route(url.pathname) || '/') + fragment).slice(0, MAX_LENGTH)
}

/** A route as source writes it, brought to the form of `routeOf`: every kind of placeholder becomes `:id`. */
const routeInSource = (token: string | null): string | null => {
  if (token === null || !token.includes('/') || token.length > MAX_LENGTH) return token
  return token
    .replace(/^(?:https?:\/\/[^/]*|\$\{[^}]*\}(?=\/))/, '')
    .replace(/[?#](?!\/).*$/, '')
    .split('/')
    .filter((segment, at) => segment !== '' || at === 0)
    .map((segment) => (/^(?:\$\{.*\}|\{.*\}|<.*>|\[.*\]|:\w+|%[sd])$/.test(segment) ? ':id' : templateSegment(segment)))
    .join('/')
}

/**
 * The commit that renamed one route to another. A route in source may lack what the server is mounted under, so the
 * routes are also compared without their first segments; what is left always holds all that differs.
 *
 * @param accepted how sure the renaming must be: a route that was `replaced` took the other's place with all around it
 */
export const explainRoute = (
  old: string,
  now: string,
  changes: readonly TokenChange[],
  accepted: readonly Explanation[] = ['renamed'],
): Evidence | null => {
  const routes = changes
    .filter((change) => change.old?.includes('/') && change.new?.includes('/'))
    .map((change) => ({ ...change, old: routeInSource(change.old), new: routeInSource(change.new) }))
  if (routes.length === 0) return null
  const [left, right] = [old.split('/'), now.split('/')]
  for (let from = 0; from < Math.min(left.length, right.length); from++) {
    if (from > 1 && left[from - 1] !== right[from - 1]) break
    const rest = (segments: readonly string[]) => segments.slice(from).join('/')
    for (const [a, b] of [
      [`/${rest(left)}`, `/${rest(right)}`],
      [rest(left), rest(right)],
    ] as const) {
      const { explanation, evidence } = explainRename({ what: 'route', old: a, new: b }, routes)
      if (accepted.includes(explanation) && evidence) return { ...evidence, kind: 'effects' }
    }
  }
  return null
}
