import { createReadStream, realpathSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.htm': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.cjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.otf': 'font/otf',
  '.wasm': 'application/wasm',
  '.pdf': 'application/pdf',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mp3': 'audio/mpeg',
}

export interface StaticOptions {
  /** Folder of the built app. */
  readonly dir: string
  /** Path below which the app lives, `/` or `/shop/`. */
  readonly basePath?: string
}

/** Names what was sent in place of a file that is not there: good for a page, and no answer to a question for data. */
export const FALLBACK_HEADER = 'x-fallback'

/** A server for a built single-page app: its files, and `index.html` for every address that is a page. */
export function createStaticServer(options: StaticOptions): Server {
  const root = realpathSync(options.dir)
  const base = `/${(options.basePath ?? '/').replace(/^\/+|\/+$/g, '')}/`.replace('//', '/')
  return createServer((request, response) => {
    answer(root, base, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
}

async function answer(root: string, base: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
  const path = pathOf(request.url ?? '/', base)
  if (path === null) return refuse(response, 400)
  const own = await findFile(root, path)
  const file = own ?? (isPage(request, path) ? await findFile(root, '/') : null)
  if (file === null) return refuse(response, 404)
  const { size } = await stat(file)
  response.writeHead(200, {
    ...(own === null ? { [FALLBACK_HEADER]: 'index.html' } : {}),
    'content-type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'content-length': size,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  if (request.method === 'HEAD') response.end()
  else
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${status}\n`)
}

/** The path within the app; null for what is no path. */
function pathOf(url: string, base: string): string | null {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/s, ''))
    if (path.includes('\0') || path.includes('\\') || !path.startsWith('/')) return null
    const isInBase = path === base.slice(0, -1) || path.startsWith(base)
    return isInBase ? `/${path.slice(base.length)}` : path
  } catch {
    return null
  }
}

/** The real file for a path, inside of the root whatever links there are; null where there is none. */
async function findFile(root: string, path: string): Promise<string | null> {
  for (const name of [path, `${path.replace(/\/$/, '')}.html`, join(path, 'index.html')]) {
    try {
      const real = await realpath(join(root, name))
      const isInside = real === root || real.startsWith(root + sep)
      if (isInside && (await stat(real)).isFile()) return real
    } catch {
      // Not this one.
    }
  }
  return null
}

/** A page of the app rather than a file of it: a script that is missing must not be answered with the start page. */
function isPage(request: IncomingMessage, path: string): boolean {
  const wantsPage = request.headers.accept?.includes('text/html') ?? false
  return wantsPage || extname(path) === ''
}
