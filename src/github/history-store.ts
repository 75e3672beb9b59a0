import { EMPTY, type History } from '../history/events.ts'
import { add, shrink } from '../history/merge.ts'
import { readHistory, writeHistory } from '../history/read.ts'
import type { HistoryStore } from '../history/store.ts'
import type { Problem } from '../model.ts'
import type { GitHubClient } from './client.ts'
import { explain } from './errors.ts'
import { MEMORY_BRANCH, type MemoryTexts, readMemory, updateMemory } from './memory.ts'

/** The history on the memory branch, in the form of the local file. */
export const HISTORY_PATH = 'history.json'
/** What was found in its place and is no history. */
export const DAMAGED_PATH = 'history.damaged.json'

/** The history on the memory branch: what other jobs write meanwhile is merged, never overwritten. */
export const branchHistory = (client: GitHubClient): HistoryStore => ({
  async load() {
    try {
      const { history, damage } = read((await readMemory(client, [HISTORY_PATH])).get(HISTORY_PATH) ?? null)
      return { history, problems: damage === null ? [] : [damaged(damage)] }
    } catch (error) {
      const { problem } = explain(error, { what: `reading the branch ${MEMORY_BRANCH}`, needs: { contents: 'read' } })
      return { history: EMPTY, problems: [withoutIt(problem)] }
    }
  },
  async add(events) {
    if (events.length === 0) return []
    let damage: string | null = null
    const merge = (now: MemoryTexts): MemoryTexts => {
      const text = now.get(HISTORY_PATH) ?? null
      const found = read(text)
      damage = found.damage
      return new Map([
        [HISTORY_PATH, writeHistory(shrink(add(found.history, events)))],
        ...(damage === null ? [] : [[DAMAGED_PATH, text] as const]),
      ])
    }
    try {
      const message = `Remember ${events.length} ${events.length === 1 ? 'entry' : 'entries'}`
      await updateMemory(client, { paths: [HISTORY_PATH, DAMAGED_PATH], message, merge })
      return damage === null ? [] : [damaged(damage)]
    } catch (error) {
      const { problem } = explain(error, { what: `writing the branch ${MEMORY_BRANCH}`, needs: { contents: 'write' } })
      return [withoutIt(problem)]
    }
  },
})

const read = (text: string | null): { readonly history: History; readonly damage: string | null } =>
  text === null ? { history: EMPTY, damage: null } : readHistory(text)

const damaged = (damage: string): Problem => ({
  message: `${HISTORY_PATH} on the branch ${MEMORY_BRANCH} is damaged: ${damage}. What of it can be read is used.`,
  remedy: `When something is remembered, it is kept there as ${DAMAGED_PATH}; delete that once it was looked at.`,
  subject: MEMORY_BRANCH,
})

const withoutIt = (problem: Problem): Problem => ({
  ...problem,
  message: `What is remembered of earlier repairs could not be used. ${problem.message}`,
})
