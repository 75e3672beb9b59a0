import { existsSync } from 'node:fs'
import path from 'node:path'
import type { FileReader } from './config/files.ts'
import { localFiles } from './config/local-files.ts'
import type { Outputs } from './config/settings.ts'
import { type EngineConfig, HealFault, type HealOutcome } from './engine.ts'
import { Fault } from './fault.ts'
import { annotationsOf } from './github/annotations.ts'
import type { Downloaded } from './github/artifacts.ts'
import { authorization, serverUrl } from './github/checkout.ts'
import type { GitHubClient } from './github/client.ts'
import { readFiles } from './github/commits.ts'
import { type Delivery, deliver } from './github/deliver.ts'
import { answerCommand } from './github/dialogue.ts'
import { explain } from './github/errors.ts'
import { type EventContext, type FailingCommit, readEvent } from './github/event.ts'
import { fetchBaseline, fetchFailure, standOnFailure } from './github/fetch-inputs.ts'
import { branchHistory } from './github/history-store.ts'
import type { Host } from './github/host.ts'
import { learnFromClosed } from './github/learn.ts'
import { logProgress } from './github/progress.ts'
import { type ActionIo, type ActionRun, type Healed, type HealOrder, tellProblem } from './github/run.ts'
import { keepSuggestion, linkFromFailingPull } from './github/suggest.ts'
import { fetchExtensions } from './github/trusted-extensions.ts'
import { attemptsIn } from './history/from-report.ts'
import { describeConfig, readConfig, readToken } from './inputs.ts'
import { emptyOutputs, outputsOf } from './outputs.ts'
import { readPublished } from './publish.ts'
import { recordGreen } from './record-green.ts'
import { recallFor } from './remember.ts'
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
  if (run.config.mode === 'record' && event.kind !== 'command') {
    await recordGreen(run)
    return null
  }
  switch (event.kind) {
    case 'nothing':
      nothing(host, event.reason)
      return null
    case 'closed':
      if (run.client === null || run.config.mode === 'report')
        nothing(host, 'A closed pull request: nothing is learned.')
      else await learnFromClosed(run.client, host, branchHistory(run.client), event.pull)
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
  const { io } = run
  const { host } = io
  if (order.artifactsOf !== null && order.failing.fork) {
    nothing(
      host,
      'The failing code comes from a fork, which is never run with a token that can write. Heal it in the job of its own tests, with mode: report.',
    )
    return null
  }
  const mode = modeFor(run, order.failing)
  if (mode === 'publish' && order.failing.fork) {
    nothing(host, 'The failing code comes from a fork: there is no branch that its repairs could be published to.')
    return null
  }
  const failed = await fetchFailure(run, order)
  await standOnFailure(run, order)
  const outcome = mode === 'publish' ? await readReports(run, failed) : await callEngine(run, order, failed, mode)
  const delivery = await handOver(run, order, mode, outcome)
  for (const line of delivery?.story ?? []) host.info(line)
  for (const problem of delivery?.problems ?? []) tellProblem(host, problem)
  for (const annotation of annotationsOf(outcome.report)) host.annotate(annotation)
  host.writeSummary(toMarkdown(outcome.report, { pullRequestUrl: delivery?.pull?.url ?? null }))
  return { outcome, delivery }
}

/** The outcome of other jobs; nothing is healed here, and no code of the failing commit is run. */
async function readReports({ io, config, client }: ActionRun, failed: Downloaded): Promise<HealOutcome> {
  const { outcome, problems } = await readPublished(config, failed.patterns)
  for (const problem of [...failed.problems, ...problems]) tellProblem(io.host, problem)
  // The jobs that healed wrote nothing to GitHub; what they came to is remembered here.
  if (client !== null)
    for (const problem of await branchHistory(client).add(attemptsIn(outcome.report, new Date())))
      tellProblem(io.host, problem)
  return outcome
}

async function callEngine(run: ActionRun, order: HealOrder, failed: Downloaded, mode: Handing): Promise<HealOutcome> {
  const { io, config } = run
  const green = await fetchBaseline(run, order)
  const { recalled, problems: forgotten } = mode === 'report' ? { recalled: null, problems: [] } : await recallFor(run)
  const problems = [...failed.problems, ...green.problems, ...forgotten]
  for (const problem of problems) tellProblem(io.host, problem)
  const baselineCommit = green.commit ?? recalled?.commit ?? order.greenBefore
  const wanted: EngineConfig = {
    ...config,
    artifacts: [...config.artifacts, ...failed.patterns],
    baseline: [...config.baseline, ...green.patterns],
    ...(baselineCommit == null ? {} : { baselineCommit }),
    baselineStore: recalled?.folder ?? null,
    problems,
    strategies: await trustedExtensions(run),
    onlySignatures: order.onlySignatures,
    retryRefused: order.anew,
    ...(order.chosen ? { chosen: order.chosen } : {}),
    onlyTests: order.onlyTests,
  }
  const log = logProgress(io.host)
  try {
    // What runs from here on is code of the failing commit: it does not see the token.
    const { INPUT_TOKEN: _, ...env } = io.env
    const gitSettings = run.token === null ? null : authorization(serverUrl(io.env), run.token)
    return await io.heal(wanted, {
      progress: log.progress,
      signal: io.signal,
      env,
      ...(gitSettings ? { gitSettings } : {}),
      ...(mode === 'report' || run.client === null ? {} : { history: branchHistory(run.client) }),
    })
  } finally {
    log.close()
  }
}

/** Modules and renames of the checkout, but of the default branch alone where the event is someone else's doing. */
async function trustedExtensions({ io, context, config, client }: ActionRun): Promise<EngineConfig['strategies']> {
  if (!isForeign(context)) return config.strategies
  if (client === null || context.defaultBranch === null) return { ...config.strategies, modules: [], root: null }
  const branch = `refs/heads/${context.defaultBranch}`
  try {
    const root = await fetchExtensions(client, branch, config.strategies.modules, await io.makeFolder())
    return { ...config.strategies, root }
  } catch (error) {
    const { problem } = explain(error, { what: 'reading extensions', needs: { contents: 'read' } })
    tellProblem(io.host, { ...problem, message: `Going on without modules and renames. ${problem.message}` })
    return { ...config.strategies, modules: [], root: null }
  }
}

function isForeign({ event }: EventContext): boolean {
  return event.kind === 'command' || event.kind === 'workflow_run' || (event.kind === 'tests' && event.writable)
}

type Handing = 'pr' | 'suggest' | 'report' | 'publish'

/** The mode that holds for this commit: what cannot be delivered is reported. */
function modeFor({ io, config, client }: ActionRun, failing: FailingCommit): Handing {
  const { mode } = config
  if (mode === 'record') throw healsNothing()
  if (mode === 'report') return mode
  if (failing.fork && mode !== 'publish') {
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
  { failing, anew, artifactsOf, testedBy, onlySignatures }: HealOrder,
  mode: Handing,
  outcome: HealOutcome,
): Promise<Delivery | null> {
  const { io, client, config, context } = run
  if (mode === 'report' || client === null || failing.branch === null) return null
  io.host.startGroup('Deliver')
  try {
    if (mode === 'suggest') {
      const workflow = io.env.GITHUB_WORKFLOW ?? ''
      return await keepSuggestion(client, { failing, outcome, run: context.run, workflow })
    }
    if (outcome.fixes.length === 0) {
      io.host.info('There is no verified fix to deliver.')
      return null
    }
    const at = { ...failing, branch: failing.branch }
    // What another job says of its own verification is no proof: a person looks at it first.
    const isPublished = mode === 'publish' && config.autoCommit
    if (isPublished) io.host.info('Reports of other jobs are never committed unseen: auto_commit does not apply.')
    const { history, problems } = await branchHistory(client).load()
    for (const problem of problems) tellProblem(io.host, problem)
    const wanted = { ...config, onlySignatures }
    const delivery = await deliver(client, {
      outcome,
      config: isPublished ? { ...wanted, autoCommit: false } : wanted,
      failing: at,
      run: { ...context.run, tested: artifactsOf ?? testedBy ?? context.run.id },
      history,
      anew,
    })
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
  if (!isForeign(context)) return localFiles(path.resolve(env.GITHUB_WORKSPACE ?? process.cwd()))
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

function healsNothing(): HealFault {
  return new HealFault({
    message: 'mode: record records green runs; it answers no command.',
    remedy: 'Give the workflow that answers comments the mode pr, suggest, report or publish.',
    subject: 'mode',
  })
}

function tellError(error: unknown): string {
  if (error instanceof HealFault || error instanceof Fault) return error.message
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `This should not have happened; please report it. ${text}`
}
