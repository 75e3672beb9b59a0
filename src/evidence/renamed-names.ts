import type { Evidence } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { areOppositeNames, areRelatedNames, wordsOf } from './names.ts'
import type { SchemaFindings, SchemaRenaming } from './schema-names.ts'
import type { History } from './weigh.ts'

/** What a name may be called now, and why. */
export interface Renaming {
  readonly name: string
  readonly confidence: number
  readonly evidence: readonly Evidence[]
}

export interface RenamingQuestion {
  readonly old: string
  readonly history: History
  /** Names that are really there, where they are known; no other can be it. */
  readonly present: readonly string[] | null
  /** Which changes count. */
  readonly counts?: (change: TokenChange) => boolean
  /** What the project itself says it is called now, and where it says so. */
  readonly declared?: { readonly name: string; readonly file: string } | null
  /** Whether a file still holds the old name. */
  readonly stillIn: (file: string, name: string) => boolean
  /** True for a parameter: only changes of its own function count, so that what takes its name does what it did. */
  readonly isParameter?: boolean
  /** What schema files say, for fields. */
  readonly schema?: SchemaFindings
}

/**
 * Probabilities that a token which took another's place in the product's source is the same thing renamed. They grow with
 * the number of places that say the same and with the name really being there. A name that shares nothing with the old one
 * stays below any threshold, something else may have taken the place, unless it is a parameter and one commit put it there everywhere.
 */
const BASE = { alone: 0.93, anchored: 0.92, contested: 0.6 } as const
const BY_SCHEMA = { certain: 0.9, contested: 0.6 } as const
const UNRELATED_CEILING = 0.75
/** One commit that puts another name in every place of a parameter renames it; a field may make room for another. */
const EVERYWHERE_CEILING = 0.88
const ONLY_PRESENT = 0.5
/** The project's own word. It may be outdated: the repaired test has to pass all the same. */
const DECLARED = 0.95
const CEILING = 0.99

const lessDoubt = (probability: number, factor: number): number => 1 - (1 - probability) * factor

/** The name a token gives: of Go's struct tags the name in JSON. */
export const nameIn = (token: string): string => /^(?:json|yaml):\\?"([\w.-]+)/.exec(token)?.[1] ?? token

/** Names that took the old one's place, the most probable first. */
export const renamingsOf = (question: RenamingQuestion): readonly Renaming[] => {
  const { old, history, present } = question
  const byName = new Map<string, TokenChange[]>()
  for (const change of history ?? []) {
    if (change.old === null || change.new === null || nameIn(change.old) !== old) continue
    if (question.counts && !question.counts(change)) continue
    const name = nameIn(change.new)
    if (name === old || !/^[\w.-]{1,120}$/.test(name)) continue
    byName.set(name, [...(byName.get(name) ?? []), change])
  }
  const declared = Map.groupBy(question.schema?.renamings ?? [], ({ name }) => name)
  const names = [...new Set([...byName.keys(), ...declared.keys()])]
  const found = names.flatMap((name) => weigh(name, byName.get(name) ?? [], declared.get(name) ?? [], question))
  for (const name of present ?? []) {
    if (names.includes(name) || !areRelatedNames(old, name)) continue
    const text = `“${name}” is there and may be it by its name; no commit says so`
    found.push({ name, confidence: ONLY_PRESENT, evidence: [{ kind: 'identity', for: true, weight: 0.3, text }] })
  }
  return withDeclared(found, question).sort((a, b) => b.confidence - a.confidence)
}

/** The name that the project declares joins the others, or lifts the one that commits give as well. */
const withDeclared = (found: readonly Renaming[], { old, present, declared }: RenamingQuestion): Renaming[] => {
  if (!declared || (present && !present.includes(declared.name))) return [...found]
  const same = found.find(({ name }) => name === declared.name)
  const text = `${declared.file} says that “${old}” is called “${declared.name}” now`
  const evidence: Evidence = { kind: 'schema', for: true, weight: DECLARED, text }
  return [
    ...found.filter((one) => one !== same),
    {
      name: declared.name,
      confidence: Math.min(CEILING, lessDoubt(DECLARED, same ? 0.5 : 1)),
      evidence: [evidence, ...(same?.evidence ?? [])],
    },
  ]
}

const weigh = (
  name: string,
  changes: readonly TokenChange[],
  declared: readonly SchemaRenaming[],
  question: RenamingQuestion,
): readonly Renaming[] => {
  const { old, present, stillIn } = question
  if (present && !present.includes(name)) return []
  const [first] = [...changes].sort((a, b) => BASE[b.standing] - BASE[a.standing])
  const evidence: Evidence[] = []
  const files = [...new Set(changes.map(({ file }) => file))]
  const isRelated = areRelatedNames(old, name)
  const [schema] = [...declared].sort((a, b) => Number(b.isCertain) - Number(a.isCertain))
  const bySchema = schema ? BY_SCHEMA[schema.isCertain ? 'certain' : 'contested'] : 0
  let confidence = Math.max(first ? BASE[first.standing] : 0, bySchema)
  if (first) {
    const { id, subject, author } = first.commit
    evidence.push({
      kind: 'commit',
      for: first.standing !== 'contested',
      weight: BASE[first.standing],
      text: `“${old}” became “${name}” in ${first.file}:${first.line} (${id.slice(0, 8)} “${subject.slice(0, 100)}” by ${author.slice(0, 60)})`,
    })
  }
  if (schema) {
    if (first && schema.isCertain) confidence = lessDoubt(confidence, 0.7)
    const text = `${schema.file} declares “${name}” in ${schema.path} where it declared “${old}”, of the same type`
    evidence.push({ kind: 'schema', for: true, weight: bySchema, text })
  }
  const both = question.schema?.both(old, name) ?? []
  if (both.length > 0) {
    confidence *= 0.7
    const text = `${both[0]} declares both “${old}” and “${name}”: they are two fields`
    evidence.push({ kind: 'schema', for: false, weight: 0.5, text })
  }
  if (files.length > 1) {
    confidence = lessDoubt(confidence, 0.5)
    const text = `The same in ${files.length} files: ${files.slice(0, 4).join(', ')}`
    evidence.push({ kind: 'schema', for: true, weight: 0.4, text })
  }
  if (present) {
    confidence = lessDoubt(confidence, 0.6)
    evidence.push({ kind: 'measurement', for: true, weight: 0.4, text: `“${name}” is really there, “${old}” is not` })
  }
  if (files.some((file) => stillIn(file, old))) {
    confidence *= 0.8
    const text = `The product still says “${old}” in the same file`
    evidence.push({ kind: 'commit', for: false, weight: 0.5, text })
  }
  if (!isRelated && !areOppositeNames(old, name) && isEverywhere(changes, question)) {
    confidence = EVERYWHERE_CEILING
    const text = `One commit put “${name}” in all ${changes.length} places of “${old}”`
    evidence.push({ kind: 'commit', for: true, weight: 0.6, text })
  } else if (!isRelated) {
    confidence = Math.min(confidence, UNRELATED_CEILING)
    const text = `The names “${old}” and “${name}” have nothing in common: another thing may stand in its place`
    evidence.push({ kind: 'identity', for: false, weight: 0.6, text })
  }
  return [{ name, confidence: Math.min(CEILING, confidence), evidence }]
}

/** Whether one commit put a name in the place of a parameter's, at several places, and nothing else in any. */
const isEverywhere = (changes: readonly TokenChange[], question: RenamingQuestion): boolean => {
  const [first] = changes
  const { old, history, counts, stillIn } = question
  if (!question.isParameter || !first || changes.length < 2) return false
  const told = (history ?? []).filter(
    (change) => change.old !== null && nameIn(change.old) === old && (counts?.(change) ?? true),
  )
  return (
    told.length === changes.length &&
    changes.every(({ commit }) => commit.id === first.commit.id) &&
    !changes.some(({ file }) => stillIn(file, old)) &&
    !changes.some((change) => changesBeside(change, history).some((other) => !isRename(change, other)))
  )
}

/** What else a commit changed in the line of a change: with another value beside it, another thing stands there. */
const changesBeside = (change: TokenChange, history: History): readonly TokenChange[] =>
  (history ?? []).filter(
    (other) =>
      other !== change &&
      other.file === change.file &&
      other.line === change.line &&
      other.commit.id === change.commit.id,
  )

/** The same renaming in another spelling, as of a field of Go and its name in JSON; or one of another name, by its words. */
const isRename = (change: TokenChange, other: TokenChange): boolean => {
  if (other.old === null || other.new === null || other.kind === 'number') return false
  const spelling = (name: string | null): string => wordsOf(nameIn(name ?? '')).join('')
  const isSame = spelling(other.old) === spelling(change.old) && spelling(other.new) === spelling(change.new)
  return isSame || areRelatedNames(nameIn(other.old), nameIn(other.new))
}

/** The commit that took a name away without putting another in its place. */
export const removalOf = (old: string, history: History, counts: (change: TokenChange) => boolean): Evidence | null => {
  const gone = (history ?? []).find(
    (change) => change.new === null && change.old !== null && nameIn(change.old) === old && counts(change),
  )
  if (!gone) return null
  const { id, subject, author } = gone.commit
  return {
    kind: 'commit',
    for: false,
    weight: 0.9,
    text: `“${old}” was removed in ${gone.file} (${id.slice(0, 8)} “${subject.slice(0, 100)}” by ${author.slice(0, 60)}): on purpose?`,
  }
}
