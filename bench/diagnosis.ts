/**
 * Classifies hand-classified messages with the code that diagnoses failures, and prints the confusion matrix: rows are
 * what a message is, columns what it was taken for. `cases.ts` holds those the rules were written with; `held-out.json`
 * those that were classified by hand before any rule had seen them, with whether the rules of that day were right.
 */
import { readFileSync } from 'node:fs'
import { classify } from '../src/diagnosis/classify.ts'
import { FAILURE_TYPES, type Failure, type FailureType } from '../src/model.ts'
import { DIAGNOSIS_CASES, type DiagnosisCase } from './diagnosis/cases.ts'
import { formatTable, type Suite } from './suite.ts'

interface HeldOut extends DiagnosisCase {
  /** Messages that were collected together; the rules were mended after each slice. */
  readonly slice: number
  /** Whether it was told right when it was first shown, before the rules were mended. */
  readonly firstRun: boolean
}

const HELD_OUT: readonly HeldOut[] = JSON.parse(
  readFileSync(new URL('./diagnosis/held-out.json', import.meta.url), 'utf8'),
)

const toFailure = ({ framework, type, message }: DiagnosisCase): Failure => ({
  test: { id: 'case', title: 'case', file: 'case', framework },
  errors: [{ type, message, stack: [] }],
  attachments: [],
  attempts: ['failed'],
  durationMs: 0,
  artifact: '',
})

const judge = (cases: readonly DiagnosisCase[]) =>
  cases.map((one) => {
    const begun = performance.now()
    const found = classify(toFailure(one))
    return { one, found, ms: performance.now() - begun, isRight: found.failureType === one.expected }
  })

const share = (right: number, all: number): string => `${right} of ${all} (${((100 * right) / all).toFixed(1)} %)`

const bench: Suite = async (_options, print) => {
  const [known, heldOut] = [judge(DIAGNOSIS_CASES), judge(HELD_OUT)]
  const judged = [...known, ...heldOut]
  const count = (expected: FailureType, taken: FailureType): number =>
    judged.filter(({ one, found }) => one.expected === expected && found.failureType === taken).length
  const used = FAILURE_TYPES.filter((type) =>
    judged.some(({ one, found }) => one.expected === type || found.failureType === type),
  )
  print(
    formatTable(
      ['is \\ taken for', ...used],
      used.map((type) => [type, ...used.map((taken) => count(type, taken))]),
    ),
  )
  print('')
  const ecosystems = [...new Set(judged.map(({ one }) => one.ecosystem))]
  const shares = ecosystems.map((name) => {
    const own = judged.filter(({ one }) => one.ecosystem === name)
    return [name, own.length, own.filter(({ isRight }) => isRight).length] as const
  })
  print(formatTable(['ecosystem', 'cases', 'right'], shares))
  for (const { one, found } of judged.filter(({ isRight }) => !isRight))
    print(`wrong: ${one.expected} taken for ${found.failureType}: ${one.message.split('\n')[0]?.slice(0, 120)}`)
  print('')
  for (const slice of new Set(HELD_OUT.map((each) => each.slice))) {
    const own = HELD_OUT.filter((each) => each.slice === slice)
    print(
      `held out, slice ${slice}: ${share(own.filter(({ firstRun }) => firstRun).length, own.length)} at first sight`,
    )
  }
  const right = judged.filter(({ isRight }) => isRight).length
  const named = judged.filter(({ one }) => one.affected !== undefined)
  const times = judged.map(({ ms }) => ms).sort((a, b) => a - b)
  return {
    suite: 'diagnosis',
    cases: judged.length,
    right,
    accuracy: right / judged.length,
    heldOut: HELD_OUT.length,
    heldOutRight: heldOut.filter(({ isRight }) => isRight).length,
    heldOutFirstRun: HELD_OUT.filter(({ firstRun }) => firstRun).length,
    affected: named.length,
    affectedRight: named.filter(({ one, found }) => found.affected === one.affected).length,
    p50Ms: times[Math.floor(times.length / 2)] ?? 0,
  }
}

export default bench
