import type { BrowserSession } from '../browser/launch.ts'
import type { LoadedPage } from '../browser/loaded-page.ts'
import type { PageIndex } from '../dom/page-index.ts'
import type { Trace, TraceAction } from '../dom/trace-types.ts'
import type { ActionKind, Fingerprint, Locator, Target } from '../model.ts'
import { targetSnapshots } from './counterpart.ts'
import { indexed } from './indexed.ts'

/** What an element was when the test was last green. */
export interface LostElement {
  readonly target: Target
  /** Other elements of that page a person could have meant: who else may claim a candidate. */
  readonly others: readonly Target[]
  /** How many elements the locator matched then. */
  readonly matches: number
  /** The element framed on its old page, as a `data:` URL. */
  readonly picture: string | null
}

/** Most other elements that are described; a page rarely has more controls than this that matter. */
const MAX_OTHERS = 150

/** Elements that a user can tell apart and act on, besides the lost one and what contains or is inside it. */
const otherElements = (page: PageIndex, lost: number): readonly number[] => {
  const others: number[] = []
  for (let element = 0; element < page.size && others.length < MAX_OTHERS; element++) {
    if (element === lost || !page.visible(element)) continue
    const { tag } = { tag: page.tag(element) }
    const isControl = /^(?:a|button|input|select|textarea|summary|label|h[1-6])$/.test(tag)
    const isNamed = page.attributes(element)['data-testid'] !== undefined || page.attributes(element).role !== undefined
    if (isControl || isNamed) others.push(element)
  }
  return others
}

export interface Wanted {
  readonly action: ActionKind
  readonly locator: Locator | null
  readonly testIdAttributes: readonly string[]
}

/** What the page of a green call shows of its target, whoever asks. */
export interface SeenElement {
  readonly fingerprint: Fingerprint
  readonly others: readonly Fingerprint[]
  readonly matches: number
  readonly picture: string | null
}

/**
 * Looks the target of a green call up on its own page, loaded from the trace: by the selector itself where it reaches one
 * element, else by the mark that the trace left on it. Null where no snapshot of the call holds it.
 */
export const seeElement = async (
  session: BrowserSession,
  trace: Trace,
  action: TraceAction,
): Promise<SeenElement | null> => {
  for (const name of targetSnapshots(action)) {
    const document = trace.frameHtml(name)
    if (document === null) continue
    const found =
      (await onPage(session.sharedTracePage(document, trace), action, true)) ??
      (await onPage(session.openTracePage(document, trace), action, false))
    if (found) return found
  }
  return null
}

/** The same as something lost, with what the test wanted of it. */
export const asLost = ({ fingerprint, others, ...seen }: SeenElement, wanted: Wanted): LostElement => {
  const { action, locator, testIdAttributes } = wanted
  return {
    ...seen,
    target: { fingerprint, action, testIdAttributes, ...(locator ? { locator } : {}) },
    others: others.map((other) => ({ fingerprint: other, action, testIdAttributes })),
  }
}

/** @param isShared the page bears no mark: then only a selector that reaches one element tells which it is */
const onPage = async (
  opening: Promise<LoadedPage>,
  action: TraceAction,
  isShared: boolean,
): Promise<SeenElement | null> => {
  const view = await opening
  try {
    const snapshot = await view.collect({ visual: true })
    const matched = action.selector === undefined ? [] : await view.match(action.selector).catch(() => [])
    if (isShared && matched.length !== 1) return null
    const lost = snapshot.target ?? matched[0]
    if (lost === undefined) return null
    const page = indexed(snapshot)
    return {
      fingerprint: page.fingerprint(lost),
      others: otherElements(page, lost).map((element) => page.fingerprint(element)),
      matches: Math.max(1, matched.length),
      picture: await view.picture(lost),
    }
  } finally {
    await view.close()
  }
}
