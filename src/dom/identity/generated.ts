/**
 * Recognises identifiers that a tool made up (hashed classes, counters, framework ids). They change with every build or
 * render, so that they are no evidence of identity; what is stable in them is.
 */

const FRAMEWORK_ID = [
  /^:r[0-9a-z]*:$/i, // React useId
  /^_?r_[0-9a-z]+_$/i, // React 19 useId
  /^«r?[0-9a-z]+»$/i,
  /^(?:radix|headlessui|react-aria|react-select|rc|mui|mat|cdk|ember|yui|ext-gen|ext-comp|gwt-uid|isc|uid|ui-id|dijit|vaadin|ng|el-id|v|chakra|mantine|downshift|floating-ui|tippy|popper|bits|svelte|p-id|pv_id|j_id)(?:[-_:].*)?\d+(?:[-_:].*)?$/i,
]
const CLASS_HASH = [
  /^css-[0-9a-z]{4,}(?:-.*)?$/i, // emotion
  /^sc-[0-9a-z]{4,}(?:-\d+)?$/i, // styled-components
  /^jss\d+$/i,
  /^jsx-\d+$/,
  /^svelte-[0-9a-z]{4,}$/i,
  /^(?:makeStyles|withStyles)-.*-\d+$/,
  /^_[0-9a-z]{4,}$/i,
]
const VOWELS = /[aeiouy]/i

/** How much a run of letters and digits looks like a hash rather than a word; true for `x7Gh2`, `1x2y3z`, `a8f3e0`. */
export function looksHashed(part: string): boolean {
  if (part.length < 4 || part.length > 64 || !/^[0-9A-Za-z]+$/.test(part)) return false
  if (/\d{7,}/.test(part)) return true
  if (/^\d+$/.test(part)) return part.length >= 6
  const switches = (part.match(/[a-zA-Z]\d|\d[a-zA-Z]/g) ?? []).length
  if (switches >= 2) return true
  if (/^[0-9a-f]{8,}$/i.test(part) && /\d/.test(part)) return true
  const humps = (part.slice(1).match(/[a-z][A-Z]/g) ?? []).length
  const letters = part.replace(/\d/g, '')
  if (part.length <= 8 && humps >= 2) return true
  if (part.length >= 5 && humps >= 1 && /[A-Z]{2}[a-z]|[a-z][A-Z]$/.test(part) && !/^[A-Z][a-z]+/.test(part))
    return true
  return letters.length >= 5 && part.length <= 10 && !VOWELS.test(letters) && letters !== letters.toUpperCase()
}

/** True for an id (or name, or `for`) that was generated, as far as its form shows. */
export function isGeneratedId(id: string): boolean {
  if (FRAMEWORK_ID.some((pattern) => pattern.test(id))) return true
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id)) return true
  if (/^\d+$/.test(id)) return true
  const parts = id.split(/[-_:.]+/).filter((part) => part !== '')
  return parts.some((part) => looksHashed(part)) || (parts.length > 1 && /^\d{3,}$/.test(parts[parts.length - 1] ?? ''))
}

/** The part of an identifier that survives a new render: generated parts are taken out; empty where nothing is left. */
export function stableId(id: string): string {
  if (FRAMEWORK_ID.some((pattern) => pattern.test(id))) return ''
  return id
    .split(/([-_:.]+)/)
    .filter((part) => !looksHashed(part) && !/^\d{3,}$/.test(part))
    .join('')
    .replace(/^[-_:.]+|[-_:.]+$/g, '')
}

/** A class with its hash taken off: `Button_primary__x7Gh2` gives `Button_primary`; `css-1x2y3z` gives the empty string. */
export function stableClass(className: string): string {
  if (CLASS_HASH.some((pattern) => pattern.test(className))) return ''
  const module = /^(.+?)(?:__|--|_|-)([0-9A-Za-z]{4,10})$/.exec(className)
  if (module?.[1] !== undefined && module[2] !== undefined && looksHashed(module[2]))
    return module[1].replace(/[-_]+$/, '')
  return looksHashed(className) ? '' : className
}

const MAX_MEMO = 20_000
/** Class attributes repeat on a page and from page to page; emptied when full. */
const knownClasses = new Map<string, readonly string[]>()

/** Stable class tokens of a `class` attribute, in order and without repetition; at most 40. */
export function stableClasses(classAttribute: string | undefined): readonly string[] {
  if (classAttribute === undefined || classAttribute === '') return []
  const key = classAttribute.slice(0, 4000)
  const known = knownClasses.get(key)
  if (known !== undefined) return known
  const classes = findStableClasses(key)
  if (knownClasses.size >= MAX_MEMO) knownClasses.clear()
  if (key.length <= 500) knownClasses.set(key, classes)
  return classes
}

function findStableClasses(classAttribute: string): string[] {
  const stable = new Set<string>()
  for (const token of classAttribute.split(/\s+/, 60)) {
    const kept = token === '' ? '' : stableClass(token)
    if (kept !== '' && stable.size < 40) stable.add(kept)
  }
  return [...stable]
}
