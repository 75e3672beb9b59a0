/**
 * The seam for languages. Concepts carry language-free keys, so a new language gives phrases for the keys it knows and
 * inherits every opposite, rival and relation from `meaning.ts`.
 */
export interface LanguagePack {
  /** BCP 47 language, e.g. `en`. */
  readonly language: string
  /**
   * Concept key → phrases separated by `|`, in lower case. A phrase that starts with `=` counts only where it is the
   * whole text ("To" as the label of a field, not inside "Add to cart").
   */
  readonly concepts: Readonly<Record<string, string>>
  /** Words that carry no meaning of their own in a label and are skipped. */
  readonly stopWords: string
  /** Words that mean something, but little: "item", "now", "button". */
  readonly fillers: string
  /** Words that turn what follows round: "not", "don't". */
  readonly negations: string
  /** Short form → long form, as found in identifiers: `btn|button`. */
  readonly abbreviations: Readonly<Record<string, string>>
  /** Words that negate by a prefix (`un` + `follow`), given the prefix-free word; null where there is none. */
  readonly withoutNegatingPrefix: (word: string) => string | null
  /** Inflection removed: "changes" → "change". */
  readonly stem: (word: string) => string
}
