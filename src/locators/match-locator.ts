import type { Locator } from '../model.ts'
import { isHole } from '../source/values.ts'
import { fromSelector, toSelector } from './playwright-selector.ts'

/** What each hole of a pattern stood for at run time, by the hole's character. */
export type Filling = ReadonlyMap<string, string>

/**
 * Compares a locator read out of source, in whose strings some characters are holes, with the one that was run.
 * Null where they differ. Both are brought into canonical form first.
 */
export function matchLocator(pattern: Locator, actual: string, testIdAttribute: string): Filling | null {
  const canonicalPattern = fromSelector(toSelector(pattern, testIdAttribute))
  const canonicalActual = fromSelector(actual)
  if (canonicalPattern === null || canonicalActual === null) return null
  const filling = new Map<string, string>()
  return matchValue(canonicalPattern, canonicalActual, filling) ? filling : null
}

function matchValue(pattern: unknown, actual: unknown, filling: Map<string, string>): boolean {
  if (typeof pattern === 'string' && typeof actual === 'string') {
    const found = matchText(pattern, actual)
    for (const [hole, text] of found ?? []) filling.set(hole, text)
    return found !== null
  }
  if (pattern instanceof RegExp || actual instanceof RegExp) {
    if (!(pattern instanceof RegExp && actual instanceof RegExp)) return false
    return pattern.flags === actual.flags && matchValue(pattern.source, actual.source, filling)
  }
  if (typeof pattern !== 'object' || typeof actual !== 'object' || pattern === null || actual === null)
    return pattern === actual
  const left: [string, unknown][] = Object.entries(pattern)
  const right = new Map<string, unknown>(Object.entries(actual))
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && matchValue(value, right.get(key), filling))
  )
}

/** Matches one string; each hole takes as little as it can. Null where it does not fit. */
export function matchText(pattern: string, actual: string): Filling | null {
  const holes: string[] = []
  let source = ''
  let last = ''
  for (const character of pattern) {
    // Two holes side by side would make the match slow and its outcome arbitrary: the second one stays empty.
    if (!isHole(character)) source += character.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    else if (!isHole(last)) {
      holes.push(character)
      source += '([\\s\\S]*?)'
    }
    last = character
  }
  if (holes.length === 0) return pattern === actual ? new Map() : null
  if (holes.length > 6 || actual.length > 5_000) return null
  const match = new RegExp(`^${source}$`).exec(actual)
  if (match === null) return null
  const filling = new Map<string, string>()
  for (const [index, hole] of holes.entries()) {
    const text = match[index + 1] ?? ''
    if (filling.has(hole) && filling.get(hole) !== text) return null
    filling.set(hole, text)
  }
  return filling
}

/** The value with every hole replaced by what it stood for. */
export function fillHoles<T>(value: T, filling: Filling): T
export function fillHoles(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return fillText(value, filling)
  if (value instanceof RegExp) {
    if (![...value.source].some(isHole)) return value
    try {
      return new RegExp(fillText(value.source, filling), value.flags)
    } catch {
      return value
    }
  }
  if (Array.isArray(value)) return value.map((each: unknown) => fillHoles(each, filling))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillHoles<unknown>(each, filling)]))
}

function fillText(text: string, filling: Filling): string {
  return [...text].map((character) => filling.get(character) ?? (isHole(character) ? '' : character)).join('')
}
