import { existsSync } from 'node:fs'
import path from 'node:path'
import type { FileReader } from './config/files.ts'
import { localFiles } from './config/local-files.ts'
import type { Outputs } from './config/settings.ts'
import { HealFault, type HealOutcome } from './engine.ts'
import { Fault } from './fault.ts'
import { annotationsOf } from './github/annotations.ts'
import type { GitHubClient } from './github/client.ts'
import { readFiles } from './github/commits.ts'
import { type Delivery, deliver } from './github/deliver.ts'
import { answerCommand } from './github/dialogue.ts'
import { type EventContext, type FailingCommit, readEvent } from './github/event.ts'
import { fetchBaseline, fetchFailure, standOnFailure } from './github/fetch-inputs.ts'
import type { Host } from './github/host.ts'
import { logProgress } from './github/progress.ts'
import { type ActionIo, type ActionRun, type Healed, type HealOrder, tellProblem } from './github/run.ts'
import { keepSuggestion, linkFromFailingPull } from './github/suggest.ts'
import { type Config, describeConfig, readConfig, readToken } from './inputs.ts'
import { emptyOutputs, outputsOf } from './outputs.ts'
import { toMarkdown } from './report/index.ts'

/** One run on GitHub, from the event to the outputs. Never rejects: what goes wrong fails the step, once. */
export async function runAction(io: ActionIo): Promise<void> {
  let outputs = emptyOutputs()
  try {
    outputs = await run(io)
  } catch (error) {
    io.host.endGroup()
    io.host.fail(tellError(error))
  } finally {
    for (const [name, value] of Object.entries(outputs)) io.host.setOutput(name as keyof Outputs, value)
  }
}

async function run(io: ActionIo): Promise<Outputs> {
  const { env, host } = io
  const token = readToken(env)
  if (token !== null) host.setSecret(token)
  const context = readEvent(env, io.payload)
  const client = token === null ? null : connectTo(io, context, token)
  const { config, problems } = await readConfig({
    root: path.resolve(env.GITHUB_WORKSPACE ?? process.cwd()),
    env,
    readFile: trustedFiles(io, context, client),
  })
  for (const line of describeConfig(config)) host.info(line)
  for (const problem of problems) tellProblem(host, problem)
  if (!config.enabled) return nothing(host, '`enabled` is false: nothing is done.')
  const healed = await answer({ io, context, config, token, client })
  return healed === null ? emptyOutputs() : outputsOf(healed.outcome, healed.delivery, existsSync)
}

/** Does what the event asks for; null where there is nothing to heal. */
async function answer(run: ActionRun): Promise<Healed | null> {
  const { event } = run.context
  const { host } = run.io
  switch (event.kind) {
    case 'nothing':
      nothing(host, event.reason)
      return null
    case 'closed':
      nothing(host, `Pull request ${event.pull} was closed; its state stays readable in its body.`)
      return null
    case 'command':
      return answerCommand(run, event.comment, healAndDeliver)
    case 'workflow_run': {
      if (event.conclusion === 'success') {
        nothing(host, 'The run was green: there is nothing to heal.')
        return null
      }
      const order = { failing: event.failing, artifactsOf: event.runId, workflowId: event.workflowId || null }
      return healAndDeliver(run, { ...order, onlySignatures: [], onlyTests: [], anew: false })
    }
    case 'tests': {
      if (event.failing.fork && event.writable) throw forkFault()
      const order = { failing: event.failing, artifactsOf: null, workflowId: null }
      return healAndDeliver(run, { ...order, onlySignatures: [], onlyTests: [], anew: false })
    }
  }
}

/** Heals one failing commit and hands the result over as far as its origin allows. */
export async function healAndDeliver(run: ActionRun, order: HealOrder): Promise<Healed | null> {
  const { io, config, client } = run
  const { host } = io
  if (order.artifactsOf !== null && order.failing.fork) {
    nothing(
      host,
      'The failing code comes from a fork, which is never run with a token that can write. Heal it in the job of its own tests, with mode: report.',
    )
    return null
  }
  const mode = modeFor(run, order.failing)
  const failed = await fetchFailure(run, order)
  await standOnFailure(run, order)
  const green = mode === 'report' && client === null ? null : await fetchBaseline(run, order)
  for (const problem of [...failed.problems, ...(green?.problems ?? [])]) tellProblem(host, problem)

  const outcome = await callEngine(run, {
    ...config,
    artifacts: [...config.artifacts, ...failed.patterns],
    baseline: [...config.baseline, ...(green?.patterns ?? [])],
    onlySignatures: order.onlySignatures,
    onlyTests: order.onlyTests,
  })
  const delivery = await handOver(run, order, mode, outcome)
  for (const line of delivery?.story ?? []) host.info(line)
  for (const problem of delivery?.problems ?? []) tellProblem(host, problem)
  for (const annotation of annotationsOf(outcome.report)) host.annotate(annotation)
  host.writeSummary(toMarkdown(outcome.report, { pullRequestUrl: delivery?.pull?.url ?? null }))
  return { outcome, delivery }
}

async function callEngine({ io }: ActionRun, config: Config): Promise<HealOutcome> {
  const log = logProgress(io.host)
  try {
    return await io.heal(config, { progress: log.progress, signal: io.signal, env: io.env })
  } finally {
    log.close()
  }
}

/** The mode that holds for this commit: what cannot be delivered is reported. */
function modeFor({ io, config, client }: ActionRun, failing: FailingCommit): 'pr' | 'suggest' | 'report' {
  const { mode } = config
  if (mode === 'publish' || mode === 'record') throw unavailable(mode)
  if (mode === 'report') return mode
  if (failing.fork) {
    io.host.info('The failing code comes from a fork: nothing is written to GitHub, the report is all.')
    return 'report'
  }
  if (failing.branch === null) {
    io.host.info('The failing commit lies on no branch that could be delivered to: the report is all.')
    return 'report'
  }
  if (client === null) {
    throw new HealFault({
      message: `There is no token, and mode: ${mode} needs one.`,
      remedy: 'Leave the input `token` away to use the token of the workflow, or set mode: report.',
      subject: 'token',
    })
  }
  return mode
}

async function handOver(
  run: ActionRun,
  { failing, anew }: HealOrder,
  mode: 'pr' | 'suggest' | 'report',
  outcome: HealOutcome,
): Promise<Delivery | null> {
  const { io, client, config, context } = run
  if (mode === 'report' || client === null || failing.branch === null) return null
  io.host.startGroup('Deliver')
  try {
    if (mode === 'suggest') return await keepSuggestion(client, failing, outcome, context.run)
    if (outcome.fixes.length === 0) {
      io.host.info('There is no verified fix to deliver.')
      return null
    }
    const at = { ...failing, branch: failing.branch }
    const delivery = await deliver(client, { outcome, config, failing: at, run: context.run, anew })
    const problem = await linkFromFailingPull(client, failing, delivery)
    return problem === null ? delivery : { ...delivery, problems: [...delivery.problems, problem] }
  } finally {
    io.host.endGroup()
  }
}

function connectTo({ env, host, connect }: ActionIo, { owner, repo }: EventContext, token: string): GitHubClient {
  return connect({
    token,
    owner,
    repo,
    apiUrl: env.GITHUB_API_URL || undefined,
    graphqlUrl: env.GITHUB_GRAPHQL_URL || undefined,
    log: (line) => host.info(line),
  })
}

/** Settings come from the checkout, but from the default branch alone where the event is someone else's doing. */
function trustedFiles({ env }: ActionIo, context: EventContext, client: GitHubClient | null): FileReader {
  const { kind } = context.event
  const foreign = kind === 'command' || kind === 'workflow_run' || (kind === 'tests' && context.event.writable)
  if (!foreign) return localFiles(path.resolve(env.GITHUB_WORKSPACE ?? process.cwd()))
  return async (file) => {
    if (client === null || context.defaultBranch === null) return null
    return (await readFiles(client, `refs/heads/${context.defaultBranch}`, [file])).get(file) ?? null
  }
}

function nothing(host: Host, why: string): Outputs {
  host.info(why)
  return emptyOutputs()
}

function forkFault(): HealFault {
  return new HealFault({
    message: 'pull_request_target gives a token that can write, and the pull request comes from a fork.',
    remedy: 'Use the event pull_request: code of a fork is never run with a token that can write.',
    subject: 'GITHUB_EVENT_NAME',
  })
}

function unavailable(mode: string): HealFault {
  return new HealFault({
    message: `mode: ${mode} is not available in this version.`,
    remedy: 'Use pr, suggest or report.',
    subject: 'mode',
  })
}

function tellError(error: unknown): string {
  if (error instanceof HealFault || error instanceof Fault) return error.message
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `This should not have happened; please report it. ${text}`
}
