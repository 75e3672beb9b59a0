import { HealFault } from '../engine.ts'
import type { HistoryStore } from '../history/store.ts'
import { mdCode, mdText } from '../report/index.ts'
import type { GitHubClient } from './client.ts'
import { type Command, helpText, parseCommand } from './commands.ts'
import { mayWrite, react, writeComment } from './comments.ts'
import { readBranchHead } from './commits.ts'
import { candidateOf, decisionBy, rememberDecision } from './decide.ts'
import { explain } from './errors.ts'
import type { CommandComment, FailingCommit } from './event.ts'
import { branchHistory } from './history-store.ts'
import { findOpenPull, isOurs, type OurPull, readOurPull, readPull } from './pull-request.ts'
import type { ActionRun, Healed, Healer, HealOrder } from './run.ts'
import type { PullState } from './state.ts'

/** What a command came to: whether it was done, and what is said about it in Markdown. */
interface Answer {
  readonly done: boolean
  readonly text: string
  readonly healed?: Healed | null
}

/** The pull request that a comment is about, as it was when the comment arrived. */
interface Subject {
  readonly ours: OurPull
  readonly failing: FailingCommit & { readonly branch: string }
}

/**
 * Answers a `/heal` comment: eyes first, then the permission is asked of GitHub, then the work, then a rocket or a
 * confused face and a reply. A comment that is not for us, or by a bot, gets no answer at all.
 */
export async function answerCommand(run: ActionRun, comment: CommandComment, heal: Healer): Promise<Healed | null> {
  const { host } = run.io
  const { client } = run
  const command = parseCommand(comment.body)
  if (command === null || comment.bot || !comment.onPull) {
    host.info('The comment is not a /heal command on a pull request by a person: nothing is done.')
    return null
  }
  if (client === null) throw explain(new Error('no token'), { what: 'answering a comment', needs: {}, input: 'token' })
  await react(client, comment.id, 'eyes')
  if (!(await mayWrite(client, comment.author))) {
    host.info(`${comment.author} may not write to this repository: the command is not carried out.`)
    await react(client, comment.id, 'confused')
    return null
  }
  try {
    const answer = await carryOut(run, client, comment, command, heal)
    await writeComment(client, comment.issue, answer.text)
    await react(client, comment.id, answer.done ? 'rocket' : 'confused')
    return answer.healed ?? null
  } catch (error) {
    const { problem } = explain(error, { what: 'answering a comment', needs: { 'pull-requests': 'write' } })
    const text = `That could not be done: ${mdText(problem.message, 1_000)}\n\n${mdText(problem.remedy, 1_000)}`
    await writeComment(client, comment.issue, text).catch(() => {})
    await react(client, comment.id, 'confused').catch(() => {})
    throw error
  }
}

async function carryOut(
  run: ActionRun,
  client: GitHubClient,
  comment: CommandComment,
  command: Command,
  heal: Healer,
): Promise<Answer> {
  if (command.kind === 'help') return { done: true, text: helpText() }
  if (command.kind === 'unclear') return { done: false, text: `${command.why}\n\n${helpText()}` }
  const store = branchHistory(client)
  const subject = await findSubject(client, comment.issue)
  if (command.kind === 'reject' || command.kind === 'never') {
    return rememberDecision(store, subject?.ours.state ?? null, command, comment.author)
  }
  if (subject === null) {
    return { done: false, text: 'There is no open pull request of self-heal here, or its hidden state was removed.' }
  }
  return command.kind === 'retry'
    ? retry(run, subject, store, command.signature, comment.author, heal)
    : apply(run, subject, store, command, comment.author, heal)
}

/** Our pull request that a comment is about: the one it stands on, or ours into the branch of the one it stands on. */
async function findSubject(client: GitHubClient, number: number): Promise<Subject | null> {
  const pull = await readPull(client, number)
  // A fork may call its branch as we call ours: its code must never run here.
  if (pull.head.repo?.full_name.toLowerCase() !== `${client.owner}/${client.repo}`.toLowerCase()) return null
  const own = isOurs(pull, client, await client.viewer())
  const ours = own ? await readOurPull(client, number) : await findOpenPull(client, pull.head.ref)
  if (ours === null || !ours.open || ours.state === null) return null
  const { branch } = ours.state.base
  const pinned = own ? await readBranchHead(client, branch) : pull.head.sha
  if (pinned === null) return null
  return { ours, failing: { branch, sha: pinned, pull: own ? null : number, fork: false } }
}

async function retry(
  run: ActionRun,
  subject: Subject,
  store: HistoryStore,
  signature: string | null,
  by: string,
  heal: Healer,
): Promise<Answer> {
  if (signature !== null) await liftDecisions(store, signature, by)
  const healed = await heal(run, orderFor(subject, signature))
  if (healed === null) return { done: false, text: 'Nothing was healed; see the log of the run.' }
  return { done: true, text: tellRetry(healed, subject.failing.sha, signature), healed }
}

/** Tries the candidate that a person chose; it is delivered where the guard lets it pass and its tests pass. */
async function apply(
  run: ActionRun,
  subject: Subject,
  store: HistoryStore,
  { signature, candidate: number }: Extract<Command, { kind: 'apply' }>,
  by: string,
  heal: Healer,
): Promise<Answer> {
  const { history } = await store.load()
  const found = candidateOf(history, signature, number)
  if (typeof found === 'string') return { done: false, text: found }
  await liftDecisions(store, signature, by)
  const { candidate } = found
  const chosen = candidate === null ? [] : [{ signature, candidate, by: `@${by}` }]
  const healed = await heal(run, { ...orderFor(subject, signature), chosen })
  const result = healed?.outcome.report.results.find((one) => one.diagnosis.signature === signature)
  if (!healed || !result) {
    return {
      done: false,
      text: `${mdCode(signature)} did not fail on ${mdCode(subject.failing.sha.slice(0, 7))}.`,
      healed,
    }
  }
  const what = candidate === null ? 'The fix' : mdCode(candidate, 200)
  const { pull = null, branch = null } = healed.delivery ?? {}
  const where = pull ? `it is in #${pull.number}` : branch ? `it is on ${mdCode(branch)}` : null
  const isDone = result.status === 'healed' && where !== null
  const outcome = isDone
    ? `${what} was applied: its tests passed, and ${where}.`
    : `${what} was not applied: ${mdText(result.reason, 1_000)}`
  return { done: isDone, text: outcome, healed }
}

function orderFor({ ours, failing }: Subject, signature: string | null): HealOrder {
  const state = ours.state as PullState
  const sameCommit = state.base.sha === failing.sha
  return {
    failing,
    // Artifacts of another commit would show pages that no longer are.
    artifactsOf: sameCommit && state.run.id > 0 ? state.run.id : null,
    ...(state.run.id > 0 ? { testedBy: state.run.id } : {}),
    ...(state.green ? { greenBefore: state.green } : {}),
    workflowId: null,
    onlySignatures: signature === null ? [] : [signature],
    onlyTests: state.tests,
    anew: true,
  }
}

/** Somebody who may decide asks for a signature: what was decided against it before holds no longer. */
async function liftDecisions(store: HistoryStore, signature: string, by: string): Promise<void> {
  const { history } = await store.load()
  const [problem] = await store.add([decisionBy('retry', signature, by, history)])
  if (problem) throw new HealFault(problem)
}

function tellRetry({ outcome, delivery }: Healed, sha: string, signature: string | null): string {
  const { summary } = outcome.report
  const counts = Object.entries(summary)
    .filter(([name, count]) => name !== 'failures' && count > 0)
    .map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`)
  const what = signature === null ? 'Healed again' : `Healed ${mdCode(signature)} again`
  const where = delivery?.pull ? ` #${delivery.pull.number} is up to date.` : ' There is no fix to deliver.'
  return `${what} on ${mdCode(sha.slice(0, 7))}: ${counts.join(', ') || 'no failure'}.${where}`
}
