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
  let begun = ''
  const close = () => {
    if (open !== null) host.endGroup()
    open = null
  }
  return {
    close,
    progress: ({ stage, kind, text, done, total }) => {
      if (kind === 'end') {
        close()
        // A result stands outside its group, where it is seen without opening it.
        if (text !== '' && text !== begun) host.info(text)
        return
      }
      if (stage !== open) {
        close()
        host.startGroup(TITLES[stage])
        open = stage
      }
      if (kind === 'start') begun = text
      const count = total === undefined ? '' : `[${done ?? 0}/${total}] `
      if (text !== '') host.info(`${count}${text}`)
    },
  }
}
