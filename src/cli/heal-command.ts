import path from 'node:path'
import { type EngineConfig, HealFault, type HealOutcome } from '../engine.ts'
import { fileStore } from '../history/file-store.ts'
import { toJson } from '../report/json.ts'
import { nothingLeft } from '../report/summary.ts'
import { count } from '../report/words.ts'
import { createAsker } from './ask.ts'
import { cliConfig } from './config.ts'
import { type CliContext, EXIT, painter } from './context.ts'
import { checkSignature, decisionOf } from './decisions.ts'
import { showProgress } from './progress.ts'
import { summaryText } from './result-text.ts'

/**
 * Heals what the artifacts show. Standard output holds the outcome alone, as text or with `--json` as the report;
 * everything on the way goes to standard error. Exit code 0 where nothing is left to do, else 1.
 */
export async function healCommand(options: Readonly<Record<string, unknown>>, context: CliContext): Promise<number> {
  const { config: settings, problems } = await cliConfig(options, context.cwd, context.env)
  const only = Array.isArray(options.only) ? options.only.map(String) : []
  const config: EngineConfig = {
    ...settings,
    suggestOnly: options.suggestOnly === true,
    onlySignatures: only,
    retryRefused: options.retry === true,
  }
  const history = fileStore(config.root)
  const anew = Array.isArray(options.retry) ? options.retry.map(String).map(checkSignature) : []
  for (const problem of problems) context.stderr.write(`! ${problem.message} ${problem.remedy}\n`)

  for (const problem of await history.add(anew.map((signature) => decisionOf('retry', signature))))
    context.stderr.write(`! ${problem.message} ${problem.remedy}\n`)

  const types = Array.isArray(options.ask) ? options.ask.map(String) : []
  const outside = types.length > 0 ? createAsker(types, context.stdin, context.stdout) : undefined
  const progress = showProgress({ output: context.stderr, env: context.env, now: () => performance.now() })
  let outcome: HealOutcome
  try {
    const heal = await context.loadEngine()
    const io = { progress: progress.show, env: context.env, signal: context.signal }
    outcome = await heal(config, { ...io, history, outside })
  } finally {
    progress.close()
    outside?.close()
  }
  if (context.signal?.aborted === true)
    throw new HealFault({
      message: 'The run was interrupted; the checkout is as it was.',
      remedy: `What was known by then is in ${outcome.reportDir}.`,
    })

  const { report } = outcome
  if (options.json === true) context.stdout.write(toJson(report))
  else context.stdout.write(summaryText(report, painter(context.stdout, context.env)))
  context.stderr.write(nextSteps(outcome, context.cwd))
  if (report.run.reached !== 'done') {
    const last = report.problems.at(-1)
    context.stderr.write(last ? `✖ ${last.message}\n  ${last.remedy}\n` : '✖ The run ended early.\n')
    return EXIT.fault
  }
  return nothingLeft(report.summary) ? EXIT.done : EXIT.left
}

function nextSteps(outcome: HealOutcome, cwd: string): string {
  const patches = outcome.report.results.filter((result) => result.proposal?.patch).length
  const lines = [`Report: ${path.relative(cwd, path.join(outcome.reportDir, 'index.html'))}`]
  if (patches > 0)
    lines.push(
      `${count(patches, 'fix', 'fixes')} in ${path.relative(cwd, outcome.patchesDir)}: \`self-heal review\` shows them one by one.`,
    )
  return `${lines.join('\n')}\n`
}
