/** What the test wanted to do with the element. `expect` are assertions on an element; `absent` ones that want none. */
export type ActionKind =
  | 'click'
  | 'fill'
  | 'select'
  | 'check'
  | 'hover'
  | 'press'
  | 'upload'
  | 'drag'
  | 'read'
  | 'expect'
  | 'absent'

/** A locator expression in source, resolved through page objects and constants into a chain. */
export interface LocatorSource {
  readonly dialect: string
  /** File and offsets (UTF-16 code units) of the whole expression that yields the locator. */
  readonly file: string
  readonly start: number
  readonly end: number
  /** The source between `start` and `end`. */
  readonly raw?: string
  readonly steps: readonly LocatorSourceStep[]
}

/** One step of a chain with the places its parts come from. */
export interface LocatorSourceStep {
  readonly step: LocatorStep
  /** Offsets of this step's call in the file that holds it, e.g. of `.getByRole('button', { name: 'Buy' })`. */
  readonly file: string
  readonly start: number
  readonly end: number
  /** The literals that feed it, by part (`value`, `name`, `hasText`, …); a part may come from another file. */
  readonly literals: readonly LiteralSource[]
  /** The source between `start` and `end`. */
  readonly raw?: string
  /** `argument` where the source holds no call but a selector string given to an action, as in `page.click('#buy')`. */
  readonly form?: 'call' | 'argument'
}

/** A string, number or template literal that supplies a part of a locator. */
export interface LiteralSource {
  readonly part: string
  readonly file: string
  /** Offsets of the whole literal token, quotes included. */
  readonly start: number
  readonly end: number
  /** The source between `start` and `end`. */
  readonly raw?: string
  readonly value: string
  readonly kind: 'string' | 'template' | 'regexp' | 'number' | 'identifier'
  /** For templates: text chunks between substitutions, with the run-time value of each substitution where known. */
  readonly chunks?: readonly LiteralChunk[]
  /** Where this literal's text begins within the whole part, in UTF-16 code units; several literals may make up one part. */
  readonly at?: number
  /** True where the same literal is reached by an import or a constant, so that other uses change with it. */
  readonly shared: boolean
}

/** A stretch of a template literal; `start` and `end` are file offsets of a static chunk as written. */
export interface LiteralChunk {
  readonly text: string
  readonly dynamic: boolean
  readonly start?: number
  readonly end?: number
}

/** One step of a locator in neutral form; a chain of them reaches an element from the page. */
export type LocatorStep =
  | { readonly kind: 'testId'; readonly value: string | RegExp; readonly attribute?: string }
  | {
      readonly kind: 'role'
      readonly role: string
      readonly name?: string | RegExp
      readonly exact?: boolean
      readonly options?: Readonly<Record<string, string | number | boolean>>
    }
  | {
      readonly kind: 'text' | 'label' | 'placeholder' | 'title' | 'altText'
      readonly value: string | RegExp
      readonly exact?: boolean
    }
  | ({ readonly kind: 'css' | 'xpath'; readonly value: string } & LocatorConditions)
  /** Any other Playwright engine, e.g. `text=Save` or `id=buy`; engine `*` is a raw selector of several parts. */
  | ({ readonly kind: 'selector'; readonly engine: string; readonly value: string } & LocatorConditions)
  | { readonly kind: 'id' | 'name' | 'className' | 'tagName' | 'linkText' | 'partialLinkText'; readonly value: string }
  | ({ readonly kind: 'filter' } & LocatorConditions)
  | { readonly kind: 'nth'; readonly index: number }
  /** Into an iframe; an empty `selector` means that the steps before it reach the iframe. */
  | { readonly kind: 'frame'; readonly selector: readonly LocatorStep[] }
  /** `chain` looks for `other` inside what was reached, as `locator(other)` does. */
  | { readonly kind: 'and' | 'or' | 'chain'; readonly other: readonly LocatorStep[] }

/** What `filter()` and the options of `locator()` ask for besides. */
export interface LocatorConditions {
  readonly hasText?: string | RegExp
  readonly hasNotText?: string | RegExp
  readonly has?: readonly LocatorStep[]
  readonly hasNot?: readonly LocatorStep[]
  readonly visible?: boolean
}

export type Locator = readonly LocatorStep[]
