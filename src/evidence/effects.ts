import type { Outline } from '../dom/outline.ts'
import type { EffectsVerdict } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { comparePages } from './compare-pages.ts'
import { sayTurn } from './compare-things.ts'
import type { Finding } from './finding.ts'
import { areSameMutation, type Mutation, sayMutation } from './mutation.ts'
import { NO_NOISE, type Noise, traits } from './noise.ts'
import { hasWatched, share, wordsBut } from './page-likeness.ts'
import { explainRoute } from './routes.ts'
import type { StepEffects } from './step-effects.ts'

export interface EffectsComparison {
  readonly verdict: EffectsVerdict
  /** What the step did when it was green, and what it does now; for the reviewer. */
  readonly green: string
  readonly now: string
  /** Why they differ, or which commit explains it; empty where there is nothing to say. */
  readonly why: string
}

/** Share of the words of a page, and the least number of them, from which another page is the same one. */
const MOST = 0.7
const FEW_WORDS = 5
/** Links of one kind from which the last part of their paths is held for data. */
const MANY_LINKS = 3
const MAX_SAID = 4
const ACTED = new Set<StepEffects['kind']>(['fill', 'check', 'select', 'upload'])

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
  const { said = [], turned = [] } = effects.change ?? {}
  // What a call itself writes or ticks is no news; what else comes of it is.
  const turns = ACTED.has(effects.kind) ? [] : turned.filter(({ state, name }) => state !== 'filled' && name !== '')
  if (turns.length > 0) parts.push(list(turns.map(sayTurn)))
  if (said.length > 0) parts.push(`says ${list(said.map((text) => `“${text.slice(0, 80)}”`))}`)
  if (parts.length > 0) return parts.join('; ')
  return effects.unmoved ? 'does nothing that can be seen' : 'changes nothing but the page itself'
}

const compareMutations = (green: StepEffects, now: StepEffects, noise: Noise, changes: readonly TokenChange[]) => {
  const isNoise = (one: Mutation) => noise.varies.has(traits.sends(one))
  const only = (mine: StepEffects, others: StepEffects) =>
    mine.mutations.filter((one) => !isNoise(one) && !others.mutations.some((other) => areSameMutation(one, other)))
  const lost = only(green, now)
  const gained = [...only(now, green)]
  const findings: Finding[] = []
  for (const one of lost) {
    const renamed = gained.findIndex(
      (other) =>
        areSameMutation({ ...other, route: one.route }, one) &&
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
  const varies = (route: string | undefined) => route !== undefined && noise.varies.has(traits.reaches(route))
  if (was === is || green.reached.some((route) => now.reached.includes(route))) return []
  if (was === undefined || is === undefined) {
    // A run that was there already went nowhere else.
    const place = was ?? is
    const others = was === undefined ? green : now
    if (place === others.from || varies(place)) return []
    const why = was === undefined ? `it now leads to ${is}` : `it no longer leads to ${was}`
    return [{ verdict: 'different', why } as const]
  }
  if (
    varies(was) ||
    varies(is) ||
    noise.routes.get(was) === is ||
    areOfOneKind(was, is, [green.page?.before, now.page?.before])
  )
    return []
  const commit = explainRoute(was, is, changes)
  if (commit) return [{ verdict: 'explained', why: commit.text } as const]
  const replaced = leadsToTheSame(green, now) ? explainRoute(was, is, changes, ['replaced', 'same-commit']) : null
  if (replaced) return [{ verdict: 'explained', why: `${replaced.text}; the page there is what it was` } as const]
  return [{ verdict: 'different', why: `it led to ${was} and now leads to ${is}` } as const]
}

/** Whether two steps that went elsewhere came to a page of the same contents; a page of few words does not tell. */
const leadsToTheSame = (green: StepEffects, now: StepEffects): boolean => {
  const [was, is] = [green.page, now.page]
  if (!was || !is) return false
  const [then, today] = [wordsBut(was.after.words, was.before.words), wordsBut(is.after.words, is.before.words)]
  return (
    Math.min(then.length, today.length) >= FEW_WORDS && Math.min(share(then, is.after), share(today, was.after)) >= MOST
  )
}

const isInert = (effects: StepEffects): boolean =>
  effects.unmoved &&
  effects.mutations.length === 0 &&
  effects.reached.length === 0 &&
  effects.dialogs.length === 0 &&
  effects.downloads === 0

const compareEvents = (green: StepEffects, now: StepEffects, { varies }: Noise): readonly Finding[] => {
  const findings: Finding[] = []
  const count = (many: number, what: string) =>
    many === 0 ? `no ${what}` : many === 1 ? `a ${what}` : `${many} ${what}s`
  const [was, is] = [green.dialogs.length, now.dialogs.length]
  if (was > 0 !== is > 0 && !varies.has(traits.dialog))
    findings.push({
      verdict: 'different',
      why: `it opened ${count(was, 'dialog')} and now opens ${count(is, 'dialog')}`,
    })
  if (green.downloads > 0 !== now.downloads > 0 && !varies.has(traits.download))
    findings.push({
      verdict: 'different',
      why: green.downloads > 0 ? 'it no longer downloads a file' : 'it now downloads a file',
    })
  return findings
}

/** Steps that only look: what happens while they wait is the doing of others. */
const LOOKS = new Set<StepEffects['kind']>(['expect', 'absent', 'read', 'hover', 'other'])

/**
 * Compares what a healed step did when its test was green with what it does now. Ids, numbers and data do not count;
 * `explained` is said only where a commit renamed the route or reworded what the page says, or the page shows so elsewhere.
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
    ...compareEvents(green, now, noise),
    ...comparePages(green, now, noise, changes ?? []),
  ]
  if (findings.length === 0 && isInert(now) && !isInert(green) && showsAnything(green) && staysInert(green, now))
    findings.push({ verdict: 'different', why: 'it now does nothing at all' })
  const worst = findings.find(({ verdict }) => verdict === 'different') ?? findings[0]
  if (!worst) return { ...said, verdict: 'same', why: '' }
  const reasons = findings.filter(({ verdict }) => verdict === worst.verdict).map(({ why }) => why)
  return { ...said, verdict: worst.verdict, why: list(reasons) }
}

/** Nothing came of it later either, and there was time for it. */
const staysInert = (green: StepEffects, now: StepEffects): boolean =>
  hasWatched(green, now) && (now.page?.later() ?? []).every((later) => !showsAnything(now, later))

const showsAnything = ({ page }: StepEffects, after = page?.after): boolean =>
  page !== null &&
  after !== undefined &&
  (wordsBut(after.words, page.before.words).length > 0 || wordsBut(page.before.words, after.words).length > 0)
