#!/usr/bin/env node
import { runCli } from './cli/program.ts'
import { stopSignal } from './stop-signal.ts'

// A reader that closes the pipe, such as `head`, ends the output, not the work.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stopSignal(),
  loadEngine: async () => (await import('./heal.ts')).heal,
  record: async (config, context) => (await import('./cli/record-command.ts')).recordCommand(config, context),
})
