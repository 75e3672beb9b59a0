/**
 * A reporter that the user's Playwright loads. It writes one JSON line for the suite, for every test that begins or ends
 * and for every error, so that a run that is killed has still said what it saw. Kept as text because it must lie beside
 * the run as a file of its own, whatever this package is bundled into; it is plain CommonJS for any Playwright since 1.40.
 */
export const REPORTER_SOURCE = String.raw`'use strict'
const fs = require('node:fs')
const MAX = 20000
const cut = (text) => (typeof text === 'string' ? text.slice(0, MAX) : undefined)
const pick = (from, names) => {
  const out = {}
  for (const name of names) if (from && from[name] !== undefined && typeof from[name] !== 'function') out[name] = from[name]
  return out
}
const USE = ['testIdAttribute', 'baseURL', 'viewport', 'browserName', 'channel', 'locale', 'timezoneId', 'colorScheme',
  'userAgent', 'deviceScaleFactor', 'isMobile', 'hasTouch', 'storageState', 'actionTimeout', 'navigationTimeout',
  'ignoreHTTPSErrors', 'permissions', 'geolocation', 'javaScriptEnabled', 'serviceWorkers', 'reducedMotion']
const SERVER = ['command', 'url', 'port', 'cwd', 'reuseExistingServer', 'timeout', 'ignoreHTTPSErrors', 'env', 'name']
const errorOf = (error) => ({
  message: cut(error.message ?? error.value), stack: cut(error.stack), location: error.location,
})
const serialGroup = (test) => {
  let group
  for (let at = test.parent; at; at = at.parent)
    if (at._parallelMode === 'serial') group = at.titlePath().slice(1).join('\u0000')
  return group
}
const describe = (test) => {
  const path = test.titlePath()
  return {
    id: test.id, file: test.location.file, line: test.location.line, column: test.location.column,
    project: path[1] ?? '', titles: path.slice(3), repeat: test.repeatEachIndex ?? 0, timeout: test.timeout,
    expected: test.expectedStatus, serial: serialGroup(test),
  }
}
class LineReporter {
  constructor() {
    // Where it is named twice, by the configuration and by the environment, each test is still told once.
    this.file = globalThis.selfHealReporter ? undefined : process.env.SELF_HEAL_OUTCOMES
    globalThis.selfHealReporter = true
  }
  printsToStdio() { return false }
  write(line) { if (this.file) fs.appendFileSync(this.file, JSON.stringify(line) + '\n') }
  onBegin(config, suite) {
    let servers = config.webServer ? [config.webServer] : []
    for (const symbol of Object.getOwnPropertySymbols(config)) {
      const inner = config[symbol]
      if (inner && Array.isArray(inner.webServers)) servers = inner.webServers
    }
    this.write({
      kind: 'begin', version: config.version, configFile: config.configFile ?? null, rootDir: config.rootDir,
      workers: config.workers, fullyParallel: config.fullyParallel, forbidOnly: config.forbidOnly,
      webServers: servers.filter(Boolean).map((server) => pick(server, SERVER)),
      projects: config.projects.map((project) => ({
        name: project.name, testDir: project.testDir, timeout: project.timeout, retries: project.retries,
        expectTimeout: project.expect && project.expect.timeout, dependencies: project.dependencies ?? [],
        use: pick(project.use, USE),
      })),
      tests: suite.allTests().map(describe),
    })
  }
  onTestBegin(test) { this.write({ kind: 'start', ...describe(test) }) }
  onTestEnd(test, result) {
    this.write({
      kind: 'test', ...describe(test), status: result.status, retry: result.retry, duration: result.duration,
      errors: (result.errors ?? []).slice(0, 10).map(errorOf),
      attachments: result.attachments.filter((one) => one.path).slice(0, 50).map((one) => pick(one, ['name', 'contentType', 'path'])),
      stdout: cut(result.stdout.map(String).join('')), stderr: cut(result.stderr.map(String).join('')),
    })
  }
  onError(error) { this.write({ kind: 'error', ...errorOf(error) }) }
  onEnd(result) { this.write({ kind: 'end', status: result.status }) }
}
module.exports = LineReporter
`
