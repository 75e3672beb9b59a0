/**
 * A reporter that the user's vitest loads, any since 1.0: one JSON line for every test that ends and for every file that
 * does not load, so that a run that is killed has still said what it saw.
 */
export const VITEST_REPORTER_SOURCE = String.raw`import { appendFileSync } from 'node:fs'

const OUT = process.env.SELF_HEAL_OUTCOMES
const cut = (text) => (typeof text === 'string' ? text.slice(0, 20000) : undefined)
const told = new Set()

const errorOf = (error) => ({
  name: cut(error.name), message: cut(error.message), stack: cut(error.stack ?? error.stackStr),
  expected: cut(error.expected), actual: cut(error.actual), cause: error.cause ? cut(String(error.cause.message ?? error.cause)) : undefined,
  code: cut(error.code ?? error.cause?.code),
  frames: (error.stacks ?? []).slice(0, 30).map(({ file, line, column }) => ({ file, line, column })),
})

const write = (task, file, titles) => {
  if (told.has(task.id) || !OUT) return
  const { state, duration, errors } = task.result ?? {}
  if (state !== 'pass' && state !== 'fail' && task.mode !== 'skip' && task.mode !== 'todo') return
  told.add(task.id)
  const status = state === 'pass' ? 'passed' : state === 'fail' ? 'failed' : 'skipped'
  appendFileSync(OUT, JSON.stringify({ file, titles, status, ms: duration ?? 0, errors: (errors ?? []).slice(0, 5).map(errorOf) }) + '\n')
}

const walk = (task, file, titles) => {
  if (task.type === 'suite') for (const each of task.tasks ?? []) walk(each, file, [...titles, each.name])
  else write(task, file, titles)
}

const finish = (files) => {
  for (const file of files ?? []) {
    for (const each of file.tasks ?? []) walk(each, file.filepath, [each.name])
    const own = file.result?.errors ?? []
    if (own.length > 0 || ((file.tasks ?? []).length === 0 && file.result?.state === 'fail'))
      write({ ...file, result: { ...file.result, state: 'fail' } }, file.filepath, [])
  }
}

export default class LineReporter {
  onTestCaseResult(test) {
    const titles = []
    for (let at = test; at && at.type !== 'module'; at = at.parent) titles.unshift(at.name)
    if (test.task?.result) write(test.task, test.module.moduleId, titles)
  }
  onTestRunEnd(modules) {
    finish(modules.map((module) => module.task))
  }
  onFinished(files) {
    finish(files)
  }
}
`
