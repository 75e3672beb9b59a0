import { createHash } from 'node:crypto'
import type { HealOutcome } from '../engine.ts'
import type { History } from '../history/events.ts'
import { isDecidedAgainst } from '../history/standing.ts'
import type { Config } from '../inputs.ts'
import type { Problem, TestRef } from '../model.ts'
import { BODY_LIMIT, byteLength, pullRequestBody } from '../report/index.ts'
import { type BranchRequest, type BuiltBranch, branchNameFor, buildBranch, commitToBase, type Fix } from './branch.ts'
import type { GitHubClient } from './client.ts'
import { COMMANDS } from './commands.ts'
import { BranchMoved, deleteBranch } from './commits.ts'
import { explain, isProtected } from './errors.ts'
import type { EventContext, FailingCommit } from './event.ts'
import {
  type DeliveredPull,
  deliverPull,
  findClosedPulls,
  findOpenPull,
  type OurPull,
  TITLE_START,
} from './pull-request.ts'
import { digestOf, type PullState, writeState } from './state.ts'

export interface DeliveryRequest {
  readonly outcome: HealOutcome
  readonly config: Config
  readonly failing: FailingCommit & { readonly branch: string }
  /** `tested`: the run whose artifacts tell of the failures; it may be that of another workflow. */
  readonly run: EventContext['run'] & { readonly tested?: number }
  /** What people decided: what they rejected is not delivered, whoever healed it. */
  readonly history: History
  /** A person asked for it anew: our branch is rebuilt even where its base did not move. */
  readonly anew: boolean
}

export interface Delivery {
  readonly pull: DeliveredPull | null
  /** The branch that holds the heals; null where nothing was pushed. */
  readonly branch: string | null
  /** What happened, one sentence each, for the log. */
  readonly story: readonly string[]
  readonly problems: readonly Problem[]
}

/** Hands the verified fixes of a run over: straight to the failing branch where that is asked for, else for review. */
export async function deliver(client: GitHubClient, request: DeliveryRequest): Promise<Delivery> {
  const { config, failing, outcome } = request
  const base = config.delivery.baseBranch ?? failing.branch
  const branch = branchNameFor(config.delivery.branchPrefix, base, sha256)
  const known = await findOpenPull(client, base)
  const closed = offeredBefore(await findClosedPulls(client, branch))
  const { wanted, refused } = sortOut(
    outcome.fixes.map((fix) => named(fix, outcome)),
    closed,
    request.history,
  )
  const story = refused.map((fix) => `${fix.signature}: a person decided against this fix; it is not offered again.`)

  const committed = await autoCommit(client, request, base, wanted)
  story.push(...committed.story)
  const forReview = wanted.filter((fix) => !committed.delivered.includes(fix))
  if (forReview.length === 0) {
    const where = committed.delivered.length > 0 ? base : null
    return { pull: null, branch: where, story, problems: committed.problems }
  }

  const built = await buildBranch(client, branchRequest(request, known?.branch ?? branch, base, forReview, known))
  story.push(tellBranch(built, known?.branch ?? branch))
  if (built.how === 'present') return { pull: null, branch: null, story, problems: committed.problems }
  const problems = [...committed.problems, ...built.left.map((fix) => leftOver(fix, base))]
  const ourBranch = known?.branch ?? branch
  const pull = await openForReview(client, request, {
    base,
    branch: ourBranch,
    built,
    known,
  })
  story.push(`Pull request ${pull.number} ${pull.how}: ${pull.url}`)
  return { pull, branch: ourBranch, story, problems: [...problems, ...pull.problems] }
}

/** The fix with what it changes as its title, as the report has it. */
function named(fix: Fix, { report }: HealOutcome): Fix {
  const proposal = report.results.find((result) => result.diagnosis.signature === fix.signature)?.proposal
  if (!proposal?.old || !proposal.new) return fix
  return { ...fix, title: `${proposal.old} → ${proposal.new}`, note: proposal.description || fix.title }
}

/** Fixes of pull requests that were closed without a merge, as `signature digest`. */
const offeredBefore = (closed: readonly OurPull[]): ReadonlySet<string> =>
  new Set(closed.flatMap((pull) => pull.state?.fixes ?? []).map((fix) => `${fix.signature} ${fix.digest}`))

function sortOut(
  fixes: readonly Fix[],
  closed: ReadonlySet<string>,
  history: History,
): { wanted: Fix[]; refused: Fix[] } {
  const refused = fixes.filter(
    (fix) => isDecidedAgainst(history, fix.signature) || closed.has(`${fix.signature} ${digestOfFix(fix)}`),
  )
  return { wanted: fixes.filter((fix) => !refused.includes(fix)), refused }
}

/**
 * What makes a fix the same fix on another day: the lines that it takes out and puts in, not the text around them.
 */
export function digestOfFix(fix: Fix): string {
  const changes = fix.files.map(({ path, before, after }) => {
    const was = new Set(before.split(/\r?\n/))
    return {
      path,
      after: after
        .split(/\r?\n/)
        .filter((line) => !was.has(line))
        .join('\n'),
    }
  })
  return digestOf(changes)
}

async function autoCommit(
  client: GitHubClient,
  request: DeliveryRequest,
  base: string,
  fixes: readonly Fix[],
): Promise<{ delivered: readonly Fix[]; story: string[]; problems: Problem[] }> {
  const { config, failing, outcome } = request
  if (!config.autoCommit || base !== failing.branch) return { delivered: [], story: [], problems: [] }
  const chosen = fixes.filter((fix) => mayGoUnseen(fix, outcome, config.autoCommitConfidence))
  if (chosen.length === 0) return { delivered: [], story: [], problems: [] }
  try {
    const built = await commitToBase(client, branchRequest(request, base, base, chosen, null), failing.sha)
    const story = [
      `Committed ${built.delivered.length} of ${fixes.length} fixes to ${base}: ${built.head.slice(0, 7)}.`,
    ]
    return { delivered: built.delivered, story, problems: [] }
  } catch (error) {
    if (error instanceof BranchMoved) {
      const story = [`${base} moved since its tests failed: nothing is committed unseen, the fixes go to review.`]
      return { delivered: [], story, problems: [] }
    }
    const cause = error instanceof Error ? error.cause : undefined
    if (!isProtected(cause)) throw error
    const { problem } = explain(error, { what: `committing to ${base}`, needs: { contents: 'write' } })
    return { delivered: [], story: [], problems: [problem] }
  }
}

/** A fix that is verified, did what the step did before, and is sure enough. */
function mayGoUnseen(fix: Fix, outcome: HealOutcome, confidence: number): boolean {
  if (fix.confidence < confidence) return false
  const results = outcome.report.results.filter((result) => result.diagnosis.signature === fix.signature)
  return (
    results.length > 0 &&
    results.every((result) => {
      const runs = result.verification?.runs ?? []
      const passed = runs.length > 0 && runs.every((run) => run.passed)
      return result.status === 'healed' && passed && result.verification?.effects !== 'different'
    })
  )
}

function branchRequest(
  { config, run, anew }: DeliveryRequest,
  branch: string,
  base: string,
  fixes: readonly Fix[],
  known: OurPull | null,
): BranchRequest {
  const state = known?.state ?? null
  const share = config.shard !== null || config.onlySignatures.length > 0
  return {
    branch,
    base,
    fixes,
    previous: state === null ? null : { head: state.head, baseSha: state.base.sha, shared: state.shared },
    anew: anew && !share,
    keepOthers: share,
    runKey: `${run.id}-${run.attempt}`,
    coAuthor: config.delivery.commitAuthor,
  }
}

function tellBranch(built: BuiltBranch, branch: string): string {
  const words: Record<BuiltBranch['how'], string> = {
    created: `Created the branch ${branch}`,
    rebuilt: `Rebuilt the branch ${branch} on ${built.baseSha.slice(0, 7)}`,
    extended: `Built on top of the branch ${branch}`,
    unchanged: `The branch ${branch} holds every fix already`,
    present: 'The failing branch holds every fix by now',
  }
  return `${words[built.how]}: ${built.delivered.length} fixes, ${built.left.length} left out.`
}

function leftOver(fix: Fix, base: string): Problem {
  const files = fix.files.map((file) => file.path).join(', ')
  return {
    message: `The fix ${fix.signature} no longer fits ${files}, which changed meanwhile.`,
    remedy: `Run the job again on the newest commit of ${base}, or apply the patch by hand.`,
    subject: fix.signature,
  }
}

interface Review {
  readonly base: string
  readonly branch: string
  readonly built: BuiltBranch
  readonly known: OurPull | null
}

/** Writes the pull request. Where that fails, a branch that was made for it alone goes again. */
async function openForReview(client: GitHubClient, request: DeliveryRequest, review: Review): Promise<DeliveredPull> {
  const { config, outcome, run } = request
  const { base, branch, built, known } = review
  const { draft, labels, reviewers } = config.delivery
  const state = writeState(stateOf(request, review))
  const text = pullRequestBody(outcome.report, {
    reportUrl: run.id === 0 ? null : `${run.url}#artifacts`,
    runUrl: run.id === 0 ? null : run.url,
    reserve: byteLength(state) + 2,
    included: built.delivered.map((fix) => fix.signature),
    commands: COMMANDS,
  })
  const body = `${text}\n${state}`
  if (byteLength(body) > BODY_LIMIT) throw new Error(`the body has ${byteLength(body)} bytes`)
  const count = built.delivered.length
  const title = `${TITLE_START} ${count} ${count === 1 ? 'repair' : 'repairs'} for the tests on ${base}`
  try {
    return await deliverPull(client, { base, branch, title, body, draft, labels, reviewers }, known)
  } catch (error) {
    if (built.how === 'created') await deleteBranch(client, branch).catch(() => {})
    throw error
  }
}

function stateOf({ config, failing, outcome, run }: DeliveryRequest, review: Review): PullState {
  const { built, known } = review
  const green = outcome.report.run.baselineCommit ?? known?.state?.green
  const delivered = new Set(built.delivered.map((fix) => fix.signature))
  const fresh = built.delivered.map((fix) => ({ signature: fix.signature, digest: digestOfFix(fix) }))
  const kept = built.how === 'rebuilt' ? [] : (known?.state?.fixes ?? []).filter((fix) => !delivered.has(fix.signature))
  const tests = outcome.report.results.flatMap((result) => result.tests)
  const before = config.onlySignatures.length > 0 || config.shard !== null ? (known?.state?.tests ?? []) : []
  return {
    version: 1,
    run: { id: run.tested ?? run.id, attempt: run.attempt },
    base: { branch: failing.branch, sha: built.baseSha },
    ...(green ? { green } : {}),
    head: built.head,
    shared: built.shared,
    tests: distinct([...tests, ...before]),
    fixes: [...fresh, ...kept],
  }
}

function distinct(tests: readonly TestRef[]): TestRef[] {
  return [...new Map(tests.map((test) => [`${test.project ?? ''} ${test.id}`, test])).values()]
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
