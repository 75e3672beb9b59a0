import type { Page } from 'playwright-core'
import { type CollectedPage, type CollectOptions, collectPage, lookUpElements } from '../dom/collect.ts'
import type { Snapshot } from '../model.ts'
import { framePicture } from './picture.ts'
import { addVisualHashes } from './visual.ts'

/** A page that does not change any more: from a trace, or a live one at rest. */
export interface LoadedPage {
  /** The page's elements; collected once. `visual` adds perceptual hashes, which needs a picture of the whole page. */
  collect(options?: { readonly visual?: boolean }): Promise<Snapshot>
  /**
   * Indexes in the collected snapshot of what a Playwright selector matches, in order, found by Playwright itself.
   * Rejects for a selector that Playwright cannot parse.
   */
  match(selector: string): Promise<number[]>
  /** The element framed in its surroundings, as a `data:` URL; null where it cannot be pictured. */
  picture(index: number): Promise<string | null>
  close(): Promise<void>
}

/** Gives a page the abilities of a `LoadedPage`. */
export function loadedPage(
  page: Page,
  options: CollectOptions & { url?: string },
  close: () => Promise<void>,
): LoadedPage {
  let collected: Promise<CollectedPage> | null = null
  const collect = () => {
    collected ??= collectPage(page, options)
    return collected
  }
  let hashed: Promise<Snapshot> | null = null
  return {
    collect: async ({ visual = false } = {}) => {
      const { snapshot } = await collect()
      const named = options.url === undefined ? snapshot : { ...snapshot, url: options.url }
      if (!visual) return hashed ?? named
      hashed ??= addVisualHashes(page, named)
      return hashed
    },
    match: async (selector) => matchIndexes(page, await collect(), selector),
    picture: async (index) => {
      const handle = await (await collect()).handleOf(index)
      return handle ? framePicture(page, handle) : null
    },
    close,
  }
}

/** What a selector matches, as indexes of a collected page; elements that came after it was collected are left out. */
export async function matchIndexes(page: Page, collected: CollectedPage, selector: string): Promise<number[]> {
  const [frame, locals] = await page.locator(selector).evaluateAll(lookUpElements).catch(noFrame)
  return locals.map((local) => collected.indexOf(frame, local)).filter((index) => index >= 0)
}

/** A selector that goes through a frame that is not there, or through several, reaches nothing. */
function noFrame(error: unknown): [number, number[]] {
  const text = error instanceof Error ? error.message : ''
  if (/Failed to find frame|strict mode violation|Frame was detached/.test(text)) return [-1, []]
  throw error
}
