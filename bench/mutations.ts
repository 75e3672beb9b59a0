import { ABSENT_RATE } from '../src/dom/identity/model.ts'
import { rankCandidates } from '../src/dom/identity/rank.ts'
import { matchLocator } from '../src/dom/match/locator.ts'
import { hearStrategies, type Testimony } from '../strategies/index.ts'
import {
  type Answer,
  brierScore,
  calibrationError,
  calibrationInterval,
  scoreAnswers,
  withAbsentShare,
} from './metrics.ts'
import { generateCases, type MutationCase } from './mutations/cases.ts'
import { cascadeStep, StrategyTally } from './mutations/tally.ts'
import { isHeldOut, isRight, isScored } from './mutations/tries.ts'
import { formatTable, type Suite } from './suite.ts'

const SEED = 20_260_610
const COUNT = Number(process.env.BENCH_CASES ?? 2_000)

/** What became of one case. */
interface Outcome {
  readonly one: Pick<
    MutationCase,
    'page' | 'variant' | 'fate' | 'mutations' | 'lookAlike' | 'cues' | 'decidable' | 'number'
  >
  readonly answer: Answer
}

/**
 * Real pages changed in known ways. Scored are `kept` cases that can be decided (two independent cues survive, one of
 * them of identity): right, wrong, abstained; and removed or stripped ones: refused. It runs the code that heals.
 */
const run: Suite = async ({ onAnswers }, print) => {
  const outcomes: Outcome[] = []
  const tally = new StrategyTally()
  for (const one of generateCases({ seed: SEED, count: COUNT })) {
    const testimonies = hearStrategies(one.target, one.after)
    const started = performance.now()
    const ranking = rankCandidates(one.target, one.after, one.others)
    const ms = performance.now() - started
    const best = ranking.candidates[0]
    const right = best !== undefined && isRight(one, best.element)
    const accepted = ranking.decision === 'accept'
    const { page, variant, fate, mutations, lookAlike, cues, decidable, number } = one
    outcomes.push({
      one: { page, variant, fate, mutations, lookAlike, cues, decidable, number },
      answer: { site: page, confidence: best?.probability ?? 0, right, accepted, removed: fate !== 'kept', ms },
    })
    tallyCase(tally, one, testimonies, accepted ? (best?.element ?? -1) : -1)
  }
  const scored = outcomes.filter(({ one }) => isScored(one)).map(({ answer }) => answer)
  const scores = scoreAnswers(scored)
  onAnswers?.('mutations', scored)
  const [low, high] = calibrationInterval(scored)
  print(`${outcomes.length} cases of ${new Set(outcomes.map(({ one }) => one.page)).size} pages, seed ${SEED}\n`)
  print(outcomeTable(outcomes))
  print('\nby kind of change, kept and decidable cases:\n')
  print(kindTable(outcomes))
  print('\nstrategies, kept and decidable cases:\n')
  print(tally.table())
  print(
    `\ncalibration: ECE ${scores.ece.toFixed(3)} (95 %: ${low.toFixed(3)}–${high.toFixed(3)}), Brier ${scores.brier.toFixed(3)}; `,
  )
  const tenth = withAbsentShare(scored, 0.1)
  const fifth = withAbsentShare(scored, ABSENT_RATE.life)
  print(
    `with one in ten gone: ECE ${calibrationError(scored, tenth).toFixed(3)}, Brier ${brierScore(scored, tenth).toFixed(3)}; with one in five, as healing reckons: ECE ${calibrationError(scored, fifth).toFixed(3)}, Brier ${brierScore(scored, fifth).toFixed(3)}\n`,
  )
  print(mistakes(outcomes))
  return { suite: 'mutations', seed: SEED, cases: outcomes.length, ...scores, strategies: tally.rates() }
}

export default run

function tallyCase(tally: StrategyTally, one: MutationCase, testimonies: readonly Testimony[], chosen: number): void {
  const verdictOf = (element: number): 'right' | 'wrong' => (isRight(one, element) ? 'right' : 'wrong')
  for (const { strategy, witnesses } of testimonies) {
    const first = witnesses[0]
    tally.heard(
      strategy.name,
      one.fate === 'kept' && one.decidable,
      first === undefined ? 'silent' : verdictOf(first.element),
    )
    if (first === undefined || one.fate !== 'kept' || !one.decidable || verdictOf(first.element) === 'wrong') continue
    const reached = matchLocator(one.after, first.locator)
    tally.reached(strategy.name, reached?.length === 1 && verdictOf(reached[0] ?? -1) === 'right')
  }
  const naive = cascadeStep(testimonies)
  if (naive !== null) tally.naive(one.fate === 'kept' && one.decidable, one.fate !== 'kept', verdictOf(naive))
  if (chosen < 0) return
  const used = testimonies.find(({ witnesses }) => witnesses[0]?.element === chosen)
  if (isScored(one)) tally.used(used?.strategy.name ?? 'none', verdictOf(chosen))
}

function countOf(list: readonly Outcome[]): (string | number)[] {
  const { correct, wrong, abstained } = scoreAnswers(list.map(({ answer }) => ({ ...answer, removed: false })))
  return [
    list.length,
    correct,
    wrong,
    abstained,
    list.length === 0 ? '' : percent(correct / list.length),
    list.length === 0 ? '' : percent(wrong / list.length),
  ]
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

function outcomeTable(outcomes: readonly Outcome[]): string {
  const kept = outcomes.filter(({ one }) => one.fate === 'kept')
  const rows: [string, Outcome[]][] = [
    ['kept, decidable', kept.filter(({ one }) => one.decidable)],
    ['  … of pages that no fit has seen', kept.filter(({ one }) => one.decidable && isHeldOut(one.page))],
    ['  … one change', kept.filter(({ one }) => one.decidable && one.mutations.length === 1)],
    [
      '  … two and three',
      kept.filter(({ one }) => one.decidable && one.mutations.length > 1 && one.mutations.length < 4),
    ],
    ['  … four and more', kept.filter(({ one }) => one.decidable && one.mutations.length > 3)],
    ['  … beside a look-alike', kept.filter(({ one }) => one.decidable && one.lookAlike)],
    [
      '  … in an iframe or shadow root now',
      kept.filter(({ one }) => one.decidable && one.mutations.some((kind) => kind.startsWith('into-'))),
    ],
    ['kept, too little left (not scored)', kept.filter(({ one }) => !one.decidable)],
  ]
  const present = formatTable(
    ['', 'cases', 'right', 'wrong', 'abstained', 'right', 'wrong'],
    rows.map(([name, list]) => [name, ...countOf(list)]),
  )
  const gone: [string, Outcome[]][] = [
    ['removed', outcomes.filter(({ one }) => one.fate === 'removed' && !one.lookAlike)],
    ['removed, a look-alike in its place', outcomes.filter(({ one }) => one.fate === 'removed' && one.lookAlike)],
    ['stripped of all identity', outcomes.filter(({ one }) => one.fate === 'stripped')],
    [
      'all three, of pages that no fit has seen',
      outcomes.filter(({ one }) => one.fate !== 'kept' && isHeldOut(one.page)),
    ],
  ]
  const absent = formatTable(
    ['', 'cases', 'refused', ''],
    gone.map(([name, list]) => {
      const refused = list.filter(({ answer }) => !answer.accepted).length
      return [name, list.length, refused, list.length === 0 ? '' : percent(refused / list.length)]
    }),
  )
  return `${present}\n\n${absent}`
}

function kindTable(outcomes: readonly Outcome[]): string {
  const scored = outcomes.filter(({ one }) => one.fate === 'kept' && one.decidable)
  const kinds = [...new Set(scored.flatMap(({ one }) => one.mutations))].sort()
  return formatTable(
    ['', 'cases', 'right', 'wrong', 'abstained', 'right', 'wrong'],
    kinds.map((kind) => [kind, ...countOf(scored.filter(({ one }) => one.mutations.includes(kind)))]),
  )
}

/** Every wrong answer and every removed element that was "healed", to be looked into. */
function mistakes(outcomes: readonly Outcome[]): string {
  const bad = outcomes.filter(
    ({ one, answer }) => answer.accepted && !answer.right && (one.fate !== 'kept' || one.decidable),
  )
  const lines = bad.map(({ one, answer }) => {
    const left = one.cues.length > 0 ? ` left: ${one.cues.join(', ')}` : ''
    return `  #${one.number} ${one.page} (${one.variant}) ${one.fate} at ${answer.confidence.toFixed(2)}: ${one.mutations.join(', ')}${one.lookAlike ? ' + look-alike' : ''}${left}`
  })
  return lines.length === 0 ? 'no wrong answers\n' : `accepted and wrong:\n${lines.join('\n')}\n`
}
