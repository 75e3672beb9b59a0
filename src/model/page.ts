import type { ActionKind, Locator } from './locator.ts'

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
