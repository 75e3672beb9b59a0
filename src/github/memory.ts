import { HealFault } from '../engine.ts'
import type { GitHubClient } from './client.ts'
import { BranchMoved, commitFiles, createBranch, readBranchHead } from './commits.ts'
import { explain, isAlreadyThere } from './errors.ts'
import { isSafePath } from './place-change.ts'

/** The branch that holds what is remembered between runs. It shares no history with the code and is never merged. */
export const MEMORY_BRANCH = 'self-heal/memory'

/** Sizes in bytes of UTF-8. */
export interface MemoryLimits {
  readonly maxFileBytes: number
  /** All files of one read or one update together. */
  readonly maxTotalBytes: number
}

const MiB = 1024 * 1024
export const MEMORY_LIMITS: MemoryLimits = { maxFileBytes: 2 * MiB, maxTotalBytes: 24 * MiB }

/** Texts by path; null where there is no such file. */
export type MemoryTexts = ReadonlyMap<string, string | null>

export interface MemoryUpdate {
  /** Every file that may be read and written. */
  readonly paths: readonly string[]
  /** The headline of the commit. */
  readonly message: string
  /**
   * What the files must become, given what they are now: only changed files need be named, null removes one. Called again
   * with newer texts where another job wrote meanwhile, so it must merge and not overwrite.
   */
  merge(now: MemoryTexts): MemoryTexts
}

const FILES_AT_ONCE = 32
const TRIES = 8
const READS = { contents: 'read' } as const
const WRITES = { contents: 'write' } as const
const README = `# Memory of self-heal

Written by the action: what elements and steps of green tests were (\`baseline/\`), and what became of earlier repairs.
Nothing here is code, and nothing is ever merged. Delete the branch to start afresh; it is made anew when it is needed.
`

/**
 * Reads files of the memory branch, all at one commit. No branch, no file and a file that is no text all come to null.
 * What comes back is anybody's who can push to the repository: the caller checks its form. Throws a `HealFault` where
 * GitHub refuses or a file is larger than the limits.
 */
export async function readMemory(
  client: GitHubClient,
  paths: readonly string[],
  limits: MemoryLimits = MEMORY_LIMITS,
): Promise<MemoryTexts> {
  const head = await readBranchHead(client, MEMORY_BRANCH)
  return head === null ? new Map(paths.map((path) => [path, null])) : readAt(client, head, paths, limits)
}

/**
 * Changes files of the memory branch in one commit, made where it stands and nowhere else; where another job was faster,
 * the change is merged anew into what that job wrote. Nothing is ever forced. Returns the commit, null where nothing was
 * to be changed.
 *
 * @param wait how long to wait before trying again, in milliseconds; jobs of a matrix would collide for ever in step
 */
export async function updateMemory(
  client: GitHubClient,
  update: MemoryUpdate,
  limits: MemoryLimits = MEMORY_LIMITS,
  wait: (attempt: number) => Promise<void> = waitUnevenly,
): Promise<string | null> {
  for (let attempt = 1; ; attempt++) {
    const head = await readBranchHead(client, MEMORY_BRANCH)
    const now = await (head === null
      ? new Map(update.paths.map((path) => [path, null]))
      : readAt(client, head, update.paths, limits))
    const { additions, deletions } = changesOf(now, update, limits)
    if (additions.length === 0 && deletions.length === 0) return null
    try {
      const from = head ?? (await createMemory(client))
      const message = { headline: update.message, body: '[skip ci]' }
      return await commitFiles(client, MEMORY_BRANCH, from, message, additions, deletions)
    } catch (error) {
      if (!(error instanceof BranchMoved)) throw error
      if (attempt === TRIES) throw busy(error)
      await wait(attempt)
    }
  }
}

interface Changes {
  readonly additions: readonly { readonly path: string; readonly content: string }[]
  readonly deletions: readonly string[]
}

function changesOf(now: MemoryTexts, update: MemoryUpdate, limits: MemoryLimits): Changes {
  const additions: { path: string; content: string }[] = []
  const deletions: string[] = []
  let total = 0
  for (const [path, content] of update.merge(now)) {
    if (!update.paths.includes(path) || !isSafePath(path)) throw new Error(`${path} is not a file of this update`)
    if (content === (now.get(path) ?? null)) continue
    if (content === null) {
      deletions.push(path)
      continue
    }
    const bytes = Buffer.byteLength(content)
    total += bytes
    if (bytes > limits.maxFileBytes || total > limits.maxTotalBytes) throw tooLarge(path, bytes)
    additions.push({ path, content })
  }
  return { additions, deletions }
}

/** A commit without parents, so that the branch shares nothing with the code. Returns where the branch stands then. */
async function createMemory(client: GitHubClient): Promise<string> {
  try {
    const tree = await client.rest.git.createTree({
      ...client.at,
      tree: [{ path: 'README.md', mode: '100644', type: 'blob', content: README }],
    })
    const commit = await client.rest.git.createCommit({
      ...client.at,
      message: 'Begin to remember\n\n[skip ci]',
      tree: tree.data.sha,
      parents: [],
    })
    await createBranch(client, MEMORY_BRANCH, commit.data.sha)
    return commit.data.sha
  } catch (error) {
    const cause = error instanceof HealFault ? error.cause : error
    if (isAlreadyThere(cause)) throw new BranchMoved(MEMORY_BRANCH, { cause })
    throw explain(error, { what: `creating the branch ${MEMORY_BRANCH}`, needs: WRITES })
  }
}

interface BlobAnswer {
  readonly oid?: string
  readonly byteSize?: number
  readonly isBinary?: boolean | null
  readonly isTruncated?: boolean
  readonly text?: string | null
}

async function readAt(
  client: GitHubClient,
  head: string,
  paths: readonly string[],
  limits: MemoryLimits,
): Promise<MemoryTexts> {
  const texts = new Map<string, string | null>()
  let total = 0
  try {
    for (let start = 0; start < paths.length; start += FILES_AT_ONCE) {
      const batch = paths.slice(start, start + FILES_AT_ONCE)
      for (const [path, blob] of await readBlobs(client, head, batch)) {
        const bytes = blob?.byteSize ?? 0
        total += bytes
        if (bytes > limits.maxFileBytes || total > limits.maxTotalBytes) throw tooLarge(path, bytes)
        texts.set(path, blob === null ? null : await textOf(client, blob))
      }
    }
    return texts
  } catch (error) {
    throw explain(error, { what: `reading the branch ${MEMORY_BRANCH}`, needs: READS })
  }
}

async function readBlobs(
  client: GitHubClient,
  head: string,
  paths: readonly string[],
): Promise<[string, BlobAnswer | null][]> {
  const parameters = paths.map((_, index) => `, $e${index}: String!`).join('')
  const fields = paths.map(
    (_, index) =>
      `f${index}: object(expression: $e${index}) { ... on Blob { oid byteSize isBinary isTruncated text } }`,
  )
  const document = `query Memory($owner: String!, $repo: String!${parameters}) {
  repository(owner: $owner, name: $repo) { ${fields.join('\n    ')} }
}`
  const expressions = Object.fromEntries(paths.map((path, index) => [`e${index}`, `${head}:${path}`]))
  const { repository } = await client.graphql<{ repository: Readonly<Record<string, BlobAnswer | null>> }>(document, {
    ...client.at,
    ...expressions,
  })
  return paths.map((path, index) => [path, repository[`f${index}`] ?? null])
}

/** GraphQL gives only the beginning of a large file; the rest of the API gives it whole. */
async function textOf(client: GitHubClient, blob: BlobAnswer): Promise<string | null> {
  if (blob.isBinary || blob.oid === undefined) return null
  if (!blob.isTruncated) return blob.text ?? null
  const { data } = await client.rest.git.getBlob({ ...client.at, file_sha: blob.oid })
  return Buffer.from(data.content, 'base64').toString('utf8')
}

const waitUnevenly = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 200 * attempt * (0.5 + Math.random())))

const tooLarge = (path: string, bytes: number): HealFault =>
  new HealFault({
    message: `${path} on the branch ${MEMORY_BRANCH} has ${bytes} bytes or makes the whole too large.`,
    remedy: `Delete the branch ${MEMORY_BRANCH}; it is made anew when it is needed.`,
    subject: MEMORY_BRANCH,
  })

const busy = (cause: unknown): HealFault =>
  new HealFault(
    {
      message: `The branch ${MEMORY_BRANCH} was written to by others ${TRIES} times in a row.`,
      remedy: 'Run the job again; nothing that others wrote was lost.',
      subject: MEMORY_BRANCH,
    },
    { cause },
  )
