import type { LoadedPage } from '../browser/loaded-page.ts'
import type { PageIndex } from '../dom/page-index.ts'

/** The page of a failing step, loaded and indexed; it stays open until its healer has asked all it wants. */
export interface FailingPage {
  readonly view: LoadedPage
  readonly index: PageIndex
  /** As the failing call found it: a test that its own time limit stopped leaves nothing later. */
  readonly isEarly: boolean
  /** Why it may show less than the test saw, as a sentence; absent where nothing speaks for it. */
  readonly doubt?: string
}
