import type { ProgressEvent } from '../engine.ts'
import type { Stage } from '../model.ts'
import type { Host } from './host.ts'

const TITLES: Readonly<Record<Stage, string>> = {
  collect: 'Collect the failures',
  diagnose: 'Diagnose them',
  reproduce: 'Run the failed tests again, unpatched',
  evidence: 'Heal',
  heal: 'Heal',
  guard: 'Heal',
  verify: 'Run the patched tests',
  report: 'Report',
  deliver: 'Deliver',
}

/**
 * Turns progress into groups of the log, so that it reads like a story: stages that take turns share a group, and what
 * several of them say of the same thing is said once.
 */
export function logProgress(host: Host): { progress(event: ProgressEvent): void; close(): void } {
  let open: string | null = null
  let said = ''
  let begun = ''
  const close = () => {
    if (open !== null) host.endGroup()
    open = null
  }
  return {
    close,
    progress: ({ stage, kind, text, done, total }) => {
      const isNew = text !== '' && text !== said
      if (kind === 'end') {
        if (!isNew || text === begun) return
        // A result stands outside its group, where it is seen without opening it.
        close()
        said = text
        host.info(text)
        return
      }
      if (TITLES[stage] !== open) {
        close()
        host.startGroup(TITLES[stage])
        open = TITLES[stage]
      }
      if (kind === 'start') begun = text
      const count = total === undefined ? '' : `[${done ?? 0}/${total}] `
      if (isNew || count !== '') host.info(`${count}${text}`)
      if (text !== '') said = text
    },
  }
}
