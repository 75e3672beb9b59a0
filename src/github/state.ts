import { createHash } from 'node:crypto'
import type { Framework, TestRef } from '../model.ts'
import { isSafePath } from './place-change.ts'

/** What a pull request of ours remembers about itself, hidden in its body. */
export interface PullState {
  readonly version: 1
  /** Run whose artifacts tell of the failures; 0 where unknown. */
  readonly run: { readonly id: number; readonly attempt: number }
  /** The failing branch, and its head when it was healed. */
  readonly base: { readonly branch: string; readonly sha: string }
  /** The commit on which the tests were last known to be green; absent where that is not known. */
  readonly green?: string
  /** Head of our own branch after our last push; anything else there came from a person. */
  readonly head: string
  /** A person pushed to our branch at some time: it is only ever built upon. */
  readonly shared: boolean
  readonly tests: readonly TestRef[]
  /** What was delivered: signature and a digest of the change. */
  readonly fixes: readonly { readonly signature: string; readonly digest: string }[]
}

const MARKER = 'self-heal:state'
const PATTERN = new RegExp(`<!-- ${MARKER} (\\{[^\\n]{0,60000}\\}) -->`)
const MAX_TESTS = 100
const MAX_FIXES = 200
const SIGNATURE = /^[0-9a-f]{12}$/
const OID = /^[0-9a-f]{40}$/

/** Writes the state as an HTML comment that nothing inside it can end; the number of tests is cut to fit `maxLength`. */
export function writeState(state: PullState, maxLength = 16_000): string {
  for (let tests = Math.min(state.tests.length, MAX_TESTS); ; tests = Math.floor(tests / 2)) {
    const bounded: PullState = {
      ...state,
      tests: state.tests.slice(0, tests),
      fixes: state.fixes.slice(0, MAX_FIXES),
    }
    // Escaped as JSON allows, so that neither `-->` nor an HTML tag nor a mention can come out of a test's title.
    const json = JSON.stringify(bounded).replaceAll(
      /[<>&@#-]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    const text = `<!-- ${MARKER} ${json} -->`
    if (text.length <= maxLength || tests === 0) return text
  }
}

/** Reads the state out of a body. Bodies can be edited by others: what does not fit the form is no state. */
export function readState(body: string | null | undefined): PullState | null {
  const [, json] = PATTERN.exec(body ?? '') ?? []
  if (json === undefined) return null
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return null
  }
  if (!isRecord(value) || value.version !== 1 || !isRecord(value.base) || !isRecord(value.run)) return null
  const { base, run } = value
  if (!isText(base.branch, 255) || !matches(base.sha, OID) || !(value.head === '' || matches(value.head, OID)))
    return null
  return {
    version: 1,
    run: { id: wholeNumber(run.id), attempt: wholeNumber(run.attempt) },
    base: { branch: base.branch, sha: base.sha },
    ...(matches(value.green, OID) ? { green: value.green } : {}),
    head: value.head,
    shared: value.shared === true,
    tests: listOf(value.tests, MAX_TESTS).flatMap(readTest),
    fixes: listOf(value.fixes, MAX_FIXES).flatMap(readFix),
  }
}

/** True where a body carries our marker, whether or not its state can be read. */
export function hasMarker(body: string | null | undefined): boolean {
  return body?.includes(`<!-- ${MARKER} `) ?? false
}

/** A short digest of a change, the same for the same resulting texts of the same files. */
export function digestOf(files: readonly { readonly path: string; readonly after: string }[]): string {
  const hash = createHash('sha256')
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${file.path}\0${file.after.replaceAll('\r\n', '\n')}\0`)
  }
  return hash.digest('hex').slice(0, 16)
}

function readTest(value: unknown): TestRef[] {
  if (!isRecord(value)) return []
  const { id, title, file, line, framework, project } = value
  if (!isText(id, 2_000) || !isText(title, 2_000) || !isText(file, 1_000) || !isText(framework, 40)) return []
  if (!isSafePath(file)) return []
  return [
    {
      id,
      title,
      file,
      framework: framework as Framework,
      ...(wholeNumber(line) > 0 ? { line: wholeNumber(line) } : {}),
      ...(isText(project, 500) ? { project } : {}),
    },
  ]
}

function readFix(value: unknown): { signature: string; digest: string }[] {
  if (!isRecord(value) || !matches(value.signature, SIGNATURE) || !isText(value.digest, 64)) return []
  return [{ signature: value.signature, digest: value.digest }]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown, max: number): value is string => typeof value === 'string' && value.length <= max
const matches = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value)
const listOf = (value: unknown, max: number): unknown[] => (Array.isArray(value) ? value.slice(0, max) : [])
const wholeNumber = (value: unknown): number => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0)
