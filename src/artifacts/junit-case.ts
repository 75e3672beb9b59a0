import { stripAnsi } from '../dom/trace-lines.ts'
import type { Attachment, FailureError, Framework } from '../model.ts'
import { joinAnyPath } from './playwright-outcome.ts'
import { errorType, parsePlaywrightError, parseStack } from './stack-text.ts'
import type { ArtifactFile, AttemptOutcome, ReadContext, TestOutcome } from './types.ts'
import type { XmlNode } from './xml.ts'

/** A `<testcase>` with the suites around it, outermost first. */
export interface JunitCase {
  readonly node: XmlNode
  readonly suites: readonly XmlNode[]
}

const FAILED = new Set(['failure', 'error'])
const RETRIED = new Set(['rerunFailure', 'rerunError'])
const FLAKY = new Set(['flakyFailure', 'flakyError'])

export function readCase(
  junit: JunitCase,
  framework: Framework,
  file: ArtifactFile,
  context: ReadContext,
): TestOutcome {
  const { node, suites } = junit
  const failed = node.children.filter((child) => FAILED.has(child.name))
  const retried = node.children.filter((child) => RETRIED.has(child.name))
  const flaky = node.children.filter((child) => FLAKY.has(child.name))
  const skipped = node.children.some((child) => child.name === 'skipped' || child.name === 'disabled')
  const source = locateTest(junit, framework)
  const path = source === '' ? null : context.paths.source(source)
  const outputs = (name: string): string =>
    node.children
      .filter((child) => child.name === name)
      .map((child) => child.text)
      .join('\n')
  const stdout = stripAnsi(outputs('system-out').slice(0, context.limits.maxOutput))
  const stderr = stripAnsi(outputs('system-err').slice(0, context.limits.maxOutput))
  const errors = failed.map((child) => readProblem(child, framework, context))
  const playwrightTries = framework === 'playwright' ? countTries(failed) : 0
  const tries = Math.max(failed.length > 0 ? 1 : 0, playwrightTries) + retried.length
  const attempts: AttemptOutcome[] =
    failed.length > 0
      ? Array.from({ length: tries }, () => 'failed')
      : [...flaky.map((): AttemptOutcome => 'failed'), skipped ? 'skipped' : 'passed']
  const outcome = failed.length > 0 ? 'failed' : flaky.length > 0 ? 'flaky' : skipped ? 'skipped' : 'passed'
  const attachments = readAttached(stdout, file, context)
  return {
    file: path ?? source,
    resolved: path !== null,
    title: readTitle(junit, framework),
    line: readLine(node, framework),
    framework,
    project: framework === 'playwright' ? suites.at(-1)?.attributes.hostname || undefined : undefined,
    outcome,
    attempts,
    errors: errors.length > 0 ? errors : flaky.map((child) => readProblem(child, framework, context)),
    attachments: outcome === 'passed' ? [] : attachments,
    traces: [],
    durationMs: Math.round(Number(node.attributes.time ?? 0) * 1000) || 0,
    stdout: stdout || undefined,
    stderr: stderr || undefined,
    artifact: file.path,
  }
}

/** The file a test is in, as well as each producer lets it be known; empty where it does not. */
function locateTest({ node, suites }: JunitCase, framework: Framework): string {
  const { file, filepath, classname, name } = node.attributes
  const suite = suites.at(-1)?.attributes
  const own = file ?? filepath ?? suite?.file ?? suite?.filepath
  if (own) return own
  const looksLikeFile = (text: string | undefined): text is string =>
    /[\w)\]]\.(?:[cm]?[jt]sx?|py|rb|php|feature)$/.test(text ?? '')
  if (framework === 'playwright' || looksLikeFile(classname)) return classname ?? suite?.name ?? ''
  // A file that could not be loaded stands there as a case without a class, by its module's name.
  if (framework === 'pytest') return classname ? pythonFile(classname) : `${(name ?? '').split('.').join('/')}.py`
  const frame = parseStack(node.children.map((child) => child.text).join('\n')).at(-1)
  if (framework === 'junit-java') return javaFile(classname ?? '', frame?.file)
  if (looksLikeFile(suite?.name)) return suite.name
  if (looksLikeFile(name)) return name
  return frame?.file ?? ''
}

/** `tests.api.test_user.TestUser` → `tests/api/test_user.py`: classes begin with a capital. */
function pythonFile(classname: string): string {
  const parts = classname.split('.')
  while (parts.length > 1 && /^[A-Z]/.test(parts.at(-1) ?? '')) parts.pop()
  return classname === '' ? '' : `${parts.join('/')}.py`
}

function javaFile(classname: string, frame: string | undefined): string {
  const path = classname.replace(/\$.*$/, '').split('.').join('/')
  if (frame?.replace(/\.\w+$/, '') === path) return frame
  return path === '' ? '' : `${path}.java`
}

function readTitle({ node, suites }: JunitCase, framework: Framework): string {
  const { name = '', classname = '' } = node.attributes
  if (framework === 'playwright' || framework === 'vitest') return name.split(' > ').join(' › ')
  if (framework === 'pytest') {
    if (classname === '' && /^[\w.-]+$/.test(name)) return `${name.split('.').join('/')}.py`
    const classes = classname.split('.').filter((part) => /^[A-Z]/.test(part))
    return [...classes, name].join(' › ')
  }
  // node:test names the suite in every case, and puts suites inside of each other.
  if (framework === 'node-test') {
    const around = suites.map(({ attributes }) => attributes.name ?? '').filter(Boolean)
    return [...around, name].join(' › ')
  }
  if (framework === 'junit-java' && classname !== '') return `${classname} › ${name}`
  if (classname !== '' && classname !== name && !name.includes(classname)) return `${classname} › ${name}`
  const suite = suites.at(-1)?.attributes.name ?? ''
  return suite === '' || name.includes(suite) ? name : `${suite} › ${name}`
}

/** pytest counts lines from 0. */
function readLine(node: XmlNode, framework: Framework): number | undefined {
  const line = Number(node.attributes.line ?? node.attributes.lineno ?? Number.NaN)
  if (!Number.isInteger(line) || line < 0) return undefined
  return framework === 'pytest' ? line + 1 : line || undefined
}

function readProblem(child: XmlNode, framework: Framework, context: ReadContext): FailureError {
  const body = stripAnsi(cutMiddle(child.text)).trim()
  const short = stripAnsi(child.attributes.message ?? '').trim()
  const given = child.attributes.type
  const type = given && !/^(?:FAILURE|failure|error|AssertionFailure)$/.test(given) ? given : undefined
  if (framework === 'playwright') {
    const error = parsePlaywrightError(lastTry(body), undefined, context.limits.maxMessage)
    return { ...error, type: error.type ?? type }
  }
  if (framework === 'node-test') return readNodeError(body, short, context)
  // What pytest says stands at the end of the body, below source that may look like it.
  const isSaid = framework === 'pytest' ? body.startsWith(short) : body.includes(short)
  const message = isSaid || short === '' ? body || short : body === '' ? short : `${short}\n${body}`
  const stack = parseStack(body === '' ? short : body)
  return {
    type: type ?? errorType(short) ?? errorType(body),
    message: message.slice(0, context.limits.maxMessage),
    stack,
    location: stack[0],
  }
}

/** node:test wraps what was thrown: its own name, message and stack are those of the cause. */
function readNodeError(body: string, short: string, context: ReadContext): FailureError {
  const at = body.indexOf('cause: ')
  const inner = at < 0 ? body : body.slice(at + 'cause: '.length).replace(/^ {2}/gm, '')
  const type = /^\[?([A-Za-z_$][\w$]*(?:Error|Exception))\b/.exec(inner)?.[1]
  const stack = parseStack(inner)
  const code = /\bcode: '(?!ERR_TEST_FAILURE)(\w+)'/.exec(inner)?.[1]
  const cause = /\[cause\]: (\S[^\n]*)/.exec(inner)?.[1]
  const detail = [...(cause ? [`Caused by: ${cause}`] : []), ...(code ? [`Code: ${code}`] : [])]
  const message = [type && !short.startsWith(type) ? `${type}: ${short}` : short, ...detail].join('\n')
  return { type, message: message.slice(0, context.limits.maxMessage), stack, location: stack[0] }
}

/** Beginning and end of what a hostile or chatty report may hold in megabytes. */
function cutMiddle(text: string): string {
  return text.length > 200_000 ? `${text.slice(0, 100_000)}\n${text.slice(-100_000)}` : text
}

/** Playwright prints all tries of a test into one element, under a headline each. */
function countTries(failed: readonly XmlNode[]): number {
  return failed.reduce((most, child) => Math.max(most, cutMiddle(child.text).split(/^[ \t]*Retry #\d+ ─/m).length), 0)
}

function lastTry(body: string): string {
  const text = body.split(/^[ \t]*Retry #\d+ ─.*$/m).at(-1) ?? body
  return text
    .replace(/^.{1,400}:\d+:\d+ › .{1,400}─[ \t]*$/m, '')
    .replace(/^ {4}/gm, '')
    .trim()
}

/** `[[ATTACHMENT|path]]` lines, relative to the report or to the folder the tests ran in. */
function readAttached(stdout: string, file: ArtifactFile, context: ReadContext): Attachment[] {
  const attachments: Attachment[] = []
  for (const [, path] of stdout.matchAll(/\[\[ATTACHMENT\|([^\]\n]{1,1000})\]\]/g)) {
    if (path === undefined || attachments.length >= 50) break
    const found =
      context.paths.beside(file.path, path) ?? context.paths.beside(file.path, joinAnyPath(context.root, path))
    if (found) attachments.push({ name: attachmentName(found), contentType: contentType(found), path: found })
  }
  return attachments
}

function attachmentName(path: string): string {
  return /(?:^|[\\/])trace\.zip$/.test(path) ? 'trace' : (path.split(/[\\/]/).at(-1) ?? '').replace(/\.\w+$/, '')
}

const TYPES: Readonly<Record<string, string>> = {
  zip: 'application/zip',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webm: 'video/webm',
  html: 'text/html',
  md: 'text/markdown',
  txt: 'text/plain',
  json: 'application/json',
}

function contentType(path: string): string {
  return TYPES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
}
