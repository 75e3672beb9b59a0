import { createHash } from 'node:crypto'
import { stripAnsi } from '../dom/trace-lines.ts'
import type { FailureType } from '../model.ts'

export interface SignatureInput {
  readonly failureType: FailureType
  /** The file that defines the target, relative to the root. */
  readonly file: string
  /** Selector, field, resource or API. */
  readonly target: string
}

/**
 * Stable id of a failure pattern: the first 12 hex digits of SHA-256 over failure type, defining file and normalised
 * target, separated by NUL. One broken locator has one signature in every test that uses it.
 */
export function signatureOf(input: SignatureInput): string {
  const file = input.file
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
  const isLocator = input.failureType === 'selector_not_found'
  const target = isLocator ? collapse(input.target) : normalizeTarget(input.target)
  const text = [input.failureType, file, target].join('\0')
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 12)
}

/** White space is all that may differ in a locator: two locators that differ otherwise are two causes. */
function collapse(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').slice(0, 20_000)
}

/** Roots that differ from machine to machine; of a path below one of them its last two parts are kept. */
const MACHINE_PATH =
  /(?<![\w.:/\\-])(?:file:\/\/)?(?:[A-Za-z]:\\(?:Users|actions-runner|a|agent)|\/(?:home|Users|root|tmp|private|var\/folders|builds|github|opt|workspace|__w))(?:[\\/][^\s\\/:'"()<>,]{1,100}){1,30}/g

function lastParts(path: string): string {
  return path.split(/[\\/]/).slice(-2).join('/')
}

/**
 * A target without what differs between runs of the same cause: generated ids, addresses, times, process ids, places of the
 * checkout, lines, ports of local servers. What tells one cause from another stays: names, routes, statuses, values.
 */
export function normalizeTarget(target: string): string {
  return collapse(stripAnsi(target))
    .replace(MACHINE_PATH, lastParts)
    .replace(/(\.[A-Za-z]{1,5}):\d{1,6}(?::\d{1,5})?\b/g, '$1')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>')
    .replace(/\b1[5-9]\d{8}(?:\d{3})?\b/g, '<time>')
    .replace(/\b(pid|process|thread)([=: (]{1,3})\d{2,10}\b/gi, '$1$2<id>')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>')
    .replace(/\b0x[0-9a-f]{4,16}\b/gi, '<address>')
    .replace(/(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|::1):\d{2,5}\b/g, '$1:<port>')
}
