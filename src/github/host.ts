import { appendFileSync, statSync } from 'node:fs'
import * as core from '@actions/core'
import type { OutputName } from '../config/settings.ts'
import { maskText } from '../report/index.ts'
import type { Annotation } from './annotations.ts'

/** The runner as the action sees it: the log, the outputs, the summary. */
export interface Host {
  info(line: string): void
  /** Begins a collapsed part of the log; groups do not nest. */
  startGroup(title: string): void
  endGroup(): void
  annotate(annotation: Annotation): void
  setSecret(value: string): void
  setOutput(name: OutputName, value: string): void
  writeSummary(markdown: string): void
  /** Ends the step as failed, once. */
  fail(message: string): void
}

/**
 * Makes a line harmless for the log: the runner takes `::name::` at the start of a line, and `##[name]` anywhere, for a
 * command, and text from pages and tests may hold both. Colours and other control characters go as well.
 */
export function harmless(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
      .replaceAll(/\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
      .replaceAll(/^(\s*):(?=:)/gm, '$1: ')
      .replaceAll('##[', '## [')
  )
}

/** The runner of GitHub, spoken to through the toolkit. */
export function createHost(env: Readonly<Record<string, string | undefined>>): Host {
  const secrets: string[] = []
  const clean = (text: string) => harmless(maskText(text, secrets))
  return {
    info: (line) => core.info(clean(line)),
    startGroup: (title) => core.startGroup(clean(title).replaceAll('\n', ' ')),
    endGroup: () => core.endGroup(),
    annotate: ({ level, message, title, file, line }) => {
      const properties = { title, ...(file === undefined ? {} : { file, startLine: line }) }
      const write = { error: core.error, warning: core.warning, notice: core.notice }[level]
      write(maskText(message, secrets), properties)
    },
    setSecret: (value) => {
      secrets.push(value)
      core.setSecret(value)
    },
    setOutput: (name, value) => core.setOutput(name, value),
    writeSummary: (markdown) => {
      const file = env.GITHUB_STEP_SUMMARY
      if (!file) return
      const text = maskText(markdown, secrets)
      const used = statSync(file, { throwIfNoEntry: false })?.size ?? 0
      if (used + Buffer.byteLength(text) <= 1024 * 1024) appendFileSync(file, text)
    },
    fail: (message) => core.setFailed(maskText(message, secrets)),
  }
}
