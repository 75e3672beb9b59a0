import { type EngineConfig, HealFault, type HealOutcome } from './engine.ts'
import { annotationsOf } from './github/annotations.ts'
import type { Downloaded } from './github/artifacts.ts'
import { authorization, serverUrl } from './github/checkout.ts'
import { type Delivery, deliver } from './github/deliver.ts'
import type { FailingCommit } from './github/event.ts'
import { fetchBaseline, fetchFailure, standOnFailure } from './github/fetch-inputs.ts'
import { branchHistory } from './github/history-store.ts'
import { logProgress } from './github/progress.ts'
import { type ActionRun, type Healed, type HealOrder, tellProblem } from './github/run.ts'
import { keepSuggestion, linkFromFailingPull } from './github/suggest.ts'
import { attemptsIn } from './history/from-report.ts'
import { readPublished } from './publish.ts'
import { recallFor } from './remember.ts'
import { toMarkdown } from './report/index.ts'
import { trustedExtensions } from './trusted.ts'

/** Heals one failing commit and hands the result over as far as its origin allows. */
export async function healAndDeliver(run: ActionRun, order: HealOrder): Promise<Healed | null> {
  const { io } = run
  const { host } = io
  if (order.artifactsOf !== null && order.failing.fork) {
    host.info(
      'The failing code comes from a fork, which is never run with a token that can write. Heal it in the job of its own tests, with mode: report.',
    )
    return null
  }
  const mode = modeFor(run, order.failing)
  if (mode === 'publish' && order.failing.fork) {
    host.info('The failing code comes from a fork: there is no branch that its repairs could be published to.')
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

function healsNothing(): HealFault {
  return new HealFault({
    message: 'mode: record records green runs; it answers no command.',
    remedy: 'Give the workflow that answers comments the mode pr, suggest, report or publish.',
    subject: 'mode',
  })
}
