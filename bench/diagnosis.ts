/**
 * Classifies the hand-classified messages of `diagnosis/cases.ts` with the code that diagnoses failures, and prints the
 * confusion matrix: rows are what a message is, columns what it was taken for.
 */
import { classify } from '../src/diagnosis/classify.ts'
import { FAILURE_TYPES, type Failure, type FailureType } from '../src/model.ts'
import { DIAGNOSIS_CASES, type DiagnosisCase } from './diagnosis/cases.ts'
import { formatTable, type Suite } from './suite.ts'

const toFailure = ({ framework, type, message }: DiagnosisCase): Failure => ({
  test: { id: 'case', title: 'case', file: 'case', framework },
  errors: [{ type, message, stack: [] }],
  attachments: [],
  attempts: ['failed'],
  durationMs: 0,
  artifact: '',
})

const bench: Suite = async (_options, print) => {
  const judged = DIAGNOSIS_CASES.map((one) => {
    const begun = performance.now()
    const found = classify(toFailure(one))
    return { one, found, ms: performance.now() - begun }
  })
  const isRight = ({ one, found }: (typeof judged)[number]): boolean => found.failureType === one.expected
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
  const ecosystems = [...new Set(DIAGNOSIS_CASES.map(({ ecosystem }) => ecosystem))]
  const shares = ecosystems.map((name) => {
    const own = judged.filter(({ one }) => one.ecosystem === name)
    return [name, own.length, own.filter(isRight).length] as const
  })
  print(formatTable(['ecosystem', 'cases', 'right'], shares))
  for (const { one, found } of judged.filter((each) => !isRight(each)))
    print(`wrong: ${one.expected} taken for ${found.failureType}: ${one.message.split('\n')[0]?.slice(0, 120)}`)
  const right = judged.filter(isRight).length
  const named = judged.filter(({ one }) => one.affected !== undefined)
  const times = judged.map(({ ms }) => ms).sort((a, b) => a - b)
  return {
    suite: 'diagnosis',
    cases: judged.length,
    right,
    accuracy: right / judged.length,
    affected: named.length,
    affectedRight: named.filter(({ one, found }) => found.affected === one.affected).length,
    p50Ms: times[Math.floor(times.length / 2)] ?? 0,
  }
}

export default bench
