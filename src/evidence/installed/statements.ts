/** What a text of a package says of a name: what it is called now, or what is to be used in its place. */
export interface Successor {
  /** As written, its qualifier included: `load`, `yaml.load`. */
  readonly name: string
  /** The old name as written there; empty where the text is about nothing else. */
  readonly old: string
  readonly kind: SuccessorKind
}

/** `renamed`: the same thing under another name; `instead`: another thing that is recommended. */
export type SuccessorKind = 'renamed' | 'instead'

const LIMITS = { text: 20_000, found: 12 } as const

/** One or several marked names: `‹a›`, `‹a› and ‹b›`. */
const NAMES = '((?:‹[^‹›]{1,120}›(?:, | and |, and | or |/)?){1,6})'
const GAP = '[^‹›]{0,60}?'
const THE = '(?:the |a |its |new |equivalent |method |function |class |property |option |parameter ){0,3}'
/** A verb that is not denied. */
const NOT = "(?<!\\bnot |\\bnever |n't |\\bcannot )"
const BY = `(?:with|by) ${THE}`
const TO = `(?:to be |to |into |as |→ ?|-> ?|=> ?)${THE}`
const USE = `${NOT}(?:[Uu]se|[Uu]sing|[Pp]refer|[Cc]all|[Ss]witch to|[Mm]igrate to|in favou?r of|[Rr]eplaced (?:by|with)|[Ss]uperseded by) ${THE}`
const ENDED = '(?:deprecat\\w{1,5}|removed|dropped|gone|no longer|obsolete|discontinued|not supported|unsupported)'

interface Pattern {
  readonly text: RegExp
  readonly kind: SuccessorKind
  /** Whether the new name stands first. */
  readonly isReversed?: boolean
}

const pattern = (text: string, kind: SuccessorKind, isReversed = false): Pattern => ({
  text: new RegExp(text, 'g'),
  kind,
  isReversed,
})

/** Statements that name both. */
const BOTH: readonly Pattern[] = [
  pattern(`${NAMES}${GAP}${NOT}(?:renamed|moved|migrated) ${TO}${NAMES}`, 'renamed'),
  pattern(`${NOT}\\b[Rr]enam(?:e|ed|es|ing) ${GAP}${NAMES}${GAP}${TO}${NAMES}`, 'renamed'),
  pattern(`${NAMES} ?(?:→|->|=>|➡️?) ?${NAMES}`, 'renamed'),
  pattern(`${NAMES}${GAP}\\b(?:is|are) now (?:called|named|available as) ${THE}${NAMES}`, 'renamed'),
  pattern(
    `${NAMES},? \\(?(?:formerly|previously|renamed from)(?: known as| called| named)? ${THE}${NAMES}`,
    'renamed',
    true,
  ),
  pattern(`${NOT}\\b[Rr]eplac(?:e|ed|es|ing) ${THE}${NAMES}${GAP}${BY}${NAMES}`, 'instead'),
  pattern(`${NAMES}${GAP}${NOT}(?:replaced|superseded) ${BY}${NAMES}`, 'instead'),
  pattern(`${NAMES}${GAP}\\b${ENDED}\\b[^‹›]{0,160}?${USE}${NAMES}`, 'instead'),
  pattern(`(?:[Rr]emove|[Dd]eprecate|[Dd]rop)[sd]? ${GAP}${NAMES}[^‹›]{0,80}?${USE}${NAMES}`, 'instead'),
  pattern(`${USE}${NAMES} instead of ${THE}${NAMES}`, 'instead', true),
  pattern(`${NAMES} (?:replaces|supersedes) ${THE}${NAMES}`, 'instead', true),
]

/** Statements within a note on the old name itself. */
const OWN: readonly Pattern[] = [
  pattern(`${NOT}[Rr]enamed ${TO}${NAMES}`, 'renamed'),
  pattern(`${NOT}(?:[Mm]oved|[Mm]igrated) to ${THE}${NAMES}`, 'renamed'),
  pattern(`${NOT}now (?:called|named|available as) ${THE}${NAMES}`, 'renamed'),
  pattern(`${USE}${NAMES}`, 'instead'),
]

/** Statements of a new name's own documentation. */
const REPLACES = new RegExp(
  `(?:[Rr]eplaces|[Rr]eplacement (?:for|of)|[Rr]enamed from|[Ff]ormerly|[Pp]reviously|[Ss]upersedes|[Nn]ew name (?:for|of)|known as|(?:was|be) (?:called|named))(?: called| named| known as)? ${THE}${NAMES}`,
  'g',
)

/**
 * The names that a text says took the place of `old`, as far as it says so in so many words.
 *
 * @param isOwn the text is a note on the old name itself, so that it need not name it
 */
export const successorsIn = (text: string, old: string, isOwn = false): readonly Successor[] => {
  const marked = markNames(text, old)
  const found: Successor[] = []
  const add = (one: Successor): void => {
    const isKnown = found.some(({ name }) => lastPart(name) === lastPart(one.name))
    if (!isKnown && lastPart(one.name) !== old && found.length < LIMITS.found) found.push(one)
  }
  for (const { text: pattern, kind, isReversed } of BOTH)
    for (const [, first = '', second = ''] of marked.matchAll(pattern)) {
      const [from, to] = isReversed ? [namesOf(second), namesOf(first)] : [namesOf(first), namesOf(second)]
      const at = from.findIndex((name) => lastPart(name) === old)
      if (at < 0) continue
      const paired =
        from.length > 1 && from.length === to.length ? to.slice(at, at + 1) : from.length > 1 && to.length > 1 ? [] : to
      for (const name of paired) add({ name, old: from[at] ?? old, kind })
    }
  if (isOwn && found.length === 0)
    for (const { text: pattern, kind } of OWN)
      for (const [, names = ''] of marked.matchAll(pattern))
        for (const name of namesOf(names)) add({ name, old: '', kind })
  return found
}

/** Whether what a text documents is said to take the place of `old`; how the old name is written there. */
export const replacedIn = (text: string, old: string): string | null => {
  for (const [, names = ''] of markNames(text, old).matchAll(REPLACES)) {
    const found = namesOf(names).find((name) => lastPart(name) === old)
    if (found !== undefined) return found
  }
  return null
}

/** `load` of `yaml.load`, of `Loader#load` and of `yaml:load`. */
export const lastPart = (name: string): string => name.split(/[.#:]+/).at(-1) ?? name

const namesOf = (marked: string): readonly string[] => [...marked.matchAll(/‹([^‹›]+)›/g)].map(([, name = '']) => name)

const NAME = /^[~!.]?([A-Za-z_$][\w$]*(?:(?:\.|#|::?)[A-Za-z_$][\w$]*)*)(?:\([^()]{0,80}\))?$/

/** One line of text in which every name of code stands in `‹›`, however the package marks it up. */
const markNames = (text: string, old: string): string => {
  const inMarks = (whole: string, inner: string): string => {
    const name = NAME.exec(inner.trim())?.[1]
    return name === undefined ? whole.replace(/[‹›]/g, '') : `‹${name}›`
  }
  const plain = text
    .slice(0, LIMITS.text)
    .replace(/[‹›]/g, ' ')
    .replace(/^[ \t]*(?:\/\*\*?|\*\/|\*|#|\/\/|>)[ \t]?/gm, '')
    .replace(/\*\*|<\/?(?:code|b|i|em|strong)>/g, '')
    .replace(/\[([^[\]\n]{1,120})\]\([^()\s]{1,300}\)/g, '$1')
    .replace(/\s+/g, ' ')
  return plain
    .replace(/:[a-z]+(?::[a-z]+)?:`([^`]{1,120})`/g, inMarks)
    .replace(/\{@link(?:code|plain)? ([^{}|\s]{1,120})[^{}]{0,120}\}/g, inMarks)
    .replace(/``([^`]{1,120})``/g, inMarks)
    .replace(/`([^`]{1,120})`/g, inMarks)
    .replace(/(?<![\w‹])["“']([\w$.#:()]{1,120})["”'](?!\w)/g, inMarks)
    .replace(
      /(?<![‹\w$.#:-])([A-Za-z_$][\w$]{0,80}(?:\.[A-Za-z_$][\w$]{0,80}){0,6})(\(\))?(?![\w$›:-]|\.\w)/g,
      (whole, name: string, call?: string) =>
        call !== undefined || isCode(name) || lastPart(name) === old ? `‹${name}›` : whole,
    )
    .replace(/\b([Uu]se|to|by|with) ([a-z]{2,40}) instead\b/g, '$1 ‹$2› instead')
    .replace(/\b([Uu]se|in favou?r of|(?:renamed|moved) to|replaced (?:by|with)) ([A-Z]\w{1,80})\b/g, '$1 ‹$2›')
}

/** A word that no sentence of English holds: `snake_case`, `camelCase`, `yaml.load`. */
const isCode = (name: string): boolean =>
  /\w_\w/.test(name) ||
  /^[a-z]\w*[A-Z]/.test(name) ||
  (name.includes('.') && name.split('.').every((part) => part.length > 1))
