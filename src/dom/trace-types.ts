import type { ActionKind, Box, SourceLocation } from '../model.ts'

/** What the trace reader needs of an archive or a folder; `readZip` and `readFolder` give it. */
export interface TraceEntries {
  readonly names: readonly string[]
  has(name: string): boolean
  size(name: string): number
  read(name: string): Promise<Uint8Array>
  chunks(name: string): AsyncIterable<Uint8Array>
}

/** A trace that cannot be read; `remedy` says what to do about it. */
export class TraceError extends Error {
  readonly remedy: string
  constructor(message: string, remedy: string) {
    super(message)
    this.name = 'TraceError'
    this.remedy = remedy
  }
}

export interface TraceCallError {
  readonly name: string
  /** ANSI codes removed. */
  readonly message: string
}

/** One call of the test, its runner step and its library call joined. Times in milliseconds of the trace's own clock. */
export interface TraceAction {
  /** Id of the library call; of the runner step where there was no library call (`expect(value)`). */
  readonly callId: string
  readonly stepId?: string
  /** `Frame`, `Page`, `BrowserContext`, …; `Test` for steps of the runner alone. */
  readonly class: string
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  /** Playwright's internal selector, frames included. */
  readonly selector?: string
  /** The locator as the author reads it, e.g. `getByTestId('buy')`; absent where the trace does not say. */
  readonly locatorText?: string
  /** What the author sees in the report, e.g. `Click getByTestId('buy')`. */
  readonly title: string
  /** Titles of the `test.step`s around it, outermost first. */
  readonly steps: readonly string[]
  readonly apiName: string
  readonly kind: ActionKind | 'navigate' | 'other'
  readonly startTime: number
  /** Null where the call never came back: the test was stopped while it waited. */
  readonly endTime: number | null
  readonly error?: TraceCallError
  /** From the innermost author's frame outwards; files as on the machine that ran the test. */
  readonly stack: readonly SourceLocation[]
  /** Done by the runner itself (fixtures, the screenshot on failure), not by the test. */
  readonly internal: boolean
  readonly pageId?: string
  /** URL of the main frame before the call. */
  readonly url?: string
  readonly log: readonly string[]
  readonly result?: Readonly<Record<string, unknown>>
  /** Box of the target at the moment of the input, in CSS pixels. */
  readonly box?: Box
  /** Names to give to `frameHtml`; present only where such a snapshot was taken. */
  readonly beforeSnapshot?: string
  readonly inputSnapshot?: string
  readonly afterSnapshot?: string
}

/** One error of the whole test, as the runner reported it. */
export interface TraceTestError {
  readonly message: string
  readonly stack: readonly SourceLocation[]
}

/** One document of a page as rebuilt from a trace. */
export interface TraceFrame {
  readonly id: string
  readonly url: string
  /** The `name` attribute of its iframe; empty for none. */
  readonly name: string
  readonly html: string
  /** True where the iframe carries the document in `srcdoc`, so that nothing need be served for it. */
  readonly inline: boolean
}

/**
 * A page at one moment, as documents to be loaded with JavaScript off: serve `html` at `url` and every frame of
 * `frames` that is not inline at its URL (the key), everything else through `Trace.resource`. Shadow roots are
 * declarative. Properties that no markup can carry (values, checked, selected, scroll, open dialogs, adopted style
 * sheets) are left in `__playwright_…` attributes; evaluating `restoreTraceState` in every frame sets and removes them.
 */
export interface TracePage {
  readonly snapshot: string
  readonly callId: string
  readonly url: string
  readonly viewport: { readonly width: number; readonly height: number }
  readonly html: string
  /** By URL without fragment. */
  readonly frames: ReadonlyMap<string, TraceFrame>
  /** CSS selector of the element the action was aimed at, in whichever frame it is. */
  readonly targetMarker: string
  /** How many elements carry the marker, over all frames. */
  readonly targets: number
  /** True where limits cut the page short. */
  readonly truncated: boolean
  /** Time of the snapshot on the trace's own clock. */
  readonly timestamp: number
}

export interface TraceResource {
  readonly contentType: string
  readonly status: number
  readonly body: Uint8Array
}

/** A request of a page or of a worker of it, as its network log has it; those that a test sends by itself are not among them. */
export interface TraceRequest {
  readonly method: string
  readonly url: string
  /** -1 where there was no answer. */
  readonly status: number
  /** When it was sent, on the trace's own clock. */
  readonly time: number
}

/** Something a page did beside changing itself. */
export interface TraceEvent {
  readonly kind: 'dialog' | 'download' | 'exception'
  /** The message of the dialog or of the uncaught exception, or the name of the file; at most 300 characters. */
  readonly text: string
  readonly time: number
}

export interface ScreencastFrame {
  readonly entry: string
  readonly pageId: string
  readonly width: number
  readonly height: number
  readonly timestamp: number
}

/** A Playwright trace, opened. */
export interface Trace {
  readonly version: number
  readonly playwrightVersion: string | null
  /** `javascript`, `python`, `java`, `csharp`. */
  readonly language: string
  /** As recorded, e.g. `shop.spec.ts:4 › Cart › adds`; empty where the trace has none. */
  readonly title: string
  /** The parts of `title`; file relative to the test folder. */
  readonly test: { readonly file: string; readonly line: number; readonly titles: readonly string[] } | null
  readonly testIdAttribute: string
  readonly baseURL: string | null
  readonly viewport: { readonly width: number; readonly height: number } | null
  /** In the order in which they began. */
  readonly actions: readonly TraceAction[]
  readonly errors: readonly TraceTestError[]
  readonly screencast: readonly ScreencastFrame[]
  /** In the order in which they were sent. */
  readonly requests: readonly TraceRequest[]
  readonly events: readonly TraceEvent[]
  /** Lines that could not be read; a trace that was cut off keeps what came before. */
  readonly damagedLines: number
  /** The page of a snapshot named by an action; null for a name the trace does not have. */
  frameHtml(snapshot: string): TracePage | null
  /** What the server answered for a URL as of a snapshot; null where the trace does not hold it. */
  resource(
    url: string,
    context?: { readonly snapshot?: string; readonly method?: string },
  ): Promise<TraceResource | null>
  /**
   * A digest of what a snapshot's style sheets, pictures and fonts were: pages of the same markup and the same digest look
   * the same.
   */
  looks(snapshot: string): string
  /** Names of all snapshots of main frames in the order they were taken, with page and time. */
  readonly snapshots: readonly { readonly name: string; readonly pageId: string; readonly timestamp: number }[]
}
