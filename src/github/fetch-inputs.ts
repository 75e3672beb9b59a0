import path from 'node:path'
import type { Problem } from '../model.ts'
import { BASELINE_LIMITS, type Downloaded, downloadArtifacts, findGreenRuns, readWorkflowId } from './artifacts.ts'
import { ensureCommit, runOwnCommand, serverUrl } from './checkout.ts'
import { explain } from './errors.ts'
import type { ActionRun, HealOrder } from './run.ts'

const NONE: Downloaded = { names: [], patterns: [], problems: [] }

/** Artifacts of the failed run, where they lie on GitHub and not in the workspace. */
export async function fetchFailure({ io, client }: ActionRun, order: HealOrder): Promise<Downloaded> {
  if (order.artifactsOf === null || client === null) return NONE
  const folder = path.join(await io.makeFolder(), 'failed')
  const failed = await downloadArtifacts(client, order.artifactsOf, folder)
  io.host.info(`Downloaded ${failed.names.length} artifacts of run ${order.artifactsOf}: ${failed.names.join(', ')}.`)
  return failed
}

/**
 * Artifacts of the last green run, of the failing branch or else of the base branch. They make heals surer and are never a
 * condition: whatever goes wrong here is a problem, not a fault, and the next source of a baseline is tried. Where no
 * run kept any, its commit is given alone.
 */
export async function fetchBaseline(
  { io, client, config, context }: ActionRun,
  order: HealOrder,
): Promise<Downloaded & { readonly commit?: string }> {
  if (client === null || config.baseline.length > 0 || context.run.id === 0) return NONE
  const problems: Problem[] = []
  const started = performance.now()
  try {
    const workflowId =
      order.workflowId ?? (await readWorkflowId(client, order.artifactsOf ?? order.testedBy ?? context.run.id))
    let known: string | null = null
    const branches = [order.failing.branch, config.delivery.baseBranch, context.defaultBranch]
    for (const branch of new Set(branches.filter((name) => name !== null))) {
      for (const green of await findGreenRuns(client, workflowId, branch)) {
        known ??= green.sha
        const maxMs = BASELINE_LIMITS.maxMs - (performance.now() - started)
        if (maxMs <= 0) return { ...NONE, problems, commit: known }
        const folder = path.join(await io.makeFolder(), 'green')
        const found = await downloadArtifacts(client, green.id, folder, { ...BASELINE_LIMITS, maxMs })
        problems.push(...found.problems.slice(0, 3))
        if (found.names.length === 0) continue
        io.host.info(`Baseline: run ${green.id} on ${branch} (${green.sha.slice(0, 7)}), ${found.names.join(', ')}.`)
        return { ...found, problems, commit: green.sha }
      }
    }
    io.host.info('No artifacts of a green run are kept: the baseline comes from elsewhere.')
    // Without traces the commit is still worth knowing: the failing tests can be run on it.
    return { ...NONE, problems, ...(known === null ? {} : { commit: known }) }
  } catch (error) {
    const { problem } = explain(error, { what: 'looking for the last green run', needs: { actions: 'read' } })
    return { ...NONE, problems: [...problems, softened(problem)] }
  }
}

function softened(problem: Problem): Problem {
  return { ...problem, message: `Going on without the artifacts of the last green run. ${problem.message}` }
}

/** Puts the checkout onto the failing commit where the event did not: after another workflow, and for a comment. */
export async function standOnFailure({ io, context, config, token }: ActionRun, order: HealOrder): Promise<void> {
  if (context.event.kind === 'tests') return
  const url = `${serverUrl(io.env)}/${context.owner}/${context.repo}.git`
  if (!(await ensureCommit(config.root, order.failing.sha, { url, token }))) return
  io.host.info(`Checked out ${order.failing.sha.slice(0, 7)}, whose tests failed.`)
  if (config.mode === 'publish') return
  if (config.installCommand !== null) await runOwnCommand(config.root, config.installCommand, 'install_command')
  if (config.buildCommand !== null) await runOwnCommand(config.root, config.buildCommand, 'build_command')
}
