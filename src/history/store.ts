import type { Problem } from '../model.ts'
import type { History, HistoryEvent } from './events.ts'

/** Where the history lies: a file of the repository, or the memory branch. */
export interface HistoryStore {
  /** What is remembered; what could not be read is said. Never rejects. */
  load(): Promise<{ readonly history: History; readonly problems: readonly Problem[] }>
  /** Remembers events beside all that others remember meanwhile. What goes wrong is said, not thrown. */
  add(events: readonly HistoryEvent[]): Promise<readonly Problem[]>
}
