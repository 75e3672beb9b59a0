import { createHash } from 'node:crypto'
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

/** A target without what differs between runs of the same cause: generated ids, addresses, ports of local servers. */
export function normalizeTarget(target: string): string {
  return collapse(target)
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>')
    .replace(/\b0x[0-9a-f]{6,16}\b/gi, '<address>')
    .replace(/\b(localhost|127\.0\.0\.1|\[::1\]):\d{2,5}\b/g, '$1:<port>')
}
