import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AncestorMark, Box, Fingerprint } from '../src/model.ts'

/** One element pair: what the element was, and (apart from it, never shown to deciding code) where it is now. */
export interface SimiloCase {
  readonly old: Fingerprint
  /** Index of the true element among the candidates. */
  readonly truth: number
}

export interface SimiloSite {
  readonly site: string
  readonly candidates: readonly Fingerprint[]
  readonly cases: readonly SimiloCase[]
}

interface RawElement {
  readonly [key: string]: unknown
  readonly tag?: string
  readonly xpath?: string
  readonly idxpath?: string
  readonly box?: Box
  readonly isButton?: boolean
}

interface RawSite {
  readonly site: string
  readonly candidates: readonly RawElement[]
  readonly targets: readonly { readonly old: RawElement; readonly newXpath: string }[]
}

const ATTRIBUTES = ['id', 'name', 'class', 'type', 'href', 'alt', 'title', 'value', 'placeholder'] as const

/** Reads every site file (`*.json`) of a folder, in alphabetical order. Throws where a file is not of the known form. */
export function readSimilo(folder: string): SimiloSite[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
  if (files.length === 0) throw new Error(`No site files (*.json) in ${folder}: give a folder with --data`)
  return files.map((file) => toSite(JSON.parse(readFileSync(join(folder, file), 'utf8')) as RawSite, file))
}

function toSite(raw: RawSite, file: string): SimiloSite {
  if (!Array.isArray(raw.candidates) || !Array.isArray(raw.targets)) {
    throw new Error(`${file} has no lists "candidates" and "targets": is it a site file?`)
  }
  const byPath = new Map<string, number>()
  for (const [i, { xpath = '' }] of raw.candidates.entries()) if (!byPath.has(xpath)) byPath.set(xpath, i)
  const cases = raw.targets.map(({ old, newXpath }, i) => {
    const truth = byPath.get(newXpath)
    if (truth === undefined) throw new Error(`${file}: the answer of target ${i}, ${newXpath}, is not a candidate`)
    return { old: toFingerprint(old), truth }
  })
  return { site: raw.site, candidates: raw.candidates.map(toFingerprint), cases }
}

/**
 * The data's `xpath` is absolute with indexes (our `idxpath`); its `idxpath` starts at the nearest ancestor with an id,
 * which gives that ancestor's mark. Absent keys stay absent: unknown.
 */
export function toFingerprint(raw: RawElement): Fingerprint {
  const attributes: Record<string, string> = {}
  for (const key of ATTRIBUTES) {
    const value = raw[key]
    if (typeof value === 'string' && value !== '') attributes[key] = value
  }
  const steps = stepsOf(raw.xpath ?? '')
  const tags = steps.map((step) => step.replace(/\[\d+\]$/, ''))
  return {
    tag: (raw.tag ?? '').toLowerCase(),
    attributes,
    ...textOf(raw, 'text'),
    ...textOf(raw, 'neighborText'),
    ...(steps.length === 0 ? {} : { idxpath: `/${steps.join('/')}`, xpath: `/${tags.join('/')}` }),
    ...(steps.length === 0 ? {} : { ancestors: ancestorsOf(tags, raw.idxpath ?? '') }),
    ...(raw.box === undefined ? {} : { box: raw.box }),
    ...(raw.isButton === undefined ? {} : { isButton: raw.isButton }),
  }
}

function textOf(raw: RawElement, key: 'text' | 'neighborText'): Partial<Record<'text' | 'neighborText', string>> {
  const value = raw[key]
  return typeof value === 'string' ? { [key]: value } : {}
}

/** Steps of an absolute path, `*[local-name() = "svg"]` written as `svg`. */
function stepsOf(xpath: string): string[] {
  const plain = xpath.replace(/\*\[local-name\(\) ?= ?["']([\w-]+)["']\]/g, '$1').toLowerCase()
  return plain.startsWith('/') ? plain.split('/').filter((step) => step !== '') : []
}

function ancestorsOf(tags: readonly string[], idxpath: string): AncestorMark[] {
  const rooted = /^(?:\/\/\*\[@id=|id\()["'](.*?)["'][\])](.*)$/.exec(idxpath)
  const marks: AncestorMark[] = tags.slice(0, -1).map((tag) => ({ tag }))
  marks.reverse()
  const id = rooted?.[1]
  const depth = stepsOf(rooted?.[2] ?? '').length
  const holder = marks[depth - 1]
  if (id !== undefined && depth > 0 && holder !== undefined) marks[depth - 1] = { ...holder, id }
  return marks.slice(0, 10)
}
