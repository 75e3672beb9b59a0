import type { Accessible } from '../dom/accessible.ts'
import type { TokenChange } from '../source/changes.ts'
import type { Finding } from './finding.ts'
import { areSameMutation } from './mutation.ts'
import { type Noise, traits } from './noise.ts'
import type { Named } from './page-change.ts'
import { cut, hasWatched, isSamePage, MAX_COMPARED, ROWS, share, wordsBut } from './page-likeness.ts'
import type { StepEffects } from './step-effects.ts'
import { compareWording, isUnderWay, saySame, spokenWords, type WordingGround } from './wording.ts'

/** Share of the words of a message that is no longer read out that must have come to the page to be the message. */
const SHOWN = 0.5
const CONTROLS = new Set(['button', 'tab', 'menuitem', 'checkbox', 'radio', 'switch', 'heading'])

/** What these pages tell of rewordings: names that others of their things have lost and got, and words that are data. */
export const groundOf = (green: StepEffects, now: StepEffects, all: readonly TokenChange[]): WordingGround => {
  // Where nothing was sent, the words are all there is to go by: then what stands with them must have stayed as it was.
  const changes = sendTheSame(green, now) ? all : all.filter(({ standing }) => standing === 'alone')
  const [was, is] = [green.page?.before.accessibles, now.page?.before.accessibles]
  if (!was || !is) return { changes, renamed: [], data: new Set() }
  let renamed: WordingGround['renamed'] | undefined
  let data: WordingGround['data'] | undefined
  // Most steps say what they said: then nobody asks.
  return {
    changes,
    get renamed() {
      renamed ??= renamedNames(was, is)
      return renamed
    },
    get data() {
      data ??= dataWords([...was, ...is])
      return data
    },
  }
}

const sendTheSame = ({ mutations: was }: StepEffects, { mutations: is }: StepEffects): boolean =>
  was.length > 0 &&
  was.every((one) => is.some((other) => areSameMutation(one, other))) &&
  is.every((one) => was.some((other) => areSameMutation(one, other)))

const MAX_NAMES = 400

/**
 * Names of one role that one page has and the other has not, paired by the words around those that differ. What the step
 * is about is left out: whether that is the same thing is the question.
 */
const renamedNames = (
  was: readonly Accessible[],
  is: readonly Accessible[],
): readonly (readonly [string, string])[] => {
  const key = ({ role, name }: Named) => `${role} ${name}`
  const [then, today] = [new Set(was.map(key)), new Set(is.map(key))]
  const only = (list: readonly Accessible[], others: ReadonlySet<string>) =>
    list.filter((one) => one.name !== '' && !one.live && !one.isTarget && !others.has(key(one))).slice(0, MAX_NAMES)
  const came = only(is, then)
  return only(was, today).flatMap((one) =>
    came.filter(({ role }) => role === one.role).map((other) => [one.name, other.name] as const),
  )
}

const dataWords = (things: readonly Accessible[]): ReadonlySet<string> => {
  const called = new Set(things.flatMap(({ role, name }) => (CONTROLS.has(role) ? spokenWords(name) : [])))
  const held = things.flatMap(({ role, name }) => (ROWS.has(role) ? spokenWords(name) : []))
  return new Set(held.filter((word) => !called.has(word)))
}

/** Whether the page still gives the messages that it gave: each is looked for among all that it says now. */
export const compareMessages = (
  green: StepEffects,
  now: StepEffects,
  noise: Noise,
  ground: WordingGround,
): readonly Finding[] => {
  const isNoise = (text: string) =>
    spokenWords(text).length === 0 || isUnderWay(text) || noise.varies.has(traits.says(text))
  const wanted = (green.change?.said ?? []).filter((text) => !isNoise(text)).slice(0, MAX_COMPARED)
  const heard = (now.change?.said ?? []).filter((text) => !isNoise(text)).slice(0, MAX_COMPARED)
  const findings: Finding[] = []
  const left = new Set(heard)
  const open: string[] = []
  for (const text of wanted) {
    const same = [...left].find((other) => saySame(text, other))
    if (same === undefined) open.push(text)
    else left.delete(same)
  }
  for (const text of open) {
    const compared = [...left].map((other) => [other, compareWording(text, other, ground)] as const)
    const [other, found] =
      compared.find(([, { kind }]) => kind === 'same') ??
      compared.find(([, { kind }]) => kind === 'reworded') ??
      compared.find(([, { kind }]) => kind === 'contrary') ??
      compared[0] ??
      []
    if (other === undefined || found === undefined) {
      if (isMissing(text, green, now, ground))
        findings.push({ verdict: 'different', why: `it no longer says “${cut(text)}”` })
      continue
    }
    left.delete(other)
    if (found.kind === 'reworded')
      findings.push({ verdict: 'explained', why: `“${cut(text)}” reads “${cut(other)}” now. ${found.why}` })
    else if (found.kind === 'contrary' || (found.kind === 'other' && !isShown(text, now, ground, other)))
      findings.push({ verdict: 'different', why: `it said “${cut(text)}” and now says “${cut(other)}”` })
  }
  return findings
}

/**
 * Whether the page came to say a message in another place or another form, then or a little later.
 *
 * @param instead what it says in its place: words that both have prove nothing
 */
const isShown = (text: string, now: StepEffects, ground: WordingGround, instead = ''): boolean => {
  const { page } = now
  if (!page) return false
  const others = spokenWords(instead)
  const words = spokenWords(text).filter((word) => word.length >= 3 && !others.includes(word))
  return [page.after, ...page.later()].some((outline) => {
    const said = outline.accessibles.filter(({ live, name }) => live && name !== '').map(({ name }) => name)
    const isSame = (other: string) => ['same', 'reworded'].includes(compareWording(text, other, ground).kind)
    if (said.slice(-MAX_COMPARED).some(isSame)) return true
    const come = { words: new Set(wordsBut(outline.words, page.before.words)) }
    return words.length > 0 && share(words, come) >= SHOWN
  })
}

/** Whether a message really does not come any more: the page was looked at for long enough, and is the one it was. */
const isMissing = (text: string, green: StepEffects, now: StepEffects, ground: WordingGround): boolean =>
  hasWatched(green, now) && isSamePage(green.page?.after, now.page?.after) && !isShown(text, now, ground)
