import type { Page } from 'playwright-core'
import type { PNG } from 'pngjs'
import { type CollectedPage, type CollectOptions, collectPage, lookUpElements } from '../dom/collect.ts'
import type { Snapshot } from '../model.ts'
import { photograph } from './photograph.ts'
import { framePicture, frameWithin } from './picture.ts'
import { addVisualHashes, pictured } from './visual.ts'

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
  const collect = once(() => collectPage(page, options))
  const photo = once<PNG | null>(async () => photograph(page, pictured((await collect()).snapshot)))
  const plain = async (): Promise<Snapshot> => {
    const { snapshot } = await collect()
    return options.url === undefined ? snapshot : { ...snapshot, url: options.url }
  }
  let isHashed = false
  const hashed = once(async () => {
    const [snapshot, shot] = [await plain(), await photo()]
    return shot ? addVisualHashes(snapshot, shot) : snapshot
  })
  return {
    collect: ({ visual = false } = {}) => {
      isHashed ||= visual
      return isHashed ? hashed() : plain()
    },
    match: async (selector) => matchIndexes(page, await collect(), selector),
    picture: async (index) => {
      const { snapshot, handleOf } = await collect()
      const shot = isHashed ? await photo() : null
      const framed = shot && frameWithin(shot, snapshot, index)
      if (framed) return framed
      const handle = await handleOf(index)
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

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}
