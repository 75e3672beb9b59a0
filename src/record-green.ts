import path from 'node:path'
import { HealFault } from './engine.ts'
import type { RecordedTest } from './evidence/store-buckets.ts'
import { downloadArtifacts } from './github/artifacts.ts'
import type { GitHubClient } from './github/client.ts'
import { MEMORY_BRANCH } from './github/memory.ts'
import { logProgress } from './github/progress.ts'
import { type ActionRun, tellProblem } from './github/run.ts'
import { rememberBaseline } from './remember.ts'
import { mdCode } from './report/index.ts'

/** A run whose passed tests may be recorded. */
interface GreenRun {
  readonly sha: string
  /** Run whose artifacts are to be downloaded; null where they lie in the workspace. */
  readonly artifactsOf: number | null
}

/**
 * `mode: record`: what elements and steps were in a green run of the base branch goes to the memory branch. Runs of pull
 * requests and other branches are passed over: what they show may never be merged.
 */
export async function recordGreen(run: ActionRun): Promise<void> {
  const { io, client } = run
  const green = greenRunOf(run)
  if (typeof green === 'string') return io.host.info(green)
  if (client === null) {
    throw new HealFault({
      message: 'There is no token, and mode: record needs one.',
      remedy: 'Leave the input `token` away to use the token of the workflow.',
      subject: 'token',
    })
  }
  const tests = await record(run, client, green)
  const commit = await rememberBaseline(client, tests, {
    commit: green.sha,
    run: run.context.run.id,
    day: new Date().toISOString().slice(0, 10),
  })
  const steps = tests.reduce((sum, test) => sum + test.steps.length, 0)
  const what = `${steps} steps of ${tests.length} ${tests.length === 1 ? 'test' : 'tests'}`
  const where = commit === null ? 'knew all of it' : `is at ${commit.slice(0, 7)} now`
  io.host.info(`Recorded ${what} at ${green.sha.slice(0, 7)}; the branch ${MEMORY_BRANCH} ${where}.`)
  io.host.writeSummary(
    `## Self-heal\n\nRecorded ${what} at ${mdCode(green.sha.slice(0, 7))} on the branch ${mdCode(MEMORY_BRANCH)}.\n`,
  )
}

/** The run to record, or a sentence that says why there is none. */
function greenRunOf({ context, config }: ActionRun): GreenRun | string {
  const { event } = context
  if (event.kind !== 'tests' && event.kind !== 'workflow_run')
    return 'mode: record has nothing to do with this event: nothing is recorded.'
  const { failing: at } = event
  const base = config.delivery.baseBranch ?? context.defaultBranch
  if (at.fork || at.pull !== null || (event.kind === 'workflow_run' && event.trigger === 'pull_request'))
    return 'Runs of pull requests are not recorded: what they show may never be merged.'
  if (base === null || at.branch !== base)
    return `Only runs of ${base ?? 'the base branch'} are recorded, and this one is of ${at.branch ?? 'no branch'}.`
  if (event.kind === 'tests') return { sha: at.sha, artifactsOf: null }
  if (event.conclusion !== 'success') return 'The run was not green: nothing is recorded.'
  return { sha: at.sha, artifactsOf: event.runId }
}

async function record(run: ActionRun, client: GitHubClient, green: GreenRun): Promise<readonly RecordedTest[]> {
  const { io, config } = run
  const patterns: string[] = []
  if (green.artifactsOf !== null) {
    const found = await downloadArtifacts(client, green.artifactsOf, path.join(await io.makeFolder(), 'green'))
    for (const problem of found.problems) tellProblem(io.host, problem)
    patterns.push(...found.patterns)
  }
  const { recordBaseline } = await import('./record.ts')
  const tests: RecordedTest[] = []
  const log = logProgress(io.host)
  try {
    const { INPUT_TOKEN: _, ...env } = io.env
    const { problems } = await recordBaseline(
      { ...config, artifacts: [...config.artifacts, ...patterns], onlyGreen: true },
      { progress: log.progress, env, ...(io.signal ? { signal: io.signal } : {}) },
      async (test, steps) => {
        tests.push({ test, steps })
        return steps.length
      },
    )
    for (const problem of problems) tellProblem(io.host, problem)
  } finally {
    log.close()
  }
  return tests.filter(({ steps }) => steps.length > 0)
}
