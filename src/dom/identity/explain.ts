import type { Evidence } from '../../model.ts'
import { CUES, type Cue } from './cues.ts'
import type { Comparison } from './features.ts'
import { FEATURE_NAMES } from './model.ts'
import type { Profile } from './profile.ts'

const MOST_REASONS = 8

const CONTEXT_WORDS: Readonly<Record<string, readonly [string, string]>> = {
  shift: ['It moved on the page as its old neighbours did', 'Its old neighbours moved elsewhere on the page'],
  relation: [
    'It stands to its neighbours as the old one did',
    'It stands to its neighbours otherwise than the old one did',
  ],
  order: ['It comes between the same neighbours as before', 'Its neighbours come in another order'],
  identity: ['Its name and its picture both say so', ''],
  name: ['', 'Nothing that names the old element (test id, id, name, link, text, label) is left'],
  kept: ['', 'The rest of the page is much as it was, so that so different an element is unlikely to be the same'],
  surroundings: ['', 'Much of what stood around it is otherwise'],
  appearance: ['', 'In no respect does it look like the old one'],
  steady: ['', 'Its classes differ, though the other elements kept theirs'],
  drift: ['The page was redesigned, and its text is still the same', ''],
}

/** Reasons for and against an element being the lost one, strongest first, each with its share of all the weight. */
export function explain(
  old: Profile,
  comparison: Comparison | undefined,
  parts: readonly Float64Array[],
  weights: Float64Array,
): Evidence[] {
  if (comparison === undefined) return []
  const names = parts.length > 1 ? FEATURE_NAMES.together : FEATURE_NAMES.alone
  const totals = new Map<string, number>()
  let k = 0
  for (const part of parts) {
    for (const x of part) {
      const name = names[k] ?? ''
      const weight = x * (weights[k] ?? 0)
      k++
      if (name === 'base' || name === 'kept.base' || weight === 0) continue
      const cue = name.slice(0, name.indexOf('.'))
      totals.set(cue, (totals.get(cue) ?? 0) + weight)
    }
  }
  const all = [...totals.values()].reduce((sum, weight) => sum + Math.abs(weight), 0)
  if (all === 0) return []
  return [...totals]
    .filter(([, weight]) => Math.abs(weight) / all > 0.02)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    .slice(0, MOST_REASONS)
    .flatMap(([name, weight]) => {
      const text = reasonFor(name, weight > 0, old, comparison)
      return text === ''
        ? []
        : [{ kind: 'identity' as const, for: weight > 0, weight: Math.min(1, Math.abs(weight) / all), text }]
    })
}

function reasonFor(name: string, speaksFor: boolean, old: Profile, comparison: Comparison): string {
  const k = CUES.findIndex((cue) => cue.name === name)
  const cue = CUES[k]
  if (cue === undefined) return CONTEXT_WORDS[name]?.[speaksFor ? 0 : 1] ?? ''
  const agreement = comparison.agreement[k]
  const [was, is] = [shown(cue, old), shown(cue, comparison.now)]
  const rare = (comparison.rarity[k] ?? 0) > 0.8 ? ', which nothing else on the page has' : ''
  if (agreement === undefined) return `It no longer has the ${cue.words}${was === '' ? '' : ` ${was}`}`
  if (agreement >= 0.999) return `Same ${cue.words}${is === '' ? '' : ` ${is}`}${rare}`
  const change = was === '' || is === '' ? '' : `: ${was} became ${is}`
  return `${agreement > 0.5 ? 'Similar' : 'Different'} ${cue.words}${change}`
}

/** The value a cue compares, quoted and cut, where it is short enough to be of use to a reader. */
function shown(cue: Cue, profile: Profile): string {
  const value = comparedValue(cue.name, profile)
  if (value === undefined || value === '') return ''
  return `"${value.length > 48 ? `${value.slice(0, 47)}…` : value}"`
}

function comparedValue(name: string, profile: Profile): string | undefined {
  const { fingerprint } = profile
  switch (name) {
    case 'testId':
      return profile.testId
    case 'id':
      return profile.id
    case 'formName':
      return profile.formName
    case 'href':
      return profile.href?.full
    case 'class':
      return profile.classes.slice(0, 4).join(' ')
    case 'type':
      return profile.type
    case 'kind':
      return `<${profile.tag}>`
    case 'text':
      return fingerprint.text?.trim() || fingerprint.ownText
    case 'caption':
      return profile.captions[0]?.text
    case 'heading':
      return profile.heading?.text
    case 'rowKey':
      return profile.rowKey?.text
    default:
      return undefined
  }
}
