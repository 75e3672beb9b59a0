import { createHash } from 'node:crypto'
import { createTwoFilesPatch } from 'diff'
import type { HealedFile, HealOutcome } from '../../src/engine.ts'
import type { Report, Result, Status } from '../../src/model.ts'
import { summarise } from '../../src/report/index.ts'

/** One result for a made-up outcome; with `before` and `after` it is a fix of that file. */
export interface ResultSpec {
  readonly test: string
  readonly file: string
  readonly before?: string
  readonly after?: string
  readonly status?: Status
  readonly confidence?: number
  readonly effects?: 'same' | 'different' | 'unknown'
  /** Signature; absent: made from the test's title. */
  readonly signature?: string
}

export const signatureOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** What an engine would give for these results, in the real form of a report. */
export function makeOutcome(specs: readonly ResultSpec[], reportDir = '/nowhere/report'): HealOutcome {
  const results = specs.map(resultOf)
  const fixes = specs.flatMap((spec, index) => {
    const result = results[index]
    if (spec.before === undefined || spec.after === undefined || result?.status !== 'healed') return []
    const { signature } = result.diagnosis
    const file: HealedFile = { path: spec.file, before: spec.before, after: spec.after, signatures: [signature] }
    return [{ signature, title: spec.test, confidence: spec.confidence ?? 0.95, files: [file] }]
  })
  const report: Report = {
    schemaVersion: 1,
    run: {
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1_000,
      commit: 'a'.repeat(40),
      baselineCommit: null,
      baselineSource: 'green-trace',
      timings: {
        collect: 1,
        diagnose: 1,
        reproduce: 1,
        evidence: 1,
        heal: 1,
        guard: 1,
        verify: 1,
        report: 1,
        deliver: 0,
      },
      reached: 'done',
    },
    summary: summarise(results),
    results,
    problems: [],
  }
  return { report, files: fixes.flatMap((fix) => fix.files), fixes, reportDir, patchesDir: `${reportDir}/patches` }
}

function resultOf(spec: ResultSpec): Result {
  const { test, file, before, after, status = 'healed', confidence = 0.95 } = spec
  const signature = spec.signature ?? signatureOf(test)
  const patched = before !== undefined && after !== undefined
  return {
    tests: [{ id: `${file} › ${test}`, title: test, file, framework: 'playwright', line: 3 }],
    diagnosis: {
      failureType: 'selector_not_found',
      signature,
      rootCause: 'The test id was renamed.',
      affected: "getByTestId('buy')",
      expected: null,
      actual: null,
      location: { file, line: 3, column: 1 },
      message: 'Timeout',
    },
    status,
    reason: 'It is what it is.',
    proposal: patched
      ? {
          description: 'Rename',
          old: "getByTestId('buy')",
          new: "getByTestId('purchase')",
          strategy: 'testId',
          confidence,
          absent: 0.01,
          edits: [{ file, start: 0, end: before.length, old: before, new: after }],
          diff: createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after),
          patch: `${signature}.patch`,
          evidence: [{ kind: 'identity', for: true, weight: 0.5, text: 'same text' }],
          strategies: [],
          alternatives: [],
        }
      : null,
    verification: patched
      ? {
          runs: [
            { passed: true, durationMs: 5 },
            { passed: true, durationMs: 5 },
          ],
          effects: spec.effects ?? 'same',
        }
      : null,
    pictures: { before: null, after: null },
    suggestions: [],
  }
}
