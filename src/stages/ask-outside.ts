import type { OutsideAnswer, OutsideQuestion } from '../engine.ts'
import { percent, placesOf } from '../healers/code-places.ts'
import type { HealContext, Verdict } from '../healers/contract.ts'
import type { Diagnosis, TestRef } from '../model.ts'
import { editsBetween } from '../source/edits-between.ts'
import type { Run } from './run.ts'
import type { Cause } from './state.ts'

const MAX_EDITS = 20

/**
 * What custom healers outside of the engine propose; null where there are none for this type or they know nothing. Their
 * proposal is guarded and verified like any other; where it is refused or fails, the engine's own healer has its turn.
 */
export const askOutside = async (
  run: Run,
  cause: Cause,
  diagnosis: Diagnosis,
  context: HealContext,
): Promise<Verdict | null> => {
  const { outside } = run
  const { code } = context
  if (!outside?.types.includes(diagnosis.failureType) || cause.withoutOwn || !code) return null
  const question = questionOf(cause, diagnosis, context)
  const answer = await outside.ask(question)
  return answer && verdictOf(answer, question.sources, diagnosis, context.threshold)
}

const PREFIX = 'custom '

const nodeId = ({ file, title }: TestRef): string =>
  title === file ? file : `${file}::${title.split(' › ').join('::')}`

const questionOf = (cause: Cause, diagnosis: Diagnosis, context: HealContext): OutsideQuestion => {
  const { failureType, signature, rootCause, affected, expected, actual, message, suggestions } = diagnosis
  const [place] = placesOf(context)
  const location = place ? { file: place.file, line: place.line, column: 0 } : diagnosis.location
  const tests = [...cause.cases].map(({ test }) => test)
  const files = [...new Set([location?.file ?? '', ...tests.map(({ file }) => file)])].slice(0, 10)
  const sources = files.flatMap((file): [string, string][] => {
    const text = file === '' ? null : (context.code?.read(file) ?? null)
    return text === null ? [] : [[file, text]]
  })
  return {
    failureType,
    signature,
    rootCause,
    affected,
    expected,
    actual,
    location,
    message: message.slice(0, 20_000),
    suggestions,
    tests: tests.slice(0, 50).map(nodeId),
    sources: Object.fromEntries(sources),
  }
}

const verdictOf = (
  answer: OutsideAnswer,
  sources: OutsideQuestion['sources'],
  diagnosis: Diagnosis,
  threshold: number,
): Verdict => {
  const { strategy, description, confidence, files } = answer
  const edits = [...files].flatMap(([file, text]) => {
    const before = sources[file]
    return before === undefined ? [] : editsBetween(file, before, text)
  })
  const [first] = edits
  const unknown = [...files.keys()].find((file) => sources[file] === undefined)
  const doubt =
    unknown !== undefined
      ? `it changes ${unknown}, which it was not shown`
      : !first
        ? 'it changes nothing'
        : edits.length > MAX_EDITS
          ? `it makes ${edits.length} edits`
          : confidence <= threshold
            ? `it is sure to ${percent(confidence)}, and above ${percent(threshold)} is asked for`
            : null
  const said = `The suite's own ${strategy} proposes: ${description || diagnosis.affected}`
  return {
    status: doubt ? 'needs_human' : 'proposed',
    reason: doubt ? `${said}; not taken, since ${doubt}.` : `${said} (${percent(confidence)}).`,
    winner: null,
    by: `${PREFIX}${strategy}`,
    proposal: {
      description: description || 'As the suite’s own healer proposes',
      old: first?.old ?? '',
      new: first?.new ?? '',
      strategy: `${PREFIX}${strategy}`,
      confidence,
      absent: 0,
      edits: doubt ? [] : edits,
      evidence: [
        { kind: 'strategy', for: true, weight: confidence, text: `${strategy} of the suite knows this change` },
      ],
      strategies: [],
      alternatives: [],
    },
  }
}
