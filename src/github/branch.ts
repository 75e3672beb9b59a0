import type { HealedFile } from '../engine.ts'
import type { GitHubClient } from './client.ts'
import {
  BranchMoved,
  type CommitFile,
  type CommitMessage,
  commitFiles,
  createBranch,
  deleteBranch,
  movedFault,
  readBranchHead,
  readFiles,
  replaceBranch,
} from './commits.ts'
import { isAlreadyThere } from './errors.ts'
import { isSafePath, placeChange } from './place-change.ts'

/** One fix as it is delivered; fixes apply in order, each on top of the one before. */
export interface Fix {
  readonly signature: string
  /** What changes, in a few words: `getByTestId('buy') → getByTestId('purchase')`. */
  readonly title: string
  /** Why, in a sentence or more, for the commit message. */
  readonly note?: string
  readonly confidence: number
  readonly files: readonly HealedFile[]
}

export interface BranchRequest {
  /** Our branch. */
  readonly branch: string
  /** The branch it grows out of: the one whose tests failed. */
  readonly base: string
  readonly fixes: readonly Fix[]
  /** What our pull request remembers of its last delivery; null where there is none. */
  readonly previous: { readonly head: string; readonly baseSha: string; readonly shared: boolean } | null
  /** A person asked for the fixes anew: our branch is rebuilt even where its base did not move. */
  readonly anew: boolean
  /** Fixes of other jobs stay: this run saw only a share of the failures. */
  readonly keepOthers: boolean
  /** Tells the branches of runs apart that work at the same time. */
  readonly runKey: string
  readonly coAuthor: { readonly name: string; readonly email: string } | null
}

export interface BuiltBranch {
  readonly head: string
  /** Head of the base branch that was built on, or that the existing branch was built on before. */
  readonly baseSha: string
  /** `present`: the base branch holds every fix already, and there is no branch of ours. */
  /** A person pushed to the branch, now or earlier. */
  readonly shared: boolean
  readonly how: 'created' | 'rebuilt' | 'extended' | 'unchanged' | 'present'
  readonly delivered: readonly Fix[]
  /** Fixes that no longer fit what the branch holds. */
  readonly left: readonly Fix[]
}

const MAX_COMMITS = 10
const TRIES = 3

/**
 * Brings fixes onto our branch. A branch that only we wrote to is made anew where its base moved on; one that a person
 * pushed to is only ever built upon. Nothing is left half-made: a new branch that cannot be finished is removed, an
 * existing one changes in one step.
 */
export async function buildBranch(client: GitHubClient, request: BranchRequest): Promise<BuiltBranch> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryBuild(client, request)
    } catch (error) {
      if (!(error instanceof BranchMoved)) throw error
      if (attempt === TRIES) throw movedFault(error.branch, [])
    }
  }
}

async function tryBuild(client: GitHubClient, request: BranchRequest): Promise<BuiltBranch> {
  const { branch, base, previous } = request
  const baseSha = await readBranchHead(client, base)
  if (baseSha === null) throw movedFault(base, [])
  const current = await readBranchHead(client, branch)
  if (current === null) {
    const plan = await planCommits(client, baseSha, request)
    if (plan.commits.length === 0) {
      if (plan.left.length > 0) throw movedFault(base, filesOf(plan.left))
      return { head: baseSha, baseSha, shared: false, delivered: plan.delivered, left: [], how: 'present' }
    }
    return { ...(await growBranch(client, branch, baseSha, plan)), baseSha, shared: false, how: 'created' }
  }
  const ours = previous !== null && previous.head === current && !previous.shared
  const upToDate = ours && !request.anew && (previous.baseSha === baseSha || request.keepOthers)
  if (!ours || upToDate) {
    const plan = await planCommits(client, current, request)
    if (plan.left.length === 0 || !ours) {
      if (plan.delivered.length === 0) throw movedFault(branch, filesOf(plan.left))
      const built = await extendBranch(client, branch, current, plan)
      return { ...built, baseSha: previous?.baseSha ?? baseSha, shared: !ours }
    }
  }
  return { ...(await rebuildBranch(client, request, baseSha, current)), baseSha, shared: false }
}

interface Plan {
  readonly commits: readonly { readonly message: CommitMessage; readonly files: readonly CommitFile[] }[]
  readonly delivered: readonly Fix[]
  readonly left: readonly Fix[]
}

/** Which commits bring the fixes onto the texts that stand at `oid`. A fix goes in whole or not at all. */
async function planCommits(
  client: GitHubClient,
  oid: string,
  request: BranchRequest,
  maxCommits = MAX_COMMITS,
): Promise<Plan> {
  const { fixes } = request
  const texts = await readFiles(client, oid, filesOf(fixes).filter(isSafePath))
  const delivered: Fix[] = []
  const left: Fix[] = []
  const changes: { fix: Fix; files: CommitFile[] }[] = []
  for (const fix of fixes) {
    const placed = fix.files.map((file) => ({
      path: file.path,
      placed: placeChange(file.before, file.after, texts.get(file.path) ?? null),
    }))
    if (placed.some((item) => item.placed.kind === 'conflict')) {
      left.push(fix)
      continue
    }
    delivered.push(fix)
    const files = placed.flatMap((item): CommitFile[] =>
      item.placed.kind === 'change' ? [{ path: item.path, content: item.placed.content }] : [],
    )
    for (const file of files) texts.set(file.path, file.content)
    if (files.length > 0) changes.push({ fix, files })
  }
  return { commits: toCommits(changes, request, maxCommits), delivered, left }
}

/** One commit per fix, or a single tidy one where there would be too many. */
function toCommits(
  changes: readonly { fix: Fix; files: CommitFile[] }[],
  request: BranchRequest,
  maxCommits: number,
): Plan['commits'] {
  const { coAuthor } = request
  const trailer = coAuthor === null ? '' : `\n\nCo-authored-by: ${coAuthor.name} <${coAuthor.email}>`
  if (changes.length <= maxCommits) {
    return changes.map(({ fix, files }) => ({
      message: { headline: `Heal ${quiet(fix.title)}`, body: `${explainFix(fix)}${trailer}` },
      files,
    }))
  }
  const files = new Map(changes.flatMap((change) => change.files.map((file) => [file.path, file] as const)))
  const list = changes.map(({ fix }) => `- ${quiet(fix.title).slice(0, 120)}: ${describeFix(fix)}`)
  const body = `${list.join('\n').slice(0, 8_000)}${trailer}`
  return [{ message: { headline: `Heal ${changes.length} broken tests`, body }, files: [...files.values()] }]
}

const describeFix = (fix: Fix) => `signature ${fix.signature}, confidence ${fix.confidence.toFixed(2)}`

function explainFix(fix: Fix): string {
  const note = fix.note === undefined ? '' : `${quiet(fix.note)}\n\n`
  return `${quiet(fix.title)}\n\n${note}${describeFix(fix)}`
}

/** A title for a commit message: one line, and nothing that closes an issue, skips a check or adds a trailer. */
export function quiet(title: string): string {
  return title
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replaceAll(/#(?=\d)/g, '')
    .replaceAll(/@(?=[\w-])/g, '')
    .trim()
    .slice(0, 500)
}

type Grown = Pick<BuiltBranch, 'head' | 'delivered' | 'left'>

async function growBranch(client: GitHubClient, branch: string, from: string, plan: Plan): Promise<Grown> {
  await createBranch(client, branch, from)
  try {
    return await commitAll(client, branch, from, plan)
  } catch (error) {
    await deleteBranch(client, branch).catch(() => {})
    throw error
  }
}

async function extendBranch(
  client: GitHubClient,
  branch: string,
  current: string,
  plan: Plan,
): Promise<Grown & { how: 'extended' | 'unchanged' }> {
  const grown = await commitAll(client, branch, current, plan)
  return { ...grown, how: grown.head === current ? 'unchanged' : 'extended' }
}

async function commitAll(client: GitHubClient, branch: string, from: string, plan: Plan): Promise<Grown> {
  let head = from
  for (const { message, files } of plan.commits) head = await commitFiles(client, branch, head, message, files)
  return { head, delivered: plan.delivered, left: plan.left }
}

/**
 * Makes the branch anew beside the old one and swaps them in one step: set back to its base in between, GitHub would
 * close the pull request.
 */
async function rebuildBranch(
  client: GitHubClient,
  request: BranchRequest,
  baseSha: string,
  current: string,
): Promise<Grown & { how: 'rebuilt' | 'unchanged' }> {
  const { branch } = request
  const plan = await planCommits(client, baseSha, request)
  if (plan.commits.length === 0) {
    if (plan.left.length > 0) throw movedFault(request.base, filesOf(plan.left))
    return { head: current, delivered: plan.delivered, left: [], how: 'unchanged' }
  }
  const scratch = `${branch}-next-${request.runKey}`
  const grown = await growBranch(client, scratch, baseSha, plan).catch(async (error: unknown) => {
    if (!isAlreadyThere(causeOf(error))) throw error
    // Left behind by a run that was stopped.
    await deleteBranch(client, scratch)
    return growBranch(client, scratch, baseSha, plan)
  })
  try {
    await replaceBranch(client, branch, current, { branch: scratch, oid: grown.head })
  } catch (error) {
    await deleteBranch(client, scratch).catch(() => {})
    throw error
  }
  return { ...grown, how: 'rebuilt' }
}

/**
 * Commits fixes straight to the branch whose tests failed, only where it still stands at the commit they were verified
 * on. Throws `BranchMoved` where it does not; what does not fit is left.
 */
export async function commitToBase(client: GitHubClient, request: BranchRequest, verifiedAt: string): Promise<Grown> {
  // One commit: between two, somebody else's could come, and half of the heals would stand there unsaid.
  const plan = await planCommits(client, verifiedAt, request, 1)
  return commitAll(client, request.base, verifiedAt, plan)
}

const filesOf = (fixes: readonly Fix[]) => [...new Set(fixes.flatMap((fix) => fix.files.map((file) => file.path)))]
const causeOf = (error: unknown) => (error instanceof Error && error.cause !== undefined ? error.cause : error)

/** Name of our branch for a failing branch; slashes are taken out, since `a` and `a/b` cannot both be branches. */
export function branchNameFor(prefix: string, base: string, digest: (text: string) => string): string {
  const slug = base.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^[.-]+|[.-]+$/g, '')
  return `${prefix}fix-${slug === base ? slug : `${slug.slice(0, 80)}-${digest(base).slice(0, 6)}`}`
}
