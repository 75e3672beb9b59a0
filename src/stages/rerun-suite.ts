import { rm } from 'node:fs/promises'
import { Fault } from '../fault.ts'
import type { Framework, TestRef } from '../model.ts'
import { commandFor } from '../runner/command-framework.ts'
import { withPatchedFiles } from '../runner/journal.ts'
import { makeOwnFolder } from '../runner/own-folder.ts'
import type { RunSuite } from '../runner/suite.ts'
import { createPatchSet } from '../source/patch-set.ts'
import type { Rerunner } from './rerun.ts'
import type { Run } from './run.ts'

/** Limit for each test: one that waits for an operator takes its time, one that hangs must not cost the others. */
const LIMITS_MS = { patient: 60_000, quick: 30_000 } as const

/**
 * Runs tests of a suite without a browser again in the checkout.
 *
 * @param tests the tests that are known from the reports: the runner is not asked to list them
 */
export const createSuiteRerunner = async (
  run: Run,
  framework: Framework,
  runSuite: RunSuite,
  tests: readonly TestRef[],
): Promise<Rerunner> => {
  const folder = await makeOwnFolder(framework, run.config.root)
  let packagePaths: readonly string[] = []
  return {
    suite: null,
    tests,
    packagePaths: () => packagePaths,
    async run({ cases, patient, repeat, patches, trial, limitMs }) {
      const changed = patches?.changed() ?? []
      const disk = new Map(changed.map((file) => [file.path, file.before]))
      const texts = new Map(changed.map(({ path: file, after }) => [file, after]))
      if (trial && trial.length > 0) {
        const set = createPatchSet((file) => texts.get(file) ?? patches?.read(file) ?? null)
        const placed = set.place(trial)
        if (typeof placed === 'string') return []
        set.add('trial', placed)
        for (const { path: file, before, after } of set.changed()) {
          if (!disk.has(file)) disk.set(file, before)
          texts.set(file, after)
        }
      }
      const files = [...texts].map(([file, content]) => ({ path: file, before: disk.get(file) ?? null, content }))
      const result = await withPatchedFiles(run.config.root, files, () =>
        runSuite({
          root: run.config.root,
          tests: cases.map(({ test }) => test),
          env: run.env,
          command: commandFor(framework, run.config.testCommand, run.config.root),
          outDir: folder,
          timeoutMs: limitMs ?? (patient ? LIMITS_MS.patient : LIMITS_MS.quick),
          isGenerous: limitMs !== undefined,
          repeat,
          signal: run.signal,
        }).catch((error: unknown) => {
          run.signal.throwIfAborted()
          if (!(error instanceof Fault)) throw error
          run.report(error.problem)
          return null
        }),
      )
      run.signal.throwIfAborted()
      if (!result) return []
      if (result.packagePaths?.length) packagePaths = result.packagePaths
      for (const error of result.errors) {
        run.report({
          message: `${framework} said: ${error.slice(0, 500)}`,
          remedy: `Try it yourself: ${result.command.slice(0, 300)}`,
          subject: framework,
        })
      }
      return result.outcomes
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
