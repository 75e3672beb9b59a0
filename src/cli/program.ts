import { Command, CommanderError } from 'commander'
import { VERSION } from '../version.ts'
import { applyCommand } from './apply-command.ts'
import { cliConfig, SETTING_OPTIONS } from './config.ts'
import { type CliContext, CliFault, EXIT, painter, problemOf } from './context.ts'
import { explainCommand } from './explain-command.ts'
import { healCommand } from './heal-command.ts'
import { reviewCommand } from './review-command.ts'

type Options = Readonly<Record<string, unknown>>

/** Runs one command line. Never rejects: what goes wrong is told on standard error. Yields the exit code. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  let code: number = EXIT.done
  const program = describeProgram(context, (exit) => {
    code = exit
  })
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.fault
    tell(error, context)
    return EXIT.fault
  }
}

function describeProgram(context: CliContext, finish: (code: number) => void): Command {
  const program = new Command('self-heal')
    .description('Repairs tests after an honest change of the product, and never repairs a real bug away.')
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  const command = (name: string, description: string): Command => program.command(name).description(description)

  withSettings(command('heal', 'heal the failures that the artifacts show, and write report and patches'))
    .option('--suggest-only', 'propose patches without running the patched tests')
    .option('--only <signature...>', 'heal only failures with these signatures')
    .option(
      '--retry [signature...]',
      'try again what was refused on this commit, or these signatures whoever rejected them',
    )
    .option('--json', 'print the report as JSON on standard output')
    .option('--ask <type...>', 'ask the calling program first, by JSON lines on standard output and input')
    .addHelpText('after', '\nExit code: 0 nothing left, 1 something left, 2 usage or fault.')
    .action(async (options: Options) => finish(await healCommand(options, context)))

  withReportDir(command('review', 'show the pending fixes of the last run, one by one'))
    .option('--json', 'print the fixes and their state as JSON')
    .action(async (options: Options) => finish(await reviewCommand(options, context)))

  withSettings(command('apply', 'apply chosen fixes (also plain `git apply`), or a candidate that was left to you'))
    .argument('<fix...>', 'patches from .healing_fixes/, or a signature of the last report')
    .option('--candidate <n>', 'try this candidate of the signature, and apply it where its tests pass')
    .action(async (files: string[], options: Options) => finish(await applyCommand(files, options, context)))

  withSettings(command('record', 'refresh the baseline from the artifacts of a green run')).action(
    async (options: Options) => {
      if (context.record === undefined) throw unavailable('record')
      finish(await context.record((await cliConfig(options, context.cwd, context.env)).config, context))
    },
  )

  withReportDir(command('explain', 'show all evidence and all candidates of one result of the last run'))
    .argument('<signature>', 'signature of the result, or how it begins')
    .option('--json', 'print the result as JSON')
    .action(async (signature: string, options: Options) => finish(await explainCommand(signature, options, context)))

  command('mcp', 'serve the engine as an MCP server over stdio').action(async () => {
    if (context.serveMcp === undefined) throw unavailable('mcp')
    finish(await context.serveMcp(context))
  })
  return program
}

function withSettings(command: Command): Command {
  for (const { setting, flags } of SETTING_OPTIONS) {
    const standard = setting.default === '' ? '' : ` [${setting.default}]`
    command.option(flags, `${setting.description.replaceAll('`', '')}${standard}`)
  }
  return command
}

function withReportDir(command: Command): Command {
  return command.option('--report-dir <folder>', 'folder of the report [self-heal-report]')
}

function unavailable(command: string): CliFault {
  return new CliFault(`\`self-heal ${command}\` is not available in version ${VERSION}.`, 'See `self-heal --help`.')
}

/** A problem in its own words; for anything unexpected the whole trace, because that is a fault of ours. */
function tell(error: unknown, { stderr, env }: CliContext): void {
  const mark = painter(stderr, env)('red', '✖')
  const problem = problemOf(error)
  if (problem !== null) stderr.write(`${mark} ${problem.message}\n  ${problem.remedy}\n`)
  else
    stderr.write(
      `${mark} Unexpected fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
}
