import { packageFoldersOf } from '../evidence/installed/find-python.ts'
import type { Failure, Framework } from '../model.ts'
import { count } from '../report/words.ts'
import { findPython } from '../runner/pytest.ts'
import type { RunSuite } from '../runner/suite.ts'
import type { PatchSet } from '../source/patch-set.ts'
import { patchableFiles } from '../source/patchable.ts'
import { codeReader } from './code-view.ts'
import type { Material } from './collect.ts'
import { historyReader } from './commit-history.ts'
import { confirm } from './confirm.ts'
import type { Ground } from './ground.ts'
import type { Left } from './left.ts'
import type { LiveCheck } from './live.ts'
import { placedToday } from './moved-lines.ts'
import type { Progress } from './progress.ts'
import { reproduce } from './reproduce.ts'
import { createSuiteRerunner } from './rerun-suite.ts'
import { retryConnections } from './retry-connections.ts'
import { healInRounds } from './rounds.ts'
import type { Run } from './run.ts'
import type { Case } from './state.ts'

/** There is no page in these suites, and nothing recorded of one. */
const NO_PAGES = {
  lost: async () => ({ element: null, source: 'none' as const }),
  page: async () => null,
  troubles: async () => [],
  green: async () => null,
  moreGreen: async () => [],
  stored: () => null,
  pace: async () => null,
  warmUp: async () => {},
  close: async () => {},
}
const NO_APP: LiveCheck = {
  check: async () => null,
  page: async () => null,
  release: async () => {},
  close: async () => {},
}

/** Heals the failures of a suite that needs no browser: reproduce, rounds of healing, confirmation. */
export const healSuite = async (
  run: Run,
  material: Material,
  framework: Framework,
  runSuite: RunSuite,
  failures: readonly Failure[],
  progress: Progress,
): Promise<void> => {
  const known = [...failures.map(({ test }) => test), ...material.collected.passed]
  const tests = known.filter((test) => test.framework === framework)
  const rerunner = run.config.suggestOnly ? null : await createSuiteRerunner(run, framework, runSuite, tests)
  try {
    const reproduced = await run.stage('reproduce', `Running ${count(failures.length, 'failed test')} unpatched`, () =>
      reproduce(run, material, rerunner ? failures : today(run, failures, progress.patches), NO_PAGES, rerunner),
    )
    const [kept, cases] = splitByMarker(reproduced)
    progress.left.push(...kept)
    progress.cases = [...progress.cases, ...cases]
    if (rerunner) await run.stage('reproduce', 'Trying connections again', () => retryConnections(run, cases, rerunner))
    const patchable = await patchableFiles({
      root: run.config.root,
      tests: failures.map(({ test }) => test.file),
      testGlobs: run.config.testGlobs,
      appDir: run.config.appDir,
      readFile: progress.patches.read,
      isCodeSuite: true,
    })
    const code = codeReader({
      root: run.config.root,
      patchable: patchable.files,
      patches: progress.patches,
      from: run.config.baselineCommit ?? null,
      pythonPaths: () => rerunner?.packagePaths?.() ?? packageFoldersOf(findPython(run.config.root, run.env)),
    })
    const view = await code()
    const ground: Ground = {
      run,
      cases,
      causes: progress.causes,
      patches: progress.patches,
      evidence: NO_PAGES,
      history: historyReader(run, run.config.baselineCommit ?? null, view.files.filter(view.isTest)),
      mayPatch: patchable.refusal,
      files: patchable.files,
      rerunner,
      live: NO_APP,
      code,
    }
    await healInRounds(ground)
    if (rerunner)
      await run.stage('verify', 'Confirming the fixes', () => confirm(ground, rerunner, patchable.importsOf))
  } finally {
    await rerunner?.close()
  }
}

/** Without a re-run the traceback is all there is, and the files may not be those it speaks of. */
const today = (run: Run, failures: readonly Failure[], patches: PatchSet): readonly Failure[] =>
  failures.map((each) => {
    const { failure, isGone } = placedToday(each, patches.read)
    if (isGone)
      run.report({
        message: `${each.test.file} was changed since “${each.test.title}” failed: the line that failed is not there any more.`,
        remedy: 'Run the tests again, or heal without `--suggest-only`.',
        subject: each.test.file,
      })
    return failure
  })

/** The tests that their suite keeps from being healed, and the others. */
const splitByMarker = (cases: readonly Case[]): readonly [readonly Left[], readonly Case[]] => {
  const isKept = ({ failure, state }: Case): boolean => failure.optedOut === true && state === 'open'
  const kept = cases.filter(isKept).map(({ failure }) => ({ failure, reason: 'The test is marked `no_healing`.' }))
  return [kept, cases.filter((one) => !isKept(one))]
}
