import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Report, Result } from '../model.ts'
import { orderResults } from '../report/summary.ts'
import { cut, oneLine } from '../report/visible.ts'
import { count } from '../report/words.ts'
import { cliConfig } from './config.ts'
import { type CliContext, EXIT, painter, problemOf } from './context.ts'
import { decisionOf, remember, rememberAccepted } from './decisions.ts'
import { applyFix, type FixState, fixState } from './fixes.ts'
import { type CheckedPatch, checkPatchFile, PATCHES_DIR } from './patch-file.ts'
import { loadReport } from './report-file.ts'
import { diffText, evidenceText, explainText, type Paint, testsLine, titleLine } from './result-text.ts'

/** One fix of the last report and where its patch stands; `missing` and `refused` cannot be applied. */
export interface Fix {
  readonly result: Result
  /** Absolute. */
  readonly file: string
  readonly state: FixState | 'missing' | 'refused'
  /** The patch, where it was read and not refused. */
  readonly patch?: CheckedPatch
  /** Why it was refused. */
  readonly why?: string
}

/** Shows the pending fixes of the last report, one by one at a terminal, else as a list. */
export async function reviewCommand(options: Readonly<Record<string, unknown>>, context: CliContext): Promise<number> {
  const { config } = await cliConfig(options, context.cwd, context.env)
  const report = await loadReport(config.reportDir)
  const fixes = await findFixes(config.root, report)
  const pending = fixes.filter((fix) => fix.state === 'pending')
  if (options.json === true) {
    const rows = fixes.map(({ result, file, state, why }) => ({
      signature: result.diagnosis.signature,
      file,
      state,
      why,
    }))
    context.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    return pending.length === 0 ? EXIT.done : EXIT.left
  }
  const paint = painter(context.stdout, context.env)
  const interactive = pending.length > 0 && context.stdin.isTTY === true && context.stdout.isTTY === true
  if (!interactive) context.stdout.write(listText(fixes, context.cwd, paint))
  const left = interactive ? await walkThrough(pending, config.root, context, report) : pending.length
  context.stdout.write(chooseText(report, paint))
  const strangers = await unknownPatches(config.root, report)
  if (strangers.length > 0)
    context.stderr.write(
      `Not in the last report, so not shown: ${strangers.map((name) => `${PATCHES_DIR}/${name}`).join(', ')}\n`,
    )
  return left === 0 ? EXIT.done : EXIT.left
}

/** The fixes of a report, worst first, each with the state of its patch. */
export async function findFixes(root: string, report: Report): Promise<Fix[]> {
  const fixes: Fix[] = []
  for (const result of orderResults(report.results)) {
    if (!result.proposal?.patch) continue
    const file = path.join(root, PATCHES_DIR, result.proposal.patch)
    const stats = await lstat(file).catch(() => null)
    if (stats === null) {
      fixes.push({ result, file, state: 'missing' })
      continue
    }
    try {
      const patch = await checkPatchFile(root, file)
      fixes.push({ result, file, patch, state: await fixState(root, patch, report) })
    } catch (error) {
      const problem = problemOf(error)
      if (problem === null) throw error
      fixes.push({ result, file, state: 'refused', why: problem.message })
    }
  }
  return fixes
}

/** Asks for each fix; yields how many are still pending. */
async function walkThrough(
  pending: readonly Fix[],
  root: string,
  context: CliContext,
  report: Report,
): Promise<number> {
  const paint = painter(context.stdout, context.env)
  const ask = createInterface({ input: context.stdin, output: context.stdout, terminal: false })
  const answers = ask[Symbol.asyncIterator]()
  let left = pending.length
  let rejected = 0
  try {
    for (const [index, fix] of pending.entries()) {
      context.stdout.write(
        `\n${paint('bold', `Fix ${index + 1} of ${pending.length}`)}  ${path.relative(context.cwd, fix.file)}\n`,
      )
      context.stdout.write(fixText(fix, paint))
      const answer = await choose(answers, context, () =>
        explainText(fix.result, paint, report.run.confidenceThreshold),
      )
      if (answer === 'quit') break
      if (answer === 'skip') continue
      if (answer === 'reject') {
        await remember(root, decisionOf('reject', fix.result.diagnosis.signature, fix.result), context)
        context.stdout.write('rejected: this failure is not healed again until `self-heal heal --retry` asks for it\n')
        rejected += 1
        left -= 1
        continue
      }
      try {
        const patch = await checkPatchFile(root, fix.file)
        await applyFix(root, patch, report)
        await rememberAccepted(root, patch, report, context)
        context.stdout.write(`${paint('green', '✔ applied')}\n`)
        left -= 1
      } catch (error) {
        const problem = problemOf(error)
        if (problem === null) throw error
        context.stdout.write(`${paint('red', '✖')} ${problem.message} ${problem.remedy}\n`)
      }
    }
  } finally {
    ask.close()
  }
  const said = rejected === 0 ? '' : `, ${rejected} rejected`
  context.stdout.write(`\n${pending.length - left - rejected} applied${said}, ${left} left\n`)
  return left
}

async function choose(
  answers: AsyncIterator<string>,
  context: CliContext,
  details: () => string,
): Promise<'apply' | 'skip' | 'reject' | 'quit'> {
  for (;;) {
    context.stdout.write('[a]pply, [s]kip, [r]eject, [e]xplain, [q]uit? ')
    const next = await answers.next()
    const answer = next.done === true ? 'q' : next.value.trim().toLowerCase()
    if (answer === 'a' || answer === 'apply' || answer === 'y') return 'apply'
    if (answer === 's' || answer === 'skip' || answer === 'n') return 'skip'
    if (answer === 'r' || answer === 'reject') return 'reject'
    if (answer === 'q' || answer === 'quit') return 'quit'
    if (answer === 'e' || answer === 'explain') context.stdout.write(details())
  }
}

function fixText({ result }: Fix, paint: Paint): string {
  const parts = [titleLine(result, paint), `    ${testsLine(result)}`, `    ${result.reason}`]
  const evidence = evidenceText(result, paint)
  return `${[...parts, ...(evidence === null ? [] : [evidence]), diffText(result.proposal?.diff ?? '', paint)].join('\n')}\n`
}

const STATE_WORDS: Readonly<Record<Fix['state'], string>> = {
  pending: 'pending',
  applied: 'applied',
  conflict: 'does not apply: the file changed since',
  missing: 'the patch file is gone',
  refused: 'refused',
}

function listText(fixes: readonly Fix[], cwd: string, paint: Paint): string {
  if (fixes.length === 0) return 'The last report holds no fixes.\n'
  const lines = fixes.map((fix) =>
    [
      titleLine(fix.result, paint),
      `    ${testsLine(fix.result)}`,
      `    ${path.relative(cwd, fix.file)}: ${STATE_WORDS[fix.state]}${fix.why === undefined ? '' : `, ${fix.why}`}`,
    ].join('\n'),
  )
  const pending = fixes.filter((fix) => fix.state === 'pending')
  const command = pending.map((fix) => path.relative(cwd, fix.file)).join(' ')
  const next =
    pending.length === 0
      ? 'No fix is pending.'
      : `${count(pending.length, 'fix', 'fixes')} pending. Apply: self-heal apply ${command}`
  return `${lines.join('\n')}\n\n${next}\n`
}

/** What was left to a person, with the candidates and how to apply one. */
function chooseText(report: Report, paint: Paint): string {
  const open = report.results.filter(
    ({ status, proposal }) => status === 'needs_human' && (proposal?.alternatives.length ?? 0) > 0,
  )
  const lines = orderResults(open).map((result) => {
    const { signature } = result.diagnosis
    const all = result.proposal?.alternatives ?? []
    const shown = all.map(({ locator }, at) => `    ${at + 1}. ${cut(oneLine(locator), 160)}`)
    return [titleLine(result, paint), ...shown, `    self-heal apply ${signature} --candidate N`].join('\n')
  })
  return lines.length === 0 ? '' : `\nLeft for you to choose:\n${lines.join('\n')}\n`
}

async function unknownPatches(root: string, report: Report): Promise<string[]> {
  const known = new Set(report.results.map((result) => result.proposal?.patch))
  const names = await readdir(path.join(root, PATCHES_DIR)).catch(() => [])
  return names.filter((name) => name.endsWith('.patch') && !known.has(name)).sort()
}
