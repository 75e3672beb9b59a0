import { mdCode, mdText } from '../report/index.ts'
import type { GitHubClient } from './client.ts'
import { type Command, helpText, parseCommand } from './commands.ts'
import { mayWrite, react, writeComment } from './comments.ts'
import { readBranchHead } from './commits.ts'
import { explain } from './errors.ts'
import type { CommandComment, FailingCommit } from './event.ts'
import { findOpenPull, isOurs, type OurPull, readOurPull, readPull, writePull } from './pull-request.ts'
import type { ActionRun, Healed, Healer } from './run.ts'
import { type Decision, type PullState, readState, writeState } from './state.ts'

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
  const subject = await findSubject(client, comment.issue)
  if (subject === null) {
    return { done: false, text: 'There is no open pull request of self-heal here, or its hidden state was removed.' }
  }
  switch (command.kind) {
    case 'retry':
      return retry(run, subject, command.signature, heal)
    case 'apply':
      return {
        done: false,
        text: `Applying a candidate by comment is not possible in this version. The report lists the candidates of ${mdCode(command.signature)}; change the locator by hand and push to the branch: it is built upon, never overwritten.`,
      }
    case 'reject':
    case 'never':
      return decide(client, subject.ours, command, comment.author)
  }
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
  { ours, failing }: Subject,
  signature: string | null,
  heal: Healer,
): Promise<Answer> {
  const state = ours.state as PullState
  const sameCommit = state.base.sha === failing.sha
  const healed = await heal(run, {
    failing,
    // Artifacts of another commit would show pages that no longer are.
    artifactsOf: sameCommit && state.run.id > 0 ? state.run.id : null,
    ...(state.run.id > 0 ? { testedBy: state.run.id } : {}),
    ...(state.green ? { greenBefore: state.green } : {}),
    workflowId: null,
    onlySignatures: signature === null ? [] : [signature],
    onlyTests: state.tests,
    anew: true,
  })
  if (healed === null) return { done: false, text: 'Nothing was healed; see the log of the run.' }
  return { done: true, text: tellRetry(healed, failing.sha, signature), healed }
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

/** Writes a decision into the hidden state of the pull request, where every later run reads it. */
async function decide(
  client: GitHubClient,
  ours: OurPull,
  command: Extract<Command, { kind: 'reject' | 'never' }>,
  by: string,
): Promise<Answer> {
  const state = ours.state as PullState
  const { kind, signature } = command
  const fix = state.fixes.find((candidate) => candidate.signature === signature)
  if (kind === 'reject' && fix === undefined) {
    const known = state.fixes.map((candidate) => mdCode(candidate.signature)).join(', ')
    return {
      done: false,
      text: `There is no fix ${mdCode(signature)} in this pull request; there are ${known || 'none'}.`,
    }
  }
  const decision: Decision = {
    kind,
    signature,
    digest: kind === 'reject' ? (fix?.digest ?? '') : '',
    by,
    reason: kind === 'reject' ? command.reason : '',
  }
  const decisions = [...state.decisions.filter((old) => !(old.kind === kind && old.signature === signature)), decision]
  await writePull(client, ours.number, { body: replaceState(ours.body, { ...state, decisions }) })
  const meaning = kind === 'never' ? 'This failure is never healed again' : 'This fix is not offered again'
  return {
    done: true,
    text: `${meaning}: ${mdCode(signature)}. Comment \`/heal retry\` to take it out of this pull request.`,
  }
}

/** The same body with another state; whatever a person wrote around it stays. */
export function replaceState(body: string, state: PullState): string {
  const old = readState(body) === null ? null : /<!-- self-heal:state \{[^\n]*\} -->/.exec(body)
  const text = writeState(state)
  if (old === null) return `${body}\n\n${text}`
  return `${body.slice(0, old.index)}${text}${body.slice(old.index + old[0].length)}`
}
