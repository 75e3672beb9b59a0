/** What the collector in a page is asked for and answers; shared by both sides, so free of DOM types. */

export interface CollectRequest {
  /** Ordinal of the frame: tells which frame an element was found in later on. */
  readonly frame: number
  readonly maxElements: number
  readonly maxText: number
  readonly maxAttribute: number
  /** Attribute that marks the target of a traced action; with a value only the element that has exactly it counts. */
  readonly target: { readonly attribute: string; readonly value?: string } | null
}

/**
 * Parent, tag, attributes as name-value pairs in a row, own text, role, name, value, box in the frame's viewport, and
 * flags: 1 visible, 2 enabled, 4 is a field, 8 editable, 16 first level of a shadow root.
 */
export type Row = [
  parent: number,
  tag: string,
  attributes: string[],
  ownText: string,
  role: string,
  name: string | null,
  value: string | null,
  box: [number, number, number, number] | null,
  flags: number,
]

export interface FrameRows {
  readonly url: string
  readonly title: string
  readonly viewport: [number, number]
  readonly scroll: [number, number]
  readonly truncated: boolean
  readonly target: number
  readonly rows: Row[]
}
