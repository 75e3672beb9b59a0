import type { GitHubClient } from './client.ts'
import { findComments, removeComment, updateComment, writeComment } from './comments.ts'

/** What one job has to say in a comment that it shares with others. */
export interface CommentPart {
  /** The commit that it is about; parts about another one are of the past. */
  readonly sha: string
  readonly workflow: string
  readonly run: number
  readonly attempt: number
  /** Tells parts of one run apart: two jobs with the same findings share a part. */
  readonly digest: string
  readonly text: string
}

const MAX_BODY = 65_536
const TRIES = 4
const PART = /<!-- self-heal:part (\{[^\n]{0,600}\}) -->\n([\s\S]*?)\n<!-- self-heal:end -->/g

/**
 * Puts a job's part into the one comment that all jobs share on a pull request. Comments have no locks: after writing, it is
 * read again whether the part is still there and whether another job made a second comment meanwhile; the oldest one stays.
 * Returns whether anything had to be written.
 */
export async function keepPart(
  client: GitHubClient,
  number: number,
  marker: string,
  part: CommentPart,
  wait: (attempt: number) => Promise<void> = waitUnevenly,
): Promise<boolean> {
  const tag = `<!-- self-heal:${marker} -->`
  let isWritten = false
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const [first, ...others] = await findComments(client, number, tag)
    const known = [first, ...others].flatMap((comment) => (comment ? readParts(comment.body) : []))
    const body = writeParts(mergeParts(known, part), tag)
    if (first !== undefined && others.length === 0 && plain(first.body) === plain(body)) return isWritten
    await (first === undefined ? writeComment(client, number, body) : updateComment(client, first.id, body))
    for (const other of others) await removeComment(client, other.id)
    isWritten = true
    await wait(attempt)
  }
  return isWritten
}

/** Parts about the commit at hand, one for each finding; those of an earlier run of the same workflow are of the past. */
export function mergeParts(known: readonly CommentPart[], own: CommentPart): CommentPart[] {
  const isPast = (part: CommentPart) =>
    part.sha !== own.sha ||
    (part.workflow === own.workflow &&
      (part.run < own.run || (part.run === own.run && (part.attempt < own.attempt || part.digest === own.digest))))
  const kept = known.filter((part) => !isPast(part))
  // Seen from the past: another job has told of a newer run already.
  const isOld = kept.some(
    (part) =>
      part.workflow === own.workflow && (part.run > own.run || (part.run === own.run && part.attempt > own.attempt)),
  )
  const parts = isOld ? kept : [...kept, own]
  const unique = new Map(parts.map((part) => [`${part.workflow}\n${part.digest}`, part]))
  return [...unique.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b)))
}

const keyOf = ({ workflow, digest }: CommentPart) => `${workflow}\n${digest}`

/** Reads parts back; a comment can be edited by others, and what does not fit the form is left out. */
export function readParts(body: string): CommentPart[] {
  return [...body.replaceAll('\r\n', '\n').matchAll(PART)].flatMap(([, head = '', text = '']): CommentPart[] => {
    try {
      const value: unknown = JSON.parse(head)
      if (typeof value !== 'object' || value === null) return []
      const { sha, workflow, run, attempt, digest } = value as Readonly<Record<string, unknown>>
      const isWhole = (number: unknown): number is number => Number.isSafeInteger(number)
      return typeof sha === 'string' &&
        typeof workflow === 'string' &&
        typeof digest === 'string' &&
        isWhole(run) &&
        isWhole(attempt)
        ? [{ sha, workflow, run, attempt, digest, text }]
        : []
    } catch {
      return []
    }
  })
}

/** All parts that fit, the first ones first; a part is whole or not there. */
function writeParts(parts: readonly CommentPart[], tag: string): string {
  let body = ''
  let left = MAX_BODY - tag.length - 200
  let dropped = 0
  for (const { text, ...head } of parts) {
    // Nothing inside may end the comment that holds it.
    const json = JSON.stringify({ ...head, workflow: head.workflow.slice(0, 200) }).replaceAll(
      /[<>&-]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    const block = `<!-- self-heal:part ${json} -->\n${text.replaceAll('<!-- self-heal:', '&lt;!-- self-heal:')}\n<!-- self-heal:end -->\n\n`
    if (Buffer.byteLength(block) > left) {
      dropped++
      continue
    }
    left -= Buffer.byteLength(block)
    body += block
  }
  const more = dropped === 0 ? '' : `The findings of ${dropped} more jobs are in their summaries.\n\n`
  return `${body}${more}${tag}`
}

const plain = (body: string) => body.replaceAll('\r\n', '\n').trim()

const waitUnevenly = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 400 * attempt * (0.5 + Math.random())))
