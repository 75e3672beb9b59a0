import { shownText } from '../evidence/literal-changes.ts'
import type { Diagnosis, Edit, Evidence, Fingerprint } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { type ExpectedValue, expectedValues } from '../source/expected-values.ts'
import { escapeString } from '../source/literals.ts'
import { listChange } from './assertion-count.ts'
import { doubtIn, isAbout, placesSaying } from './assertion-doubts.ts'
import { provenByPage } from './assertion-page.ts'
import { comparedInPython } from './assertion-python.ts'
import { type NewValue, saysExpected, turned } from './assertion-turns.ts'
import { isProduct, percent, propose, refuse } from './code-places.ts'
import type { CodeView, HealContext, Healer, Probe, ProbeAnswer, Verdict } from './contract.ts'

const CONFIDENCE = { alone: 0.93, anchored: 0.9, contested: 0.5 } as const
/** What remains where the product says the old words elsewhere, too: with the changed line about the element, and without. */
const STILL_SAID = { about: 0.95, unrelated: 0.7 } as const
/** Values with fewer letters stand everywhere: only a line that names what is compared may explain them. */
const DISTINCTIVE = 4

/**
 * Heals an expected value only where a commit turned the product's own literal from the expected into the actual one, or
 * the page shows the same element renamed. In every other case the assertion is right, and the product is to be looked
 * at. The matcher is never touched.
 */
export const assertionMismatch: Healer = {
  failureType: 'assertion_mismatch',
  *heal(diagnosis, context) {
    const { code } = context
    const { expected, actual, rootCause } = diagnosis
    if (!code) return refuse('needs_human', rootCause)
    if (expected === null || actual === null || diagnosis.locator?.action === 'absent')
      return refuse('likely_regression', rootCause)
    const pairs = pairsOf(expected, actual)
    const values = pairs.map(([was]) => valuesSaying(was, context))
    const found = values.flatMap((each) => (each.length === 1 ? each : []))
    if (found.length < pairs.length)
      return refuse('likely_regression', `${rootCause} No literal of that value is compared in the failing line.`)
    const isOwn = isProduct(code)
    const changes = (context.history ?? []).filter(isOwn)
    const element = yield* assertedElement(diagnosis, context)
    const [first] = found
    if (first?.comparison === 'count') return yield* healCount(first, diagnosis, context, changes)
    const fixes: Fix[] = []
    for (const [at, value] of found.entries()) {
      const [was = '', now = ''] = pairs[at] ?? []
      const fix = fixOf(value, was, now, { changes, element, context, code })
      if (typeof fix === 'string') return unexplained(diagnosis, fix, was, code)
      fixes.push(fix)
    }
    return decide(fixes, context)
  },
}

/** Entries of a list that differ are reported together, one a line. */
const pairsOf = (expected: string, actual: string): readonly (readonly [was: string, now: string])[] => {
  const [was, now] = [expected.split('\n'), actual.split('\n')]
  return was.length === now.length ? was.map((each, at) => [each, now[at] ?? '']) : [[expected, actual]]
}

const valuesSaying = (expected: string, context: HealContext): readonly ExpectedValue[] => {
  const { code } = context
  if (!code) return []
  for (const failure of context.failures ?? []) {
    for (const error of failure.errors) {
      const from = error.stack.findIndex(({ file }) => code.isTest(file))
      const stack = from < 0 ? [] : error.stack.slice(from)
      const tree = (file: string) => (code.isTest(file) ? code.tree(file) : null)
      const found = expectedValues({ stack, tree, read: code.read }, saysExpected(expected))
      if (found.length > 0) return found
    }
  }
  return comparedInPython(context, expected)
}

interface Grounds {
  readonly changes: readonly TokenChange[]
  readonly element: Fingerprint | null
  readonly context: HealContext
  readonly code: CodeView
}

interface Fix {
  readonly edit: Edit
  readonly was: string
  readonly now: string
  readonly confidence: number
  readonly evidence: readonly Evidence[]
  /** What a person should think about; null for nothing. */
  readonly doubt: string | null
}

/** What to put in place of an expected value, and why; or a sentence that says why not. */
const fixOf = (value: ExpectedValue, was: string, actual: string, grounds: Grounds): Fix | string => {
  const { code, changes, element, context } = grounds
  if (!isSameSite(value, was, actual)) return 'The address is one of another site.'
  const fresh = turned(value, actual, changes)
  if (fresh) {
    const edit = editOf(value, fresh.value, code)
    if (!edit) return `What is expected is put together of several parts, of which none is “${fresh.was}” alone.`
    const weighed = weigh(fresh, value, element, code)
    if (weighed) return { edit, ...fresh, ...weighed, doubt: doubtIn(fresh.was, fresh.now, changes, code) }
  }
  const [old, now] = [shownText(value.value), shownText(actual)]
  const isWhole = value.comparison === 'whole' && value.form === 'text'
  const proof = isWhole ? provenByPage(old, now, element, context) : null
  const edit = proof ? editOf(value, now, code) : null
  if (proof && edit) return { edit, was: old, now, ...proof, doubt: doubtIn(old, now, null, code) }
  return 'No commit changed the product’s own value that way.'
}

/** A relative address means one of the site under test: a page of another site is no renamed one. */
const isSameSite = ({ comparison }: ExpectedValue, was: string, actual: string): boolean =>
  comparison !== 'address' ||
  !URL.canParse(was) ||
  (URL.canParse(actual) && new URL(was).origin === new URL(actual).origin)

/** Confidence by what became of the code around the literals, and by whether the product says the old words still. */
const weigh = (
  { changes, was }: NewValue,
  value: ExpectedValue,
  element: Fingerprint | null,
  code: CodeView,
): Pick<Fix, 'confidence' | 'evidence'> | null => {
  const about = changes.some((change) => isAbout(change, value.subject, element, code))
  const letters = was.replace(/[^\p{L}]/gu, '').length
  if (!about && (letters < DISTINCTIVE || value.form === 'number')) return null
  const evidence: Evidence[] = changes.map((change) => ({
    kind: 'commit',
    for: true,
    weight: CONFIDENCE[change.standing],
    text: `The product's own “${change.old}” became “${change.new}” in ${change.file}:${change.line} (${change.commit.id.slice(0, 8)} “${change.commit.subject.slice(0, 100)}”)`,
  }))
  const confidence = Math.min(...changes.map(({ standing }) => CONFIDENCE[standing]))
  const still = changes.flatMap(({ old }) => placesSaying(code, old ?? ''))
  const [place] = still
  if (!place) return { confidence, evidence }
  evidence.push({
    kind: 'commit',
    for: false,
    weight: about ? 0.2 : 0.5,
    text: `${place.file}:${place.line} still says “${was}”${about ? '; the changed line is the one about it' : ', and nothing shows that the changed line is the one about it'}`,
  })
  return { confidence: confidence * (about ? STILL_SAID.about : STILL_SAID.unrelated), evidence }
}

/** The literal that holds all that differs, with its new text; null where several literals share it. */
const editOf = ({ value, pieces, form }: ExpectedValue, fresh: string, code: CodeView): Edit | null => {
  const [only] = pieces
  if (!only) return null
  let piece = only
  let text = fresh
  if (pieces.length > 1 || only.text !== value) {
    let from = 0
    while (from < Math.min(value.length, fresh.length) && value[from] === fresh[from]) from++
    let tail = 0
    while (tail < Math.min(value.length, fresh.length) - from && value.at(-1 - tail) === fresh.at(-1 - tail)) tail++
    const holder = pieces.find(({ at, text: own }) => at <= from && value.length - tail <= at + own.length)
    if (!holder)
      return pieces.length === 1 && shownText(only.text) === shownText(value) ? replace(only, fresh, code) : null
    piece = holder
    const end = value.length - tail - holder.at
    text = holder.text.slice(0, from - holder.at) + fresh.slice(from, fresh.length - tail) + holder.text.slice(end)
  }
  return form === 'number' && !/^\d+(?:\.\d+)?$/.test(text) ? null : replace(piece, text, code)
}

const replace = ({ file, start, end, quote }: ExpectedValue['pieces'][number], text: string, code: CodeView): Edit => ({
  file,
  start,
  end,
  old: (code.read(file) ?? '').slice(start, end),
  new: quote ? escapeString(text, quote) : text,
})

/** The element that was asserted, as the page shows it; null where it is not exactly one. */
function* assertedElement(
  { locator }: Diagnosis,
  { page }: HealContext,
): Generator<Probe, Fingerprint | null, ProbeAnswer> {
  const [element, ...others] = page && locator ? yield* matched(locator.selector) : []
  return page && element !== undefined && others.length === 0 ? page.fingerprint(element) : null
}

function* matched(selector: string): Generator<Probe, readonly number[], ProbeAnswer> {
  const answer = yield { kind: 'match', selectors: [selector] }
  return answer.kind === 'match' ? (answer.matches[0] ?? []) : []
}

function* healCount(
  value: ExpectedValue,
  diagnosis: Diagnosis,
  { page, code, threshold }: HealContext,
  changes: readonly TokenChange[],
): Generator<Probe, Verdict, ProbeAnswer> {
  const { locator, expected, actual, rootCause } = diagnosis
  const elements = locator && page ? yield* matched(locator.selector) : []
  const [was, now] = [Number(expected), Number(actual)]
  const isShown = page !== null && code !== undefined && elements.length === now
  const change = isShown ? listChange(page, elements, now - was, changes, code) : null
  const edit = code && change ? editOf(value, String(now), code) : null
  if (!change || !edit)
    return refuse('likely_regression', `${rootCause} No commit put entries into the list or took some out.`)
  const entries = [...change.added, ...change.removed]
  const evidence = entries.map(
    (one): Evidence => ({
      kind: 'commit',
      for: true,
      weight: 0.9,
      text: `${one.old === null ? `The product put “${one.new}” into` : `The product took “${one.old}” out of`} its list in ${one.file}:${one.line} (${one.commit.id.slice(0, 8)} “${one.commit.subject.slice(0, 100)}”)`,
    }),
  )
  return decide([{ edit, was: String(was), now: String(now), confidence: 0.9, evidence, doubt: null }], { threshold })
}

const decide = (fixes: readonly Fix[], { threshold }: Pick<HealContext, 'threshold'>): Verdict => {
  const say = (what: 'was' | 'now'): string => fixes.map((fix) => fix[what]).join(', ')
  const [was, now] = [say('was'), say('now')]
  const confidence = Math.min(...fixes.map((fix) => fix.confidence))
  const evidence = fixes.flatMap((fix) => fix.evidence)
  const shown = { old: was, new: now, confidence, evidence }
  const doubt = fixes.map((fix) => fix.doubt).find((each) => each !== null)
  if (doubt) {
    const against: Evidence = { kind: 'commit', for: false, weight: 0.7, text: doubt.replace(/\.$/, '') }
    return refuse('needs_human', `A commit changed it so, but ${doubt}`, { ...shown, evidence: [...evidence, against] })
  }
  if (confidence <= threshold)
    return refuse('needs_human', `That “${now}” is meant reaches ${percent(confidence)} only.`, shown)
  return propose(`The product says “${now}” where it said “${was}” (${percent(confidence)}).`, {
    ...shown,
    description: `Expect ${now} in place of ${was}`,
    strategy: 'literal',
    edits: fixes.map(({ edit }) => edit),
  })
}

/** What speaks for a bug of the product is said, too: that its source says still what the test wants. */
const unexplained = ({ rootCause }: Diagnosis, why: string, was: string, code: CodeView): Verdict => {
  const [place] = placesSaying(code, was)
  const evidence: Evidence[] = place
    ? [{ kind: 'commit', for: false, weight: 0.4, text: `${place.file}:${place.line} still says “${was}”` }]
    : []
  return refuse('likely_regression', `${rootCause} ${why}`, evidence.length > 0 ? { old: was, evidence } : {})
}
