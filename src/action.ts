import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Outputs } from './config/settings.ts'
import { HealFault } from './engine.ts'
import { Fault } from './fault.ts'
import type { GitHubClient } from './github/client.ts'
import { answerCommand } from './github/dialogue.ts'
import { type EventContext, readEvent } from './github/event.ts'
import { branchHistory } from './github/history-store.ts'
import { learnFromClosed } from './github/learn.ts'
import { type ActionIo, type ActionRun, type Healed, tellProblem } from './github/run.ts'
import { healAndDeliver } from './heal-and-deliver.ts'
import { describeConfig, readConfig, readToken } from './inputs.ts'
import { emptyOutputs, outputsOf } from './outputs.ts'
import { recordGreen } from './record-green.ts'
import { trustedFiles } from './trusted.ts'

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
  if (!config.enabled) {
    host.info('`enabled` is false: nothing is done.')
    return emptyOutputs()
  }
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
      host.info(event.reason)
      return null
    case 'closed':
      if (run.client === null || run.config.mode === 'report') host.info('A closed pull request: nothing is learned.')
      else await learnFromClosed(run.client, host, branchHistory(run.client), event.pull)
      return null
    case 'command':
      return answerCommand(run, event.comment, healAndDeliver)
    case 'workflow_run': {
      if (event.conclusion === 'success') {
        host.info('The run was green: there is nothing to heal.')
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

function forkFault(): HealFault {
  return new HealFault({
    message: 'pull_request_target gives a token that can write, and the pull request comes from a fork.',
    remedy: 'Use the event pull_request: code of a fork is never run with a token that can write.',
    subject: 'GITHUB_EVENT_NAME',
  })
}

function tellError(error: unknown): string {
  if (error instanceof HealFault || error instanceof Fault) return error.message
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `This should not have happened; please report it. ${text}`
}
