import type { Answer } from './metrics.ts'

/** What a benchmark is asked. */
export interface SuiteOptions {
  /** Folder of its data; each suite has its own default. */
  readonly data?: string
  /** Only the JSON line. */
  readonly json: boolean
  /** Write the page of results, where the suite has one. */
  readonly write?: boolean
  /** Is given the answers that the calibration is measured on, under the name they go by in the diagram. */
  readonly onAnswers?: (name: string, answers: readonly Answer[]) => void
}

/** What goes into the JSON line. */
export type SuiteResult = Readonly<Record<string, unknown>>

/** A benchmark: prints a table through `print` and gives what goes into its JSON line. */
export type Suite = (options: SuiteOptions, print: (line: string) => void) => Promise<SuiteResult>

/** A table with aligned columns; the first column to the left, the others to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, k) => Math.max(...cells.map((row) => (row[k] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0))).join('  ')
  return [line(cells[0] ?? []), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.slice(1).map(line)].join(
    '\n',
  )
}
