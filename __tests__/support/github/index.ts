import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OpenAPIBackend, type Request } from 'openapi-backend'
import { describeGitHub } from './description.ts'
import { type Fault, matchFault } from './faults.ts'
import { openBare } from './git.ts'
import { isGitRequest, serveGit } from './git-http.ts'
import { answerGraphql } from './graphql.ts'
import { type Answer, type Call, OPERATIONS, type RestHandlers, restHandlers } from './rest.ts'
import { viewsOf } from './views.ts'
import { type Person, Refusal, type World } from './world.ts'

export type { Fault } from './faults.ts'
export type { Artifact, Comment, Pull, Run, World } from './world.ts'

export interface StandInOptions {
  /** Path of a real bare git repository; commits and branches are made in it. */
  readonly bareRepo: string
  readonly owner: string
  readonly repo: string
  readonly token?: string
  readonly defaultBranch?: string
  readonly viewer?: Person
  readonly faults?: readonly Fault[]
}

/** One request as it came, with what was answered. */
export interface Recorded {
  readonly method: string
  readonly path: string
  /** The id of the operation, or the first words of the GraphQL document. */
  readonly operation: string
  readonly body: unknown
  readonly status: number
  readonly authorized: boolean
}

export interface StandIn {
  /** For `GITHUB_API_URL`. */
  readonly apiUrl: string
  /** For `GITHUB_GRAPHQL_URL`. */
  readonly graphqlUrl: string
  /** For `GITHUB_SERVER_URL`. */
  readonly serverUrl: string
  readonly world: World
  readonly requests: Recorded[]
  /** Requests and answers that break GitHub's own descriptions; empty where all is well. */
  readonly violations: string[]
  readonly faults: Fault[]
  close(): Promise<void>
}

/**
 * A GitHub on loopback. Every request and every answer is checked against GitHub's OpenAPI and GraphQL descriptions;
 * branches and commits live in a real bare repository.
 */
export async function startGitHub(options: StandInOptions): Promise<StandIn> {
  let number = 0
  const world: World = {
    owner: options.owner,
    repo: options.repo,
    git: openBare(options.bareRepo),
    token: options.token ?? 'ghs_standin0123456789',
    viewer: options.viewer ?? { login: 'github-actions[bot]', type: 'Bot' },
    defaultBranch: options.defaultBranch ?? 'main',
    pulls: [],
    comments: [],
    reviewComments: [],
    reviews: [],
    runs: [],
    artifacts: [],
    collaborators: new Map(),
    nextNumber: () => ++number,
  }
  const requests: Recorded[] = []
  const violations: string[] = []
  const faults = [...(options.faults ?? [])]
  const blobs = await startBlobs(world, violations)
  let origin = ''
  const handlers = restHandlers(
    world,
    viewsOf(world, description, () => origin),
    () => origin,
    () => blobs.origin,
  )
  shared ??= makeBackend()
  const backend = await shared

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      violations.push(`the stand-in itself failed: ${error instanceof Error ? error.stack : String(error)}`)
      response.writeHead(500).end('{"message":"stand-in failed"}')
    })
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const url = new URL(request.url ?? '/', 'http://loopback')
    if (isGitRequest(world, url.pathname)) {
      const status = await serveGit(world, request, response, url)
      requests.push({ method, path: url.pathname, operation: 'git', body: null, status, authorized: status !== 401 })
      return
    }
    const text = await readAll(request)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const authorized = request.headers.authorization === `token ${world.token}`
    const graphql = url.pathname === '/graphql'
    const operation = graphql ? nameOf(body) : operationOf(backend, method, url.pathname)
    const fault = matchFault(faults, { operation })
    const result: Answer = await (async () => {
      if (fault !== null) {
        await fault.before?.(world)
        if (fault.status !== undefined) return { status: fault.status, body: fault.body, headers: fault.headers }
      }
      if (!authorized) return { status: 401, body: new Refusal(401, 'Bad credentials').body }
      if (graphql) {
        const { body: reply, valid } = await answerGraphql(world, body as { query: string })
        if (!valid) violations.push(`GraphQL ${operation}: ${JSON.stringify(reply)}`)
        return { status: 200, body: reply }
      }
      return backend.handleRequest(
        {
          method,
          path: url.pathname,
          query: url.search.slice(1),
          headers: plainHeaders(request),
          body,
        },
        { handlers, violations },
      )
    })()
    requests.push({ method, path: url.pathname + url.search, operation, body, status: result.status, authorized })
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      date: new Date().toUTCString(),
      ...result.headers,
    }
    response.writeHead(result.status, headers)
    response.end(result.body === undefined ? undefined : JSON.stringify(result.body))
  }
  origin = await listen(server)
  return {
    apiUrl: origin,
    graphqlUrl: `${origin}/graphql`,
    serverUrl: origin,
    world,
    requests,
    violations,
    faults,
    close: async () => {
      await Promise.all([closeServer(server), closeServer(blobs.server)])
    },
  }
}

/** What one stand-in brings to a request; the validators are shared by all of them, since they are slow to build. */
interface Instance {
  readonly handlers: RestHandlers
  readonly violations: string[]
}

interface Context {
  readonly request: Request & { readonly params: unknown; readonly query: unknown; readonly requestBody: unknown }
  readonly operation: { readonly operationId?: string }
  readonly validation: { readonly errors?: { instancePath?: string; message?: string; params?: unknown }[] | null }
}

const description = describeGitHub(OPERATIONS)
let shared: Promise<OpenAPIBackend> | undefined

async function makeBackend(): Promise<OpenAPIBackend> {
  const backend = new OpenAPIBackend({
    definition: description.definition,
    quick: true,
    ajvOpts: { strict: false, allErrors: true, logger: false, validateFormats: false },
    coerceTypes: true,
  })
  const handle = (context: Context, instance: Instance): Answer => {
    const id = context.operation.operationId ?? ''
    const { params, query, requestBody } = context.request
    const decoded = Object.entries(params as Record<string, string>).map(([key, value]) => [
      key,
      decodeURIComponent(String(value)),
    ])
    const call: Call = {
      params: Object.fromEntries(decoded),
      query: query as Record<string, string>,
      body: (requestBody ?? {}) as Record<string, unknown>,
    }
    const result = attempt(() => instance.handlers[id]?.(call) ?? { status: 501 })
    const checked = result.body === undefined ? null : backend.validateResponse(result.body, id, result.status)
    for (const error of checked?.errors ?? []) {
      instance.violations.push(`answer of ${id}: ${error.instancePath} ${error.message}`)
    }
    return result
  }
  backend.register(Object.fromEntries(OPERATIONS.map((id) => [id, handle])))
  backend.register({
    notFound: (context: Context, { violations }: Instance): Answer => {
      violations.push(`unknown to the stand-in: ${context.request.method} ${context.request.path}`)
      return { status: 404, body: new Refusal(404, 'Not Found').body }
    },
    validationFail: (context: Context, { violations }: Instance): Answer => {
      const words = (context.validation.errors ?? []).map(
        (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
      )
      violations.push(`request of ${context.operation.operationId}: ${words.join('; ')}`)
      return { status: 422, body: new Refusal(422, `Invalid request: ${words.join('; ')}`).body }
    },
  })
  await backend.init()
  return backend
}

function attempt(body: () => Answer): Answer {
  try {
    return body()
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body }
    throw error
  }
}

/** Where downloads are really kept: another host, to which the token must not be sent. */
async function startBlobs(world: World, violations: string[]): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    if (request.headers.authorization !== undefined) violations.push('the token was sent to the store of artifacts')
    const artifact = world.artifacts.find((candidate) => `/${candidate.id}` === request.url)
    if (artifact === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/zip' }).end(artifact.zip)
  })
  return { server, origin: await listen(server) }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
}

function nameOf(body: unknown): string {
  const query = String((body as { query?: unknown } | undefined)?.query ?? '')
  return /^\s*(query|mutation)\s+(\w+)/.exec(query)?.[2] ?? 'unnamed'
}

function operationOf(backend: OpenAPIBackend, method: string, path: string): string {
  return backend.matchOperation({ method, path, headers: {} })?.operationId ?? 'unknown'
}
