/** A reporter that the user's jest loads, any since 24: one JSON line for every test and for every file that does not load. */
export const JEST_REPORTER_SOURCE = String.raw`const { appendFileSync } = require('node:fs')

const OUT = process.env.SELF_HEAL_OUTCOMES
const cut = (text) => (typeof text === 'string' ? text.slice(0, 20000) : undefined)

/** Jest prints message and stack in one. */
const errorOf = (printed, detail) => {
  const text = String(printed ?? '').replace(/\u001b\[[0-9;]*m/g, '')
  const at = text.search(/\n\s+at /)
  const error = detail?.error && typeof detail.error === 'object' ? detail.error : detail
  const message = at < 0 ? text : text.slice(0, at)
  const name = /^(?:Uncaught )?([A-Z]\w*(?:Error|Exception|Warning))\b/.exec(message)?.[1]
  return {
    name: cut(error?.name ?? name), message: cut(message), stack: at < 0 ? '' : cut(text.slice(at)),
    cause: error?.cause ? cut(String(error.cause.message ?? error.cause)) : undefined, code: cut(error?.code), frames: [],
  }
}

const STATUS = { passed: 'passed', failed: 'failed' }
const say = (line) => appendFileSync(OUT, JSON.stringify(line) + '\n')

module.exports = class LineReporter {
  onTestResult(_test, result) {
    if (!OUT) return
    const file = result.testFilePath
    for (const one of result.testResults) {
      const errors = (one.failureMessages ?? []).slice(0, 5).map((text, at) => errorOf(text, one.failureDetails?.[at]))
      const titles = [...one.ancestorTitles, one.title]
      // What the pattern of names leaves out is pending as well.
      if (one.status !== 'pending') say({ file, titles, status: STATUS[one.status] ?? 'skipped', ms: one.duration ?? 0, errors })
    }
    if (result.testExecError || (result.testResults.length === 0 && result.failureMessage))
      say({ file, titles: [], status: 'failed', ms: 0, errors: [errorOf(result.testExecError?.stack || result.failureMessage, result.testExecError)] })
  }
}
`
