/**
 * What runs before the tests of Node's runners: says of every exception that leaves the repository's code which names
 * there are in its frames, keys of objects and names of methods, three levels deep. Values are never written. It listens
 * as a debugger of its own thread does, so that nothing of the suite or its configuration has to change.
 */
export const CAPTURE_SOURCE = String.raw`import { appendFileSync, realpathSync } from 'node:fs'
import { Session } from 'node:inspector'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const OUT = process.env.SELF_HEAL_CAPTURE
const ROOT = process.env.SELF_HEAL_ROOT
const MOST = { frames: 3, captures: 300, names: 40 }

if (OUT && ROOT) {
  try {
    listen(realpathSync(ROOT))
  } catch {
    // Without it the tests run all the same, and less is known.
  }
}

function shape(depth) {
  const types = globalThis.process?.getBuiltinModule?.('node:util')?.types
  const walk = (value, left) => {
    if (typeof value !== 'object' || value === null || types?.isProxy(value)) return null
    if (Array.isArray(value)) return left > 0 && value.length > 0 ? walk(value[0], left - 1) : null
    const names = {}
    let count = 0
    for (let at = value; at && at !== Object.prototype && count < 60; at = Object.getPrototypeOf(at)) {
      for (const [name, slot] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
        if (name === 'constructor' || name.startsWith('_') || name in names || ++count > 60) continue
        names[name.slice(0, 120)] = at === value && 'value' in slot && left > 0 ? walk(slot.value, left - 1) : null
      }
    }
    return names
  }
  return JSON.stringify(walk(this, depth))
}

function listen(root) {
  const session = new Session()
  session.connect()
  const scripts = new Map()
  let count = 0
  let busy = false
  const ask = (method, params) => {
    let answer
    session.post(method, params, (error, result) => { if (!error) answer = result })
    return answer
  }
  const pathOf = (url) => {
    try {
      const path = url.startsWith('file://') ? fileURLToPath(url) : url
      return path.startsWith(root + sep) && !path.includes(sep + 'node_modules' + sep) ? path.replace(/[?#].*$/, '') : null
    } catch {
      return null
    }
  }
  // The printed stack is mapped back to the sources where the runner does so; its frames come in the same order.
  const printed = (text) => [...text.matchAll(/(?:\(|\s)((?:file:\/\/)?\/[^\s()]+?):(\d+):\d+\)?$/gm)]
    .map(([, url, line]) => ({ path: pathOf(url), line: Number(line) }))
    .filter(({ path }) => path)
  const namesIn = (frame) => {
    const names = {}
    let held = 0
    const add = (name, value) => {
      if (held >= MOST.names || name in names || value?.type !== 'object' || !value.objectId || value.subtype === 'proxy') return
      const told = ask('Runtime.callFunctionOn', {
        functionDeclaration: shape.toString(), objectId: value.objectId, arguments: [{ value: 3 }], returnByValue: true, silent: true,
      })
      const text = told?.result?.value
      const tree = typeof text === 'string' && text.length < 60000 ? JSON.parse(text) : null
      if (tree) { names[name] = tree; held++ }
    }
    add('this', frame.this)
    for (const scope of frame.scopeChain) {
      if (!['local', 'block', 'closure', 'catch', 'module', 'script'].includes(scope.type)) continue
      const own = ask('Runtime.getProperties', { objectId: scope.object.objectId, ownProperties: true })?.result ?? []
      for (const each of own.slice(0, 80)) if (each.value && !each.name.startsWith('__')) add(each.name, each.value)
    }
    return names
  }
  session.on('Debugger.scriptParsed', ({ params }) => {
    const path = pathOf(params.url)
    if (path) scripts.set(params.scriptId, path)
  })
  session.on('Debugger.paused', ({ params }) => {
    try {
      if (busy || count >= MOST.captures || !params.data || !/exception|promiseRejection/.test(params.reason)) return
      busy = true
      const frames = params.callFrames.filter((frame) => scripts.has(frame.location.scriptId)).slice(0, MOST.frames)
      if (frames.length === 0) return
      count++
      const text = String(params.data.description ?? params.data.value ?? '').slice(0, 4000)
      const lines = printed(text)
      const scopes = frames.map((frame) => {
        const path = scripts.get(frame.location.scriptId)
        const at = lines.findIndex((each) => each.path === path)
        const line = at < 0 ? frame.location.lineNumber + 1 : lines.splice(0, at + 1).at(-1).line
        return { file: relative(root, path).split(sep).join('/'), line, names: namesIn(frame) }
      })
      appendFileSync(OUT, JSON.stringify({ text, scopes }) + '\n')
    } catch {
      // What cannot be told is left out.
    } finally {
      busy = false
      session.post('Debugger.resume')
    }
  })
  session.post('Debugger.enable')
  session.post('Debugger.setPauseOnExceptions', { state: 'all' })
}
`
