/**
 * The nouns of the project as plain readonly data. No behaviour lives here, and nothing here imports anything.
 * Words are those of the design: failure, diagnosis, snapshot, fingerprint, candidate, strategy, evidence, proposal,
 * verification, status, report.
 */

// ── Failures ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const FAILURE_TYPES = [
  'selector_not_found',
  'timeout',
  'assertion_mismatch',
  'resource_not_found',
  'api_changed',
  'field_renamed',
  'permission_denied',
  'connection_error',
  'unknown',
] as const
export type FailureType = (typeof FAILURE_TYPES)[number]

/** The runner that wrote an artifact; `unknown` where the file does not say. */
export type Framework = 'playwright' | 'pytest' | 'vitest' | 'node-test' | 'jest' | 'junit-java' | 'cypress' | 'unknown'

/** A place in a source file. `line` and `column` count from 1; `column` 0 means unknown. */
export interface SourceLocation {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One test as an artifact names it. */
export interface TestRef {
  /** Stable across runs: `<file> › <title path>` with the project appended where there is more than one. */
  readonly id: string
  /** Title path without file and project, joined by ` › `. */
  readonly title: string
  /** Path relative to the repository's root where it could be resolved, else as the artifact gives it. */
  readonly file: string
  /** Line the test is declared on, from 1; absent where the artifact does not say. */
  readonly line?: number
  readonly framework: Framework
  /** Playwright project, pytest parameter set, or the like. */
  readonly project?: string
}

/** One error of a failed attempt; ANSI codes already removed. */
export interface FailureError {
  /** Exception type where the artifact gives one, e.g. `TimeoutError`, `KeyError`. */
  readonly type?: string
  readonly message: string
  /** Source frames from the innermost outwards, as far as the artifact gives them. */
  readonly stack: readonly SourceLocation[]
  readonly location?: SourceLocation
  /** The lines of source around it as the artifact prints them, the failing one marked with `>`. */
  readonly snippet?: string
}

export interface Attachment {
  readonly name: string
  readonly contentType: string
  /** Absolute path on this machine. */
  readonly path: string
  /** Name of the entry where `path` is an archive. */
  readonly entry?: string
}

/** One failed test as an artifact reports it. */
export interface Failure {
  readonly test: TestRef
  /** Errors of the last attempt, the decisive one first. */
  readonly errors: readonly FailureError[]
  readonly attachments: readonly Attachment[]
  /** Outcomes of all attempts of this run, in order; `passed` among them means the runner itself saw it pass. */
  readonly attempts: readonly ('passed' | 'failed' | 'timedOut' | 'skipped' | 'interrupted')[]
  readonly durationMs: number
  readonly stdout?: string
  readonly stderr?: string
  /** The artifact this came from, as an absolute path. */
  readonly artifact: string
  /** What was there in the frames it failed in, the innermost of the repository first; only our own re-runs know. */
  readonly scopes?: readonly FrameNames[]
  /** Names that the object has whose attribute was missing; only our own re-runs know. */
  readonly present?: readonly string[]
}

/** Variables of a frame that hold mappings or plain objects, with the names in them; never values. */
export interface FrameNames {
  readonly file: string
  readonly line: number
  readonly names: NameTree
}

/** Keys of a mapping or attributes of an object; null where a name holds neither. */
export interface NameTree {
  readonly [name: string]: NameTree | null
}

// ── Diagnosis ───────────────────────────────────────────────────────────────────────────────────────────────────────

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

/** A classified failure; `signature` is the same for the same cause across tests and runs (12 hex digits). */
export interface Diagnosis {
  readonly failureType: FailureType
  readonly signature: string
  /** One sentence. */
  readonly rootCause: string
  /** The locator, field, resource or API that broke, as a person would name it. */
  readonly affected: string
  readonly expected: string | null
  readonly actual: string | null
  /** Where a fix would go: the definition of the target, not merely its use. */
  readonly location: SourceLocation | null
  readonly message: string
  /** Only for failures about an element. */
  readonly locator?: BrokenLocator
  readonly suggestions: readonly string[]
}

/** The broken locator: what was run, and the source that built it where it was found. */
export interface BrokenLocator {
  /** Selector in Playwright's internal form, frames included, e.g. `internal:testid=[data-testid="buy"s]`. */
  readonly selector: string
  readonly action: ActionKind
  /** The step's title as the author sees it, e.g. `Click getByTestId('buy')`. */
  readonly step: string
  /** The expression in the source that builds it; absent where it could not be found. */
  readonly source?: LocatorSource
}

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

// ── Elements and pages ──────────────────────────────────────────────────────────────────────────────────────────────

/** CSS pixels in the coordinates of the top-level page. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Everything known of one element. Every key but `tag` may be absent: absent means unknown, an empty string means known
 * to be empty. Texts have runs of white space collapsed and are cut at 500 characters.
 */
export interface Fingerprint {
  /** Lower case. */
  readonly tag: string
  /** Attributes as written, names in lower case: id, class, name, type, href, data-*, aria-*, … */
  readonly attributes: Readonly<Record<string, string>>
  readonly role?: string
  /** Accessible name. */
  readonly name?: string
  /** Visible text of the whole subtree. */
  readonly text?: string
  /** Text of the element's own text nodes only. */
  readonly ownText?: string
  /** Text of the associated label, where there is one. */
  readonly label?: string
  /** The nearest heading (or caption, legend) before or around it. */
  readonly heading?: string
  /** Text of elements close by, joined by spaces. */
  readonly neighborText?: string
  /** What tells this row or card from its siblings: the text of its first cell or heading. */
  readonly rowKey?: string
  /** Path without indexes, `/html/body/main/ul/li/button`. */
  readonly xpath?: string
  /** Path with indexes from 1 for every step, `/html[1]/body[1]/…`. */
  readonly idxpath?: string
  /** From the parent outwards. */
  readonly ancestors?: readonly AncestorMark[]
  /** Index among its element siblings, from 0, and how many there are. */
  readonly siblings?: { readonly index: number; readonly count: number }
  /** Tags of the children in order, and the number of descendants. */
  readonly subtree?: { readonly children: readonly string[]; readonly size: number }
  readonly box?: Box
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly isButton?: boolean
  readonly visible?: boolean
  readonly enabled?: boolean
  readonly editable?: boolean
  readonly value?: string
  /** Names of the frames around it, outermost first; empty for the main frame. */
  readonly framePath?: readonly string[]
  /** Tags of the open shadow hosts around it, outermost first. */
  readonly shadowPath?: readonly string[]
  /** 64-bit perceptual hash of its picture, as 16 hex digits. */
  readonly visualHash?: string
}

export interface AncestorMark {
  readonly tag: string
  readonly id?: string
  readonly className?: string
  readonly role?: string
  readonly testId?: string
}

/** One element of a snapshot. Indexes point into `Snapshot.elements`, which is in document order, parents first. */
export interface SnapshotElement {
  readonly index: number
  /** Parent across shadow roots and frames (host, iframe); -1 for a root. */
  readonly parent: number
  /** Index into `Snapshot.frames`. */
  readonly frame: number
  /** True for the first level inside an open shadow root of `parent`. */
  readonly inShadow?: boolean
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  /** Own text nodes only, white space collapsed. */
  readonly ownText: string
  readonly role?: string
  readonly name?: string
  readonly value?: string
  readonly box?: Box
  readonly visible: boolean
  readonly enabled: boolean
  readonly editable?: boolean
  /** Perceptual hash where the page was pictured; 16 hex digits. */
  readonly visualHash?: string
}

export interface SnapshotFrame {
  readonly url: string
  readonly name: string
  /** Index of the iframe element that holds it; -1 for the main frame. */
  readonly owner: number
}

/** The elements of a page at one moment, frames and open shadow roots included. */
export interface Snapshot {
  readonly url: string
  readonly title: string
  readonly viewport: { readonly width: number; readonly height: number }
  readonly frames: readonly SnapshotFrame[]
  readonly elements: readonly SnapshotElement[]
  /** True where the page had more elements than the cap and the rest was left out. */
  readonly truncated: boolean
  /** Index of the element a trace marked as the target of its action; absent where there is none. */
  readonly target?: number
}

/** What was lost: who it was, and what the test wanted of it. */
export interface Target {
  readonly fingerprint: Fingerprint
  readonly locator?: Locator
  readonly action: ActionKind
  /** Attributes that count as test ids, the project's own first. */
  readonly testIdAttributes: readonly string[]
}

// ── Evidence, proposals, results ────────────────────────────────────────────────────────────────────────────────────

/** One reason for or against a proposal, in words a reviewer understands. `weight` in [0, 1]. */
export interface Evidence {
  readonly kind:
    | 'identity'
    | 'margin'
    | 'commit'
    | 'strategy'
    | 'live'
    | 'absence'
    | 'action'
    | 'effects'
    | 'baseline'
    | 'history'
    | 'schema'
    | 'measurement'
    | 'ai'
  readonly for: boolean
  readonly weight: number
  readonly text: string
}

/** Replacement of `[start, end)` (UTF-16 code units of the file as it is now) by `new`. */
export interface Edit {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly old: string
  readonly new: string
}

export interface StrategyVote {
  readonly name: string
  readonly agrees: boolean
  readonly locator: string | null
}

export interface Alternative {
  readonly locator: string
  readonly confidence: number
}

/** Edits, confidence, evidence and alternatives; not yet verified. */
export interface Proposal {
  readonly description: string
  readonly old: string
  readonly new: string
  readonly strategy: string
  /** Calibrated probability that the edit is what a maintainer would merge. */
  readonly confidence: number
  /** Probability that the target is gone. */
  readonly absent: number
  readonly edits: readonly Edit[]
  /** Unified diff against the repository's root; empty where there are no edits. */
  readonly diff: string
  /** File name of the patch under `.healing_fixes/`, null where there is none. */
  readonly patch: string | null
  readonly evidence: readonly Evidence[]
  readonly strategies: readonly StrategyVote[]
  readonly alternatives: readonly Alternative[]
}

export type EffectsVerdict = 'same' | 'explained' | 'different' | 'unknown'

export interface Verification {
  readonly runs: readonly { readonly passed: boolean; readonly durationMs: number }[]
  readonly effects: EffectsVerdict
}

export const STATUSES = [
  'healed',
  'proposed',
  'needs_human',
  'likely_regression',
  'flaky',
  'environment',
  'skipped',
] as const
export type Status = (typeof STATUSES)[number]

/** Pictures as `data:` URLs, or null. */
export interface Pictures {
  readonly before: string | null
  readonly after: string | null
}

export interface Result {
  readonly tests: readonly TestRef[]
  readonly diagnosis: Omit<Diagnosis, 'locator' | 'suggestions'>
  readonly status: Status
  /** Why it ended with this status, in a sentence. */
  readonly reason: string
  readonly proposal: Proposal | null
  readonly verification: Verification | null
  readonly pictures: Pictures
  readonly suggestions: readonly string[]
}

export const STAGES = [
  'collect',
  'diagnose',
  'reproduce',
  'evidence',
  'heal',
  'guard',
  'verify',
  'report',
  'deliver',
] as const
export type Stage = (typeof STAGES)[number]

export type BaselineSource = 'green-trace' | 'store' | 'rerun' | 'none'

/** Something that went wrong beside the failures: an unreadable artifact, a strategy that threw, a limit that was hit. */
export interface Problem {
  /** What was wrong with which input. */
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
  /** The file, input or module it is about. */
  readonly subject?: string
}

/** All results of a run; the JSON report is exactly this. */
export interface Report {
  readonly schemaVersion: 1
  readonly run: {
    readonly startedAt: string
    readonly durationMs: number
    readonly commit: string | null
    readonly baselineCommit: string | null
    readonly baselineSource: BaselineSource
    readonly timings: Readonly<Record<Stage, number>>
    /** The stage the run ended in; `done` where it came through. */
    readonly reached: Stage | 'done'
    /** A patch is proposed only above this confidence; absent where the run ended before it was known. */
    readonly confidenceThreshold?: number
  }
  readonly summary: { readonly failures: number } & Readonly<Record<Status, number>>
  readonly results: readonly Result[]
  readonly problems: readonly Problem[]
}
