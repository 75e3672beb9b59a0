import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningApp, startApp } from '../../../src/browser/app.ts'
import { startWebServers } from '../../../src/browser/web-server.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'app-'))
  await mkdir(join(dir, 'dist/assets'), { recursive: true })
  await writeFile(join(dir, 'dist/index.html'), '<h1>Start</h1>')
  await writeFile(join(dir, 'dist/about.html'), '<h1>About</h1>')
  await writeFile(join(dir, 'dist/assets/app.js'), 'run()')
  await writeFile(join(dir, 'secret.txt'), 'secret')
  await symlink(join(dir, 'secret.txt'), join(dir, 'dist/link.txt'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A request as it stands: `fetch` would tidy the path first. */
function raw(app: RunningApp, path: string): Promise<string> {
  const { hostname, port } = new URL(app.origin)
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.0\r\n\r\n`))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}

describe('a built app', () => {
  let app: RunningApp
  beforeAll(async () => {
    app = await startApp({ kind: 'static', dir: join(dir, 'dist') })
  })
  afterAll(() => app?.stop())

  it.each([
    ['/', 200, 'text/html; charset=utf-8', 'Start'],
    ['/assets/app.js', 200, 'text/javascript; charset=utf-8', 'run()'],
    ['/about', 200, 'text/html; charset=utf-8', 'About'],
    ['/products/7?x=1#y', 200, 'text/html; charset=utf-8', 'Start'],
    ['/assets/missing.js', 404, 'text/plain; charset=utf-8', '404'],
    ['/link.txt', 404, 'text/plain; charset=utf-8', '404'],
  ])('answers %s with %d', async (path, status, type, text) => {
    const response = await fetch(app.origin + path)
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
    expect(await response.text()).toContain(text)
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '//etc/passwd',
    '/%00',
    '/%',
    '/..\\secret.txt',
  ])('gives nothing from outside for %s', async (path) => {
    const text = await raw(app, path)
    expect(text).not.toContain('secret\n')
    expect(text).not.toMatch(/root:|^secret/m)
  })

  it('is there for this machine only', () => {
    expect(new URL(app.origin).hostname).toBe('127.0.0.1')
  })
})

describe('a built app where the tests expect it', () => {
  it('takes port and base path of base_url', async () => {
    const port = await freePort()
    const app = await startApp({ kind: 'static', dir: join(dir, 'dist'), baseUrl: `http://127.0.0.1:${port}/shop/` })
    expect(await (await fetch(`http://127.0.0.1:${port}/shop/assets/app.js`)).text()).toBe('run()')
    await app.stop()
    await expect(fetch(app.origin)).rejects.toThrow()
  })

  it('says that the port is taken', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const attempt = startApp({ kind: 'static', dir: join(dir, 'dist'), baseUrl: `http://127.0.0.1:${port}` })
    await expect(attempt).rejects.toThrow(new RegExp(`Port ${port} is taken`))
    other.close()
  })

  it('says that app_dir is no folder', async () => {
    await expect(startApp({ kind: 'static', dir: join(dir, 'none') })).rejects.toThrow(/app_dir names .*none.*Build/)
  })
})

describe('an app of its own', () => {
  const serve = (port: number) =>
    `node -e "require('http').createServer((q,r)=>r.end('up')).listen(${port},'127.0.0.1')" & echo starting; wait`
  const spec = (command: string, port: number, timeoutMs = 20_000) =>
    ({ kind: 'command', command, baseUrl: `http://127.0.0.1:${port}/`, cwd: dir, env: process.env, timeoutMs }) as const

  it('is waited for, and is gone with its children when stopped', async () => {
    const port = await freePort()
    const app = await startApp(spec(`sleep 0.3; ${serve(port)}`, port))
    expect(await (await fetch(app.baseUrl)).text()).toBe('up')
    expect(app.crashed()).toBeNull()
    await app.stop()
    await expect(fetch(app.baseUrl)).rejects.toThrow()
  })

  it('that crashes at its start is reported at once with its last words', async () => {
    const begun = performance.now()
    const attempt = startApp(spec('echo "Cannot find module vite" >&2; exit 3', await freePort()))
    await expect(attempt).rejects.toThrow(/ended with code 3[\s\S]*Cannot find module vite/)
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  it('that never comes up is reported with its last words and stopped', async () => {
    const attempt = startApp(spec('echo compiling; sleep 60', await freePort(), 700))
    await expect(attempt).rejects.toThrow(/did not answer at http:\/\/127[\s\S]*compiling/)
  })

  it('that crashes later is known to have', async () => {
    const port = await freePort()
    const app = await startApp(
      spec(`timeout 1 node -e "require('http').createServer((q,r)=>r.end('up')).listen(${port},'127.0.0.1')"`, port),
    )
    await expect.poll(() => app.crashed(), { timeout: 5_000 }).toMatch(/ended with code 124/)
    await app.stop()
  })

  it('is not started where something else answers, unless that is the app', async () => {
    const other = createServer((_, response) => response.end('other')).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    await expect(startApp(spec('sleep 60', port))).rejects.toThrow(/Something answers at/)
    const app = await startApp({ ...spec('exit 1', port), reuseExisting: true })
    await app.stop()
    expect(await (await fetch(app.baseUrl)).text()).toBe('other')
    other.close()
    other.closeAllConnections()
  })

  it('may be several servers of a Playwright configuration, all stopped where one fails', async () => {
    const [a, b] = [await freePort(), await freePort()]
    const servers = [
      { command: serve(a), url: `http://127.0.0.1:${a}` },
      { command: 'exit 1', port: b, timeout: 3_000 },
    ]
    await expect(startWebServers({ servers, config: null, cwd: dir, env: process.env })).rejects.toThrow(/exit 1/)
    await expect(fetch(`http://127.0.0.1:${a}`)).rejects.toThrow()
  })
})
