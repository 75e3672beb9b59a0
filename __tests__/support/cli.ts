import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import type { CliContext } from '../../src/cli/context.ts'
import { runCli } from '../../src/cli/program.ts'
import type { EngineConfig, EngineIo, HealOutcome } from '../../src/engine.ts'
import type { Report } from '../../src/model.ts'
import { toJson } from '../../src/report/json.ts'
import { sampleReport } from './reports.ts'

/** A git repository with one committed page object, and room for reports and patches. */
export function makeRepository(files: Readonly<Record<string, string>> = { [PAGE]: PAGE_TEXT }): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'self-heal-cli-')))
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: root, stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  for (const [name, text] of Object.entries(files)) put(root, name, text)
  git('add', '-A')
  git('-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '-qm', 'first')
  return root
}

export function put(root: string, name: string, text: string): string {
  const file = path.join(root, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

export const PAGE = 'tests/pages/product-page.ts'
export const PAGE_TEXT = `import type { Page } from '@playwright/test'

export class ProductPage {
  constructor(private readonly page: Page) {}

  get buy() {
    return this.page.getByTestId('buy')
  }
}
`
export const FIX = `--- a/${PAGE}
+++ b/${PAGE}
@@ -4,6 +4,6 @@ export class ProductPage {
   constructor(private readonly page: Page) {}
 
   get buy() {
-    return this.page.getByTestId('buy')
+    return this.page.getByTestId('purchase')
   }
 }
`

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly engine?: (config: EngineConfig, io: EngineIo) => Promise<HealOutcome>
  /** Lines typed at a terminal; without it the streams are no terminal. */
  readonly typed?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Runs one command line in this process. */
export async function selfHeal(args: readonly string[], options: RunOptions): Promise<Ran> {
  const isTTY = options.typed !== undefined
  const stdin = Object.assign(new PassThrough(), { isTTY })
  const out = collect(isTTY)
  const err = collect(isTTY)
  for (const line of options.typed ?? []) stdin.write(`${line}\n`)
  stdin.end()
  const context: CliContext = {
    cwd: options.cwd,
    env: { NO_COLOR: '1', ...options.env },
    stdin,
    stdout: out.stream,
    stderr: err.stream,
    signal: options.signal,
    loadEngine: async () => {
      if (options.engine === undefined) throw new Error('This test has no engine.')
      return options.engine
    },
  }
  const code = await runCli(args, context)
  return { code, stdout: out.text(), stderr: err.text() }
}

/** An engine that says a little on its way and ends with `report`. */
export function engineThatReports(report: Report = sampleReport(), seen: EngineConfig[] = []) {
  return async (config: EngineConfig, io: EngineIo): Promise<HealOutcome> => {
    seen.push(config)
    io.progress({ stage: 'collect', kind: 'start', text: '' })
    io.progress({ stage: 'collect', kind: 'end', text: '3 failed tests in 2 files' })
    io.progress({ stage: 'verify', kind: 'step', text: 'cart › \u001b[31madds', done: 1, total: 1 })
    put(config.reportDir, 'healing-report.json', toJson(report))
    return {
      report,
      files: [],
      fixes: [],
      reportDir: config.reportDir,
      patchesDir: path.join(config.root, '.healing_fixes'),
    }
  }
}

function collect(isTTY: boolean) {
  const chunks: Buffer[] = []
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 })
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') }
}
