/**
 * The program of the worker that one module runs in, as text: a bundle has no other file to start it from. It loads the
 * module, says what it offers, and answers one question after the other.
 */
export const WORKER_PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads')
const plain = (error) => error instanceof Error ? error.name + ': ' + error.message : String(error)
const define = { defineStrategy: (one) => one, defineHealer: (one) => one }
let offered = []
const ready = import(workerData.url).then(async (module) => {
  const made = typeof module.default === 'function' ? await module.default(define) : module.default
  offered = (Array.isArray(made) ? made : [made]).filter((one) => one !== null && typeof one === 'object')
  return offered.map((one) => ({
    name: typeof one.name === 'string' ? one.name : null,
    priority: typeof one.priority === 'number' ? one.priority : null,
    failureType: typeof one.failureType === 'string' ? one.failureType : null,
    proposes: typeof one.propose === 'function',
    heals: typeof one.heal === 'function',
  }))
})
ready.then((offers) => parentPort.postMessage({ id: 0, offers }), (error) => parentPort.postMessage({ id: 0, error: plain(error) }))
parentPort.on('message', async ({ id, at, method, given }) => {
  try {
    parentPort.postMessage({ id, answer: await offered[at][method](...given) })
  } catch (error) {
    parentPort.postMessage({ id, error: plain(error) })
  }
})
`
