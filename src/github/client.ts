import http from 'node:http'
import { setTimeout as sleepFor } from 'node:timers/promises'
import { Octokit } from '@octokit/rest'
import { addRetries, PATIENCE, type Patience } from './retry.ts'

export interface ClientOptions {
  readonly token: string
  readonly owner: string
  readonly repo: string
  /** `GITHUB_API_URL`; absent: github.com. */
  readonly apiUrl?: string
  /** `GITHUB_GRAPHQL_URL`; absent: found from `apiUrl`. */
  readonly graphqlUrl?: string
  readonly log?: (line: string) => void
  readonly patience?: Patience
  readonly sleep?: (ms: number) => Promise<void>
}

/** The one way to GitHub. The token stays inside. */
export interface GitHubClient {
  readonly rest: Octokit['rest']
  readonly paginate: Octokit['paginate']
  readonly request: Octokit['request']
  readonly owner: string
  readonly repo: string
  /** Both, to be spread into the parameters of a REST call. */
  readonly at: { readonly owner: string; readonly repo: string }
  graphql<T>(document: string, variables: Readonly<Record<string, unknown>>): Promise<T>
  /** Login of the token's owner, `github-actions[bot]` for the token of a workflow; asked once. */
  viewer(): Promise<string>
}

const VIEWER = `query Viewer { viewer { login } }`

/** Makes the client; nothing is sent before its first use. */
export function createClient(options: ClientOptions): GitHubClient {
  const { token, owner, repo } = options
  const log = options.log ?? (() => {})
  const octokit = new Octokit({
    auth: token,
    baseUrl: options.apiUrl ?? 'https://api.github.com',
    userAgent: 'self-heal-action',
    log: { debug: () => {}, info: () => {}, warn: log, error: () => {} },
  })
  addRetries(octokit, options.patience ?? PATIENCE, log, options.sleep ?? sleepFor)
  const url = options.graphqlUrl === undefined ? {} : { url: options.graphqlUrl }
  const graphql = <T>(query: string, variables: Readonly<Record<string, unknown>>): Promise<T> =>
    octokit.graphql<T>({ ...variables, query, ...url })
  let viewer: Promise<string> | undefined
  return {
    rest: octokit.rest,
    paginate: octokit.paginate,
    request: octokit.request,
    owner,
    repo,
    at: { owner, repo },
    graphql,
    viewer: () => {
      viewer ??= graphql<{ viewer: { login: string } }>(VIEWER, {}).then((answer) => answer.viewer.login)
      return viewer
    },
  }
}

/** Sends requests through the proxy that the environment names, where this Node can; says so where it cannot. */
export function useProxyFromEnvironment(env: Readonly<Record<string, string | undefined>>): string | null {
  const named = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => env[name])
  if (!named || env.NODE_USE_ENV_PROXY === '1') return null
  const set: unknown = Reflect.get(http, 'setGlobalProxyFromEnv')
  if (typeof set !== 'function') return 'A proxy is set, but this Node cannot use it: set NODE_USE_ENV_PROXY=1 as well.'
  set.call(http)
  return null
}
