import { applyPatch, structuredPatch } from 'diff'

/** What a file must become on a branch: the new text, nothing to do, or a conflict. */
export type Placed =
  | { readonly kind: 'change'; readonly content: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict' }

/**
 * Carries a change that was made to `before` over to the text that a branch holds now. Only the lines that the change
 * touches, and three around them, must be the same; line ends follow the branch.
 */
export function placeChange(before: string, after: string, current: string | null): Placed {
  if (current === null) return { kind: 'conflict' }
  if (current === after) return { kind: 'done' }
  if (current === before) return { kind: 'change', content: after }
  const windows = current.includes('\r\n')
  const unix = (text: string) => text.replaceAll('\r\n', '\n')
  const [was, wanted, now] = [unix(before), unix(after), unix(current)]
  if (now === wanted) return { kind: 'done' }
  const placed = now === was ? wanted : applyPatch(now, structuredPatch('a', 'a', was, wanted, '', '', { context: 3 }))
  if (placed === false || placed === now) {
    return alreadyThere(was, wanted, now) ? { kind: 'done' } : { kind: 'conflict' }
  }
  return { kind: 'change', content: windows ? placed.replaceAll('\n', '\r\n') : placed }
}

/** True where the change can be taken back out of `now`, which means that it is in there. */
function alreadyThere(was: string, wanted: string, now: string): boolean {
  return applyPatch(now, structuredPatch('a', 'a', wanted, was, '', '', { context: 3 })) !== false
}

/** A path that may be committed: relative, plain, no folder of GitHub or git, nothing that leaves the repository. */
export function isSafePath(path: string): boolean {
  const parts = path.split('/')
  return (
    path.length > 0 &&
    path.length <= 1_000 &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    !/[\\\u0000-\u001f\u007f]/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..') &&
    !['.git', '.github'].includes((parts[0] ?? '').toLowerCase()) &&
    !parts.some((part) => part.toLowerCase() === '.git')
  )
}
