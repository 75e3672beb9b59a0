import type { Outline } from '../dom/outline.ts'
import type { EffectsVerdict } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { explainRoute } from './routes.ts'
import type { Mutation, StepEffects } from './step-effects.ts'

/** What differs between two runs beside the step in question: at steps before it that nobody changed. */
export interface Noise {
  /** Requests, as `sayMutation` writes them, that only one of the two runs made there. */
  readonly mutations: ReadonlySet<string>
  /** Routes that took another's place there: `/cart` → `/basket`. */
  readonly routes: ReadonlyMap<string, string>
}

export const NO_NOISE: Noise = { mutations: new Set(), routes: new Map() }

export interface EffectsComparison {
  readonly verdict: EffectsVerdict
  /** What the step did when it was green, and what it does now; for the reviewer. */
  readonly green: string
  readonly now: string
  /** Why they differ, or which commit explains it; empty where there is nothing to say. */
  readonly why: string
}

interface Finding {
  readonly verdict: Extract<EffectsVerdict, 'explained' | 'different'>
  readonly why: string
}

/** Share of the words of a change that the other page must show for the change to be the same one in other clothes. */
const ALIKE = 0.2
/** Share of the words of a page, and the least number of them, from which another page is the same one. */
const MOST = 0.7
const FEW_WORDS = 5
/** Links of one kind from which the last part of their paths is held for data. */
const MANY_LINKS = 3
const MAX_SAID = 4

const OUTCOMES: Readonly<Record<Mutation['outcome'], string>> = {
  ok: '',
  refused: ', refused by the server',
  failed: ', failed on the server',
  unanswered: '',
}

export const sayMutation = ({ method, route, outcome }: Mutation): string => `${method} ${route}${OUTCOMES[outcome]}`

const areSame = (a: Mutation, b: Mutation): boolean =>
  a.method === b.method &&
  a.route === b.route &&
  (a.outcome === b.outcome || a.outcome === 'unanswered' || b.outcome === 'unanswered')

const list = (parts: readonly string[]): string => {
  const distinct = [...new Set(parts)]
  const rest = distinct.length - MAX_SAID
  return `${distinct.slice(0, MAX_SAID).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** What a step did, in words. */
export const sayEffects = (effects: StepEffects): string => {
  const parts: string[] = []
  if (effects.mutations.length > 0) parts.push(`sends ${list(effects.mutations.map(sayMutation))}`)
  if (effects.reached.length > 0) parts.push(`goes to ${list(effects.reached)}`)
  if (effects.dialogs.length > 0)
    parts.push(`opens the dialog ${list(effects.dialogs.map((text) => `“${text.slice(0, 80)}”`))}`)
  if (effects.downloads > 0) parts.push('downloads a file')
  const { page } = effects
  if (page) {
    const rows = page.after.rows - page.before.rows
    if (rows !== 0 && effects.reached.length === 0)
      parts.push(`${rows > 0 ? 'adds' : 'removes'} ${Math.abs(rows)} ${Math.abs(rows) === 1 ? 'row' : 'rows'}`)
    if (page.after.dialogs > page.before.dialogs) parts.push('opens a dialog of the page')
  }
  if (parts.length > 0) return parts.join('; ')
  return effects.unmoved ? 'does nothing that can be seen' : 'changes nothing but the page itself'
}

const compareMutations = (green: StepEffects, now: StepEffects, noise: Noise, changes: readonly TokenChange[]) => {
  const isNoise = (one: Mutation) => noise.mutations.has(sayMutation(one))
  const only = (mine: StepEffects, others: StepEffects) =>
    mine.mutations.filter((one) => !isNoise(one) && !others.mutations.some((other) => areSame(one, other)))
  const lost = only(green, now)
  const gained = [...only(now, green)]
  const findings: Finding[] = []
  for (const one of lost) {
    const renamed = gained.findIndex(
      (other) =>
        areSame({ ...other, route: one.route }, one) &&
        (noise.routes.get(one.route) === other.route || explainRoute(one.route, other.route, changes) !== null),
    )
    const other = gained[renamed]
    if (other) {
      gained.splice(renamed, 1)
      const commit = explainRoute(one.route, other.route, changes)
      findings.push({ verdict: 'explained', why: commit?.text ?? `${one.route} is ${other.route} at other steps too` })
    } else findings.push({ verdict: 'different', why: `it no longer sends ${sayMutation(one)}` })
  }
  for (const one of gained) findings.push({ verdict: 'different', why: `it now sends ${sayMutation(one)}` })
  return findings
}

/** `/products/oak-lamp` and `/products/pine-table`, where the page links to many of their kind: which one is data. */
const areOfOneKind = (a: string, b: string, pages: readonly (Outline | undefined)[]): boolean => {
  const parent = a.slice(0, a.lastIndexOf('/') + 1)
  if (parent.length < 2 || parent !== b.slice(0, b.lastIndexOf('/') + 1)) return false
  return pages.every((page) => {
    const alike = [...(page?.links ?? [])].filter((link) => link.startsWith(parent) && link.length > parent.length)
    return alike.length >= MANY_LINKS
  })
}

const compareRoutes = (green: StepEffects, now: StepEffects, noise: Noise, changes: readonly TokenChange[]) => {
  const [was, is] = [green.reached.at(-1), now.reached.at(-1)]
  if (was === is || green.reached.some((route) => now.reached.includes(route))) return []
  if (was === undefined || is === undefined) {
    // A run that was there already went nowhere else.
    const place = was ?? is
    const others = was === undefined ? green : now
    if (place === others.from) return []
    const why = was === undefined ? `it now leads to ${is}` : `it no longer leads to ${was}`
    return [{ verdict: 'different', why } as const]
  }
  if (noise.routes.get(was) === is || areOfOneKind(was, is, [green.page?.before, now.page?.before])) return []
  const commit = explainRoute(was, is, changes)
  if (commit) return [{ verdict: 'explained', why: commit.text } as const]
  const replaced = leadsToTheSame(green, now) ? explainRoute(was, is, changes, ['replaced', 'same-commit']) : null
  if (replaced) return [{ verdict: 'explained', why: `${replaced.text}; the page there is what it was` } as const]
  return [{ verdict: 'different', why: `it led to ${was} and now leads to ${is}` } as const]
}

const wordsBut = (words: ReadonlySet<string>, but: ReadonlySet<string>): readonly string[] =>
  [...words].filter((word) => !but.has(word))

const share = (words: readonly string[], page: Outline): number =>
  words.length === 0 ? 1 : words.filter((word) => page.words.has(word)).length / words.length

/** Whether two steps that went elsewhere came to a page of the same contents; a page of few words does not tell. */
const leadsToTheSame = (green: StepEffects, now: StepEffects): boolean => {
  const [was, is] = [green.page, now.page]
  if (!was || !is) return false
  const [then, today] = [wordsBut(was.after.words, was.before.words), wordsBut(is.after.words, is.before.words)]
  return (
    Math.min(then.length, today.length) >= FEW_WORDS && Math.min(share(then, is.after), share(today, was.after)) >= MOST
  )
}

/**
 * Only what no rewording or restyling would do counts: a dialog that the other page has nothing of, a row that goes
 * where it used to stay, a click that moves nothing at all.
 */
const comparePages = (green: StepEffects, now: StepEffects): readonly Finding[] => {
  const [was, is] = [green.page, now.page]
  if (!was || !is || green.reached.length > 0 || now.reached.length > 0) return []
  const findings: Finding[] = []
  const gained = { green: wordsBut(was.after.words, was.before.words), now: wordsBut(is.after.words, is.before.words) }
  const opens = { green: was.after.dialogs > was.before.dialogs, now: is.after.dialogs > is.before.dialogs }
  if (opens.green && !opens.now && gained.green.length > 0 && share(gained.green, is.after) < ALIKE)
    findings.push({ verdict: 'different', why: 'it no longer opens a dialog' })
  if (opens.now && !opens.green && gained.now.length > 0 && share(gained.now, was.after) < ALIKE)
    findings.push({ verdict: 'different', why: 'it now opens a dialog' })
  const rows = { green: was.after.rows - was.before.rows, now: is.after.rows - is.before.rows }
  if (was.before.rows === is.before.rows && was.before.rows > 0 && Math.sign(rows.green) !== Math.sign(rows.now)) {
    const lost = wordsBut(was.before.words, was.after.words).filter((word) => is.before.words.has(word))
    if (rows.green < 0 && lost.length > 0 && share(lost, is.after) === 1)
      findings.push({ verdict: 'different', why: 'it no longer removes the row' })
    if (rows.green > 0 && gained.green.length > 0 && share(gained.green, is.after) === 0)
      findings.push({ verdict: 'different', why: 'it no longer adds a row' })
  }
  return findings
}

const isInert = (effects: StepEffects): boolean =>
  effects.unmoved &&
  effects.mutations.length === 0 &&
  effects.reached.length === 0 &&
  effects.dialogs.length === 0 &&
  effects.downloads === 0

const compareEvents = (green: StepEffects, now: StepEffects): readonly Finding[] => {
  const findings: Finding[] = []
  const count = (many: number, what: string) =>
    many === 0 ? `no ${what}` : many === 1 ? `a ${what}` : `${many} ${what}s`
  const [was, is] = [green.dialogs.length, now.dialogs.length]
  if (was > 0 !== is > 0)
    findings.push({
      verdict: 'different',
      why: `it opened ${count(was, 'dialog')} and now opens ${count(is, 'dialog')}`,
    })
  if (green.downloads > 0 !== now.downloads > 0)
    findings.push({
      verdict: 'different',
      why: green.downloads > 0 ? 'it no longer downloads a file' : 'it now downloads a file',
    })
  return findings
}

/** Steps that only look: what happens while they wait is the doing of others. */
const LOOKS = new Set<StepEffects['kind']>(['expect', 'absent', 'read', 'hover', 'other'])

/**
 * Compares what a healed step did when its test was green with what it does now. Ids, numbers and wording do not count;
 * `explained` is said only where a commit renamed the route.
 *
 * @param changes of the product's commits, newest first; null where no history could be read
 */
export const compareEffects = (
  green: StepEffects,
  now: StepEffects,
  changes: readonly TokenChange[] | null = null,
  noise: Noise = NO_NOISE,
): EffectsComparison => {
  const said = { green: sayEffects(green), now: sayEffects(now) }
  if (LOOKS.has(now.kind)) return { ...said, verdict: 'same', why: 'the step only looks at the page' }
  const findings: Finding[] = [
    ...compareMutations(green, now, noise, changes ?? []),
    ...compareRoutes(green, now, noise, changes ?? []),
    ...compareEvents(green, now),
    ...comparePages(green, now),
  ]
  if (findings.length === 0 && isInert(now) && !isInert(green) && showsAnything(green))
    findings.push({ verdict: 'different', why: 'it now does nothing at all' })
  const worst = findings.find(({ verdict }) => verdict === 'different') ?? findings[0]
  if (!worst) return { ...said, verdict: 'same', why: '' }
  const reasons = findings.filter(({ verdict }) => verdict === worst.verdict).map(({ why }) => why)
  return { ...said, verdict: worst.verdict, why: list(reasons) }
}

const showsAnything = ({ page }: StepEffects): boolean =>
  page !== null &&
  (wordsBut(page.after.words, page.before.words).length > 0 || wordsBut(page.before.words, page.after.words).length > 0)

/** Adds what two runs do otherwise at a step that nobody changed. */
export const addNoise = (noise: Noise, green: StepEffects, now: StepEffects): Noise => {
  const only = (mine: StepEffects, others: StepEffects) =>
    mine.mutations.filter((one) => !others.mutations.some((other) => areSame(one, other))).map(sayMutation)
  const [was, is] = [green.reached.at(-1), now.reached.at(-1)]
  const routes = new Map(noise.routes)
  if (was !== undefined && is !== undefined && was !== is) routes.set(was, is)
  if (green.from !== null && now.from !== null && green.from !== now.from) routes.set(green.from, now.from)
  return { mutations: new Set([...noise.mutations, ...only(green, now), ...only(now, green)]), routes }
}
