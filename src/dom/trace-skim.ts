import { isRecord, type Json } from './trace-lines.ts'

const START = Buffer.from('{"type":"frame-snapshot","snapshot":{')
const PAGE = Buffer.from(',"html":')
const AFTER_PAGE = Buffer.from(',"viewport":')
/** Shorter lines cost little to read whole. */
const WORTHWHILE_BYTES = 4 * 1024

/**
 * The event of a frame snapshot without the page in it, which is nearly all of the line and seldom looked at. Null where
 * the line is something else, or is not written as Playwright writes it; then it is read whole.
 *
 * No text in JSON can hold `,"html":` or `,"viewport":`, since a quotation mark in a text is escaped, so what is found is
 * a key. The first one after the beginning is the snapshot's own, and so is the last one, or what is left does not parse.
 */
export function skimSnapshot(line: Buffer): Json | null {
  if (line.length < WORTHWHILE_BYTES || !line.subarray(0, START.length).equals(START)) return null
  const from = line.indexOf(PAGE)
  const to = line.lastIndexOf(AFTER_PAGE)
  if (from === -1 || to <= from) return null
  try {
    const value: unknown = JSON.parse(`${line.toString('utf8', 0, from)}${line.toString('utf8', to)}`)
    return isRecord(value) && isRecord(value.snapshot) && 'viewport' in value.snapshot ? value : null
  } catch {
    return null
  }
}
