import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import type { World } from './world.ts'

/** True where a request is one of git itself and not of the API. */
export function isGitRequest(world: World, pathname: string): boolean {
  return pathname.startsWith(`/${world.owner}/${world.repo}.git/`)
}

/** Serves the bare repository by git's own `http-backend`, to whoever brings the token. Returns the status. */
export async function serveGit(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<number> {
  const wanted = `basic ${Buffer.from(`x-access-token:${world.token}`).toString('base64')}`
  if (request.headers.authorization?.toLowerCase() !== wanted.toLowerCase()) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end()
    return 401
  }
  const rest = url.pathname.slice(`/${world.owner}/${world.repo}.git`.length)
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: path.dirname(world.git.dir),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${path.basename(world.git.dir)}${rest}`,
      REQUEST_METHOD: request.method,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'x-access-token',
    },
  })
  request.pipe(child.stdin)
  const parts: Buffer[] = []
  for await (const part of child.stdout) parts.push(part as Buffer)
  const output = Buffer.concat(parts)
  const end = output.indexOf('\r\n\r\n')
  const headers = Object.fromEntries(
    output
      .subarray(0, end)
      .toString('latin1')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const status = Number.parseInt(headers.Status ?? '200', 10)
  response.writeHead(status, headers).end(output.subarray(end + 4))
  return status
}
