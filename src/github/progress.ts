import type { ProgressEvent } from '../engine.ts'
import type { Stage } from '../model.ts'
import type { Host } from './host.ts'

const TITLES: Readonly<Record<Stage, string>> = {
  collect: 'Collect the failures',
  diagnose: 'Diagnose them',
  reproduce: 'Run the failed tests again, unpatched',
  evidence: 'Gather evidence',
  heal: 'Heal',
  guard: 'Check every patch',
  verify: 'Run the patched tests',
  report: 'Report',
  deliver: 'Deliver',
}

/** Turns progress into groups of the log, one per stage, so that the log reads like a story. */
export function logProgress(host: Host): { progress(event: ProgressEvent): void; close(): void } {
  let open: Stage | null = null
  const close = () => {
    if (open !== null) host.endGroup()
    open = null
  }
  return {
    close,
    progress: (event) => {
      if (event.stage !== open) {
        close()
        host.startGroup(TITLES[event.stage])
        open = event.stage
      }
      const count = event.total === undefined ? '' : `[${event.done ?? 0}/${event.total}] `
      if (event.text !== '') host.info(`${count}${event.text}`)
      // The result of a stage stands outside its group, where it is seen without opening it.
      if (event.kind === 'end') {
        close()
        if (event.text !== '') host.info(event.text)
      }
    },
  }
}
