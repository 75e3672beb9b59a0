import { diffLines } from 'diff'
import type { Edit } from '../model.ts'

/** The edits that make one text into another: whole words, one for each changed line where lines stay lines. */
export function editsBetween(file: string, before: string, after: string): Edit[] {
  const edits: Edit[] = []
  let at = 0
  let removed = ''
  const close = (added: string): void => {
    const [old, fresh] = [linesOf(removed), linesOf(added)]
    const pairs = old.length === fresh.length ? old.map((line, k) => [line, fresh[k] ?? '']) : [[removed, added]]
    let start = at - removed.length
    for (const [line = '', now = ''] of pairs) {
      if (line !== now) edits.push(narrowed(file, start, line, now))
      start += line.length
    }
    removed = ''
  }
  for (const part of diffLines(before, after)) {
    if (part.added) close(part.value)
    else if (removed !== '') close('')
    if (part.removed) removed = part.value
    if (!part.added) at += part.value.length
  }
  if (removed !== '') close('')
  return edits
}

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

const isWord = (char: string | undefined): boolean => char !== undefined && /[\w-]/.test(char)

/** Without what both texts share at either end, but never with half a word. */
function narrowed(file: string, from: number, old: string, fresh: string): Edit {
  const most = Math.min(old.length, fresh.length)
  let head = 0
  while (head < most && old[head] === fresh[head]) head++
  let tail = 0
  while (tail < most - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++
  while (head > 0 && isWord(old[head - 1])) head--
  while (tail > 0 && isWord(old.at(-tail))) tail--
  return {
    file,
    start: from + head,
    end: from + old.length - tail,
    old: old.slice(head, old.length - tail),
    new: fresh.slice(head, fresh.length - tail),
  }
}
