import type { ProgressEvent } from '../engine.ts'
import type { Stage } from '../model.ts'
import { cut, oneLine } from '../report/visible.ts'
import { type Output, painter } from './context.ts'

/** What a stage does, as long as it runs. */
const DOING: Readonly<Record<Stage, string>> = {
  collect: 'reading artifacts',
  diagnose: 'diagnosing failures',
  reproduce: 'running the failed tests again, unpatched',
  evidence: 'gathering evidence',
  heal: 'looking for the lost elements',
  guard: 'checking every patch',
  verify: 'running the patched tests',
  report: 'writing the report',
  deliver: 'delivering',
}

export interface ProgressOptions {
  readonly output: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since any fixed moment. */
  readonly now: () => number
}

export interface Progress {
  show(event: ProgressEvent): void
  /** Leaves the terminal clean; call it before anything else is written. */
  close(): void
}

/**
 * Progress for a person: on a terminal one line that changes, and one that stays for each finished stage; elsewhere a
 * line per stage and at most one a second in between, each with the time since the start.
 */
export function showProgress({ output, env, now }: ProgressOptions): Progress {
  const begun = now()
  const paint = painter(output, env)
  const live = output.isTTY === true && env.TERM !== 'dumb' && !env.CI
  let lastStep = Number.NEGATIVE_INFINITY
  let lineIsOpen = false
  /** Several stages in a row may be about the same thing: it is named once. */
  let kept = ''
  let begunText = ''

  const clear = (): void => {
    if (lineIsOpen) output.write('\r\u001b[2K')
    lineIsOpen = false
  }
  const keep = (event: ProgressEvent): void => {
    clear()
    if (event.kind !== 'step' && event.text !== '' && (event.text === kept || event.text === begunText)) return
    kept = event.text
    output.write(`${format(event, now() - begun, paint)}\n`)
  }
  return {
    show(event) {
      if (live && event.kind !== 'end') {
        clear()
        output.write(
          cutVisible(
            format(event, now() - begun, (_, text) => text),
            (output.columns ?? 80) - 1,
          ),
        )
        lineIsOpen = true
        return
      }
      const isLast = event.total !== undefined && event.done === event.total
      if (event.kind === 'step' && !isLast && now() - lastStep < 1_000) return
      if (event.kind === 'step') lastStep = now()
      keep(event)
      if (event.kind === 'start') begunText = event.text
    },
    close: clear,
  }
}

function format(event: ProgressEvent, elapsedMs: number, paint: ReturnType<typeof painter>): string {
  const time = paint('dim', `${(elapsedMs / 1000).toFixed(1).padStart(6)} s`)
  const stage = paint('bold', event.stage.padEnd(9))
  const counted = event.total === undefined ? '' : `${event.done ?? 0}/${event.total} `
  const text = oneLine(event.text) || (event.kind === 'end' ? 'done' : DOING[event.stage])
  return `${time}  ${stage}  ${counted}${cut(text, 400)}`
}

function cutVisible(line: string, columns: number): string {
  return cut(line, Math.max(20, columns))
}
