import { wordsOf } from '../evidence/names.ts'
import type { History } from '../evidence/weigh.ts'
import type { Evidence } from '../model.ts'
import { textOf } from '../source/syntax.ts'
import { editOf, isProduct, nodesAt, type Place, placesOf, propose, refuse } from './code-places.ts'
import type { CodeView, Healer } from './contract.ts'
import { limitsAt } from './limits.ts'

/** How much longer than measured a limit is made: more where it failed on every try, most in CI, whose machines vary. */
const MARGIN = { first: 1.5, repeated: 2, ci: 2.5 } as const
/** A limit to measure by: so many times the old one, at least and at most so many seconds. */
const GENEROUS = { times: 8, least: 5, most: 120 } as const
/** No limit is made longer than that, in seconds. */
const LONGEST = 300
/** Time for fixtures beside the operation, in milliseconds. */
const AROUND_MS = 20_000
/** That an operation only became slower is not told by its end alone; that a commit made it so is. */
const CONFIDENCE = { measured: 0.75, explained: 0.88 } as const
const DURATION = /second|\bsecs?\b|delay|wait|interval|timeout|grace|period|duration|_ms\b|\bms\b|SLEEP|sleep/i

/**
 * Heals a limit that has become too short: measures how long the test takes when it may take long. What never ends is a
 * regression; what ends gets the time it needs, and a patch only where a commit explains why.
 */
export const timeout: Healer = {
  failureType: 'timeout',
  *heal(diagnosis, context) {
    const { code, history } = context
    if (!code) return refuse('needs_human', diagnosis.rootCause)
    const [place] = placesOf(context)
    const limits = place ? limitsAt(place, code) : []
    const [limit] = limits
    if (!place || !limit || limits.length > 1)
      return refuse('needs_human', `${diagnosis.rootCause} No time limit stands in the failing line.`)
    const old = Number(textOf(limit.tree, limit.value).replaceAll('_', ''))
    const seconds = limit.isMillis ? old / 1000 : old
    const generous = Math.min(GENEROUS.most, Math.max(GENEROUS.least, seconds * GENEROUS.times))
    if (!(old > 0) || generous <= seconds)
      return refuse('needs_human', `${diagnosis.rootCause} The limit is long as it is.`)
    const write = (value: number): string => String(limit.isMillis ? roundedUp(value * 1000) : roundedUp(value))
    const trial = [editOf(limit.file, limit.tree, limit.value, write(generous))]
    const answer = yield { kind: 'measure', edits: trial, limitMs: generous * 1000 + AROUND_MS }
    const measured = answer.kind === 'measure' ? answer.measured : null
    if (!measured) return refuse('needs_human', `${diagnosis.rootCause} How long it takes could not be measured.`)
    if (!measured.passed) {
      const text = `With ${Math.ceil(generous)} s to spare it does not pass either`
      return refuse('likely_regression', `${diagnosis.rootCause} ${text}.`, {
        old: String(old),
        absent: 0.9,
        evidence: [{ kind: 'measurement', for: false, weight: 0.9, text }],
      })
    }
    const took = measured.durationMs / 1000
    const said = `${limit.name}=${old}`
    const before = (context.healedBefore ?? []).findLast((one) => one.old !== said)
    const margin = context.ci ? MARGIN.ci : context.repeated || before ? MARGIN.repeated : MARGIN.first
    const fresh = write(Math.min(LONGEST, Math.max(took, seconds) * margin))
    const cause = slowdown(place, history, code)
    const evidence: Evidence[] = [
      {
        kind: 'measurement',
        for: true,
        weight: 0.7,
        text: `Given time, the test passes in ${took.toFixed(1)} s; the limit is ${seconds} s`,
      },
      ...(before ? [lengthenedBefore(before)] : []),
      ...(cause ? [cause] : []),
    ]
    const confidence = cause ? CONFIDENCE.explained : CONFIDENCE.measured
    const shown = { old: said, new: `${limit.name}=${fresh}`, confidence, evidence }
    if (confidence <= context.threshold)
      return refuse(
        'needs_human',
        `It ends after ${took.toFixed(1)} s, but no commit says that it is meant to take longer.`,
        shown,
      )
    return propose(`It takes ${took.toFixed(1)} s now, and its limit is ${seconds} s.`, {
      ...shown,
      description: `Wait up to ${fresh}${limit.isMillis ? ' ms' : ' s'} in place of ${old}`,
      strategy: 'limit',
      edits: [editOf(limit.file, limit.tree, limit.value, fresh)],
    })
  },
}

/** A limit that still is the one that was too short then was never lengthened: its heal was not merged. */
const lengthenedBefore = ({ old, new: fresh, at }: { old: string; new: string; at: string }): Evidence => ({
  kind: 'history',
  for: true,
  weight: 0.2,
  text: `${old} was too short before and became ${fresh} (${at.slice(0, 10)}); it is too short again`,
})

/** Two significant digits, upwards: nobody writes a limit of 1437 ms. */
const roundedUp = (value: number): number => {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(value, 1))) - 1)
  return Math.ceil(value / step - 1e-9) * step
}

/** A commit that made a duration of the product longer, in code that shares a name with the failing line. */
const slowdown = (place: Place, history: History, code: CodeView): Evidence | null => {
  const isOwn = isProduct(code)
  const [statement] = nodesAt(place)
  const said = statement ? textOf(place.tree, statement).slice(0, 1_000) : ''
  const here = wordsOf(said).filter((word) => word.length > 4)
  for (const change of history ?? []) {
    const [was, now] = [Number(change.old), Number(change.new)]
    if (!isOwn(change) || change.kind !== 'number' || change.old === null || change.new === null || !(now > was))
      continue
    const line = code.read(change.file)?.split('\n')[change.line - 1] ?? ''
    const there = wordsOf(`${change.file} ${line}`)
    const isNear = here.some((word) =>
      there.some((each) => each.length > 4 && (each.startsWith(word) || word.startsWith(each))),
    )
    if (!DURATION.test(line) || !isNear) continue
    const { id, subject } = change.commit
    const text = `${change.file}:${change.line}: ${change.old} became ${change.new} (${id.slice(0, 8)} “${subject.slice(0, 100)}”)`
    return { kind: 'commit', for: true, weight: 0.6, text }
  }
  return null
}
