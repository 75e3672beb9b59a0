import { HealFault } from '../engine.ts'
import type { GitHubClient } from './client.ts'
import { explain, isBranchMoved, isNotFound } from './errors.ts'

export interface CommitFile {
  readonly path: string
  /** The whole new text. */
  readonly content: string
}

export interface CommitMessage {
  /** At most 72 characters of it are used. */
  readonly headline: string
  readonly body: string
}

/** The branch no longer stood where a commit was to go; nothing was written. */
export class BranchMoved extends Error {
  readonly branch: string
  constructor(branch: string, options?: ErrorOptions) {
    super(`the branch ${branch} moved`, options)
    this.name = 'BranchMoved'
    this.branch = branch
  }
}

const ZERO = '0'.repeat(40)
const WRITES = { contents: 'write' } as const

const HEAD = `query BranchHead($owner: String!, $repo: String!, $ref: String!) {
  repository(owner: $owner, name: $repo) { id ref(qualifiedName: $ref) { target { oid } } }
}`

const COMMIT = `mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`

const MOVE = `mutation MoveRefs($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`

interface HeadAnswer {
  readonly repository: {
    readonly id: string
    readonly ref: { readonly target: { readonly oid: string } | null } | null
  }
}

/** Head commit of a branch, or null where there is no such branch. */
export async function readBranchHead(client: GitHubClient, branch: string): Promise<string | null> {
  return (await readRef(client, branch)).oid
}

async function readRef(client: GitHubClient, branch: string): Promise<{ repositoryId: string; oid: string | null }> {
  try {
    const { repository } = await client.graphql<HeadAnswer>(HEAD, { ...client.at, ref: `refs/heads/${branch}` })
    return { repositoryId: repository.id, oid: repository.ref?.target?.oid ?? null }
  } catch (error) {
    throw explain(error, { what: `looking up the branch ${branch}`, needs: { contents: 'read' } })
  }
}

/**
 * Texts of files at a commit, null for those that are not there. A file that is binary, or too long for GitHub to give
 * whole, counts as not there, since no change could be carried over to it.
 */
export async function readFiles(
  client: GitHubClient,
  oid: string,
  paths: readonly string[],
): Promise<Map<string, string | null>> {
  const texts = new Map<string, string | null>()
  for (let start = 0; start < paths.length; start += 50) {
    const batch = paths.slice(start, start + 50)
    for (const [path, text] of await readBatch(client, oid, batch)) texts.set(path, text)
  }
  return texts
}

interface BlobAnswer {
  readonly text?: string | null
  readonly isBinary?: boolean | null
  readonly isTruncated?: boolean
}

async function readBatch(
  client: GitHubClient,
  oid: string,
  paths: readonly string[],
): Promise<[string, string | null][]> {
  const parameters = paths.map((_, index) => `, $e${index}: String!`).join('')
  const fields = paths.map(
    (_, index) => `f${index}: object(expression: $e${index}) { ... on Blob { text isBinary isTruncated } }`,
  )
  const document = `query Files($owner: String!, $repo: String!${parameters}) {
  repository(owner: $owner, name: $repo) { ${fields.join('\n    ')} }
}`
  const expressions = Object.fromEntries(paths.map((path, index) => [`e${index}`, `${oid}:${path}`]))
  try {
    const { repository } = await client.graphql<{ repository: Readonly<Record<string, BlobAnswer | null>> }>(document, {
      ...client.at,
      ...expressions,
    })
    return paths.map((path, index) => {
      const blob = repository[`f${index}`]
      const whole = blob && typeof blob.text === 'string' && !blob.isBinary && !blob.isTruncated
      return [path, whole ? (blob.text ?? null) : null]
    })
  } catch (error) {
    throw explain(error, { what: `reading files at ${oid.slice(0, 7)}`, needs: { contents: 'read' } })
  }
}

/**
 * Commits files to a branch, signed by GitHub, only where the branch still stands at `expectedHead`. Returns the new
 * commit; throws `BranchMoved` where it stood elsewhere.
 *
 * @param deletions paths of files to remove
 */
export async function commitFiles(
  client: GitHubClient,
  branch: string,
  expectedHead: string,
  message: CommitMessage,
  files: readonly CommitFile[],
  deletions: readonly string[] = [],
): Promise<string> {
  const input = {
    branch: { repositoryNameWithOwner: `${client.owner}/${client.repo}`, branchName: branch },
    expectedHeadOid: expectedHead,
    message: { headline: message.headline.slice(0, 72), body: message.body.slice(0, 10_000) },
    fileChanges: {
      additions: files.map(({ path, content }) => ({
        path,
        contents: Buffer.from(content, 'utf8').toString('base64'),
      })),
      ...(deletions.length > 0 ? { deletions: deletions.map((path) => ({ path })) } : {}),
    },
  }
  try {
    const answer = await client.graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(COMMIT, { input })
    return answer.createCommitOnBranch.commit.oid
  } catch (error) {
    if (isBranchMoved(error)) throw new BranchMoved(branch, { cause: error })
    throw explain(error, { what: `committing to the branch ${branch}`, needs: WRITES })
  }
}

export async function createBranch(client: GitHubClient, branch: string, oid: string): Promise<void> {
  try {
    await client.rest.git.createRef({ ...client.at, ref: `refs/heads/${branch}`, sha: oid })
  } catch (error) {
    throw explain(error, { what: `creating the branch ${branch}`, needs: WRITES, input: 'branch_prefix' })
  }
}

/** Deletes a branch; one that is already gone is no fault. */
export async function deleteBranch(client: GitHubClient, branch: string): Promise<void> {
  try {
    await client.rest.git.deleteRef({ ...client.at, ref: `heads/${branch}` })
  } catch (error) {
    if (isNotFound(error) || /does not exist/i.test(String(error))) return
    throw explain(error, { what: `deleting the branch ${branch}`, needs: WRITES })
  }
}

/**
 * Puts `branch` onto what `source` holds and deletes `source`, both or neither, and only where `branch` still stands at
 * `from`. So a branch changes in one step, and nobody's push in between is lost.
 */
export async function replaceBranch(
  client: GitHubClient,
  branch: string,
  from: string,
  source: { readonly branch: string; readonly oid: string },
): Promise<void> {
  const { repositoryId } = await readRef(client, branch)
  const refUpdates = [
    { name: `refs/heads/${branch}`, beforeOid: from, afterOid: source.oid, force: true },
    { name: `refs/heads/${source.branch}`, beforeOid: source.oid, afterOid: ZERO, force: true },
  ]
  try {
    await client.graphql(MOVE, { input: { repositoryId, refUpdates } })
  } catch (error) {
    if ((await readBranchHead(client, branch)) !== from) throw new BranchMoved(branch, { cause: error })
    throw explain(error, { what: `moving the branch ${branch}`, needs: WRITES })
  }
}

/** What is said where a branch moved and the heals no longer fit. */
export function movedFault(branch: string, files: readonly string[]): HealFault {
  const list = files.slice(0, 5).join(', ')
  return new HealFault({
    message: `The branch ${branch} moved meanwhile${list === '' ? '' : `, and ${list} changed where the heals belong`}.`,
    remedy: 'Run the job again on the newest commit of the branch; nothing was pushed.',
    subject: 'base_branch',
  })
}
