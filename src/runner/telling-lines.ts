import { stripVTControlCharacters } from 'node:util'

/** The lines of an output that say what went wrong: from the first that names an error, else the last ones; no stack frames. */
export function tellingLines(text: string, count: number): string {
  const lines = stripVTControlCharacters(text)
    .trimEnd()
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
  const first = lines.findIndex((line) => /\w*Error\b|\berror\b/.test(line))
  return (first < 0 ? lines.slice(-count) : lines.slice(first, first + count)).join('\n').slice(0, 2_000)
}
