import type { Evidence } from '../../model.ts'
import { areOppositeNames, areRelatedNames } from '../names.ts'
import type { Renaming } from '../renamed-names.ts'
import type { Member } from './members.ts'
import { lastPart, type Successor, successorsIn } from './statements.ts'
import type { VersionChange } from './version-changes.ts'
import type { PackageView } from './view.ts'

/** A name that an installed package does not have any more, and what is known of where it was. */
export interface PackageQuestion {
  readonly old: string
  readonly kind: 'member' | 'top' | 'parameter'
  readonly packages: readonly PackageView[]
  /** The message of the failure: the package's own words, as often as not. */
  readonly message: string
  /** Names of the classes of the object, the nearest first; none where they are not known. */
  readonly owners: readonly string[]
  /** The module of Python whose name it was, in dots; null where it is none. */
  readonly module: string | null
  /** The names that are really there; null where they are not known. */
  readonly present: readonly string[] | null
  /** For a parameter: what its function takes. */
  readonly parameters: readonly string[]
  /** What the test reads it from, as written: `faker` of `faker.name`. */
  readonly receiver: string
  readonly versions: readonly VersionChange[]
}

export interface PackageAnswer {
  /** Names that may have taken the old one's place, the most probable first. */
  readonly renamings: readonly Renaming[]
  /** Where each of them is defined. */
  readonly definitions: ReadonlyMap<string, readonly Member[]>
  /** What the package recommends, but no name can take the place of the old one: in words. */
  readonly advice: readonly string[]
  /** The commit that brought another version of it. */
  readonly version: Evidence | null
}

/**
 * Probabilities that a name is what a maintainer would write, by what the package says of it: that it is the old one
 * renamed, or that it is to be used instead. What changelogs say is of the package as a whole, not of one class of it. Without a word of the
 * package, a name that is alike may be it, and a person has to say so.
 */
const SAID = { renamed: 0.92, instead: 0.87 } as const
const IN_CHANGES = 0.96
const ONLY_ALIKE = 0.5
const CEILING = 0.97
const MAX_ALIKE = 5

const lessDoubt = (probability: number, factor: number): number => 1 - (1 - probability) * factor

interface Said extends Successor {
  readonly package: PackageView
  readonly where: string
  readonly isOfType: boolean
  readonly isOfChanges: boolean
}

/** What the sources of installed packages say took the place of a name. They are read, and never run. */
export const packageRenamings = (question: PackageQuestion): PackageAnswer => {
  const { old, packages } = question
  const said = packages.flatMap((each) => saidBy(each, question))
  const definitions = new Map<string, readonly Member[]>()
  const advice: string[] = []
  const byName = new Map<string, Said[]>()
  for (const one of said) {
    const placed = placeOf(one, question)
    if (!placed || areOppositeNames(old, placed.name)) {
      advice.push(`${one.package.name} says ${one.where}: ${one.kind === 'renamed' ? 'it is now' : 'use'} ${one.name}`)
      continue
    }
    definitions.set(placed.name, placed.members)
    byName.set(placed.name, [...(byName.get(placed.name) ?? []), one])
  }
  const version = packages.map((each) => versionOf(each, question.versions)).find((each) => each !== null) ?? null
  const found = [...byName].map(([name, all]) => weigh(name, all, question, version))
  for (const name of alike(question, [...byName.keys()])) {
    definitions.set(
      name,
      packages.flatMap((each) => definedBy(each, name, question)),
    )
    const text = `“${name}” is there and may be it by its name; the package does not say so`
    const alone: Evidence = { kind: 'identity', for: true, weight: 0.3, text }
    found.push({ name, confidence: ONLY_ALIKE, evidence: [alone, ...(version ? [version] : [])] })
  }
  return {
    renamings: found.sort((a, b) => b.confidence - a.confidence),
    definitions,
    advice: [...new Set(advice)].slice(0, 3),
    version,
  }
}

const saidBy = (view: PackageView, { old, message, owners }: PackageQuestion): readonly Said[] => {
  const inMessage = successorsIn(message.slice(0, 4_000), old).map(
    (one): Said => ({
      ...one,
      package: view,
      where: 'in the message of the failure',
      isOfType: false,
      isOfChanges: false,
    }),
  )
  const inSource = view.notesOn(old, owners).map((one): Said => {
    const isOfChanges = /\.(?:md|rst|txt)$|METADATA$/i.test(one.file)
    const file = one.file.split('/').slice(-3).join('/')
    return { ...one, package: view, where: `in ${file === '' ? 'its source' : file}:${one.line}`, isOfChanges }
  })
  return [...inMessage, ...inSource]
}

/** The name as the test would write it, where there is one that is defined where the old one was. */
const placeOf = (
  one: Said,
  question: PackageQuestion,
): { readonly name: string; readonly members: readonly Member[] } | null => {
  const name = lastPart(one.name)
  const view = one.package
  if (one.isOfType && question.kind === 'member') {
    // `person` of `readonly person: PersonModule` is what the documented class is reached by.
    const fields = [...new Set(view.ofType(name).map((member) => member.name))]
    return fields.length === 1 && fields[0] ? { name: fields[0], members: definedBy(view, fields[0], question) } : null
  }
  if (!isSameQualifier(one, question)) return null
  const members = definedBy(view, name, question)
  if (question.kind === 'parameter') return question.parameters.includes(name) ? { name, members: [] } : null
  if (question.present) return question.present.includes(name) ? { name, members } : null
  return members.length > 0 ? { name, members } : null
}

/** What stands before the new name has to be what stood before the old one, there or in the test. */
const isSameQualifier = (one: Said, { receiver, owners, module }: PackageQuestion): boolean => {
  const qualifier = one.name.split(/[.#:]+/).slice(0, -1)
  if (qualifier.length === 0) return true
  const path = qualifier.join('.')
  const before = one.old.split(/[.#:]+/).slice(0, -1)
  if (before.length > 0) return before.join('.') === path
  const last = qualifier.at(-1) ?? ''
  return receiver === path || receiver.endsWith(`.${path}`) || owners.includes(last) || module === path
}

const definedBy = (view: PackageView, name: string, { kind, owners, module }: PackageQuestion): readonly Member[] => {
  if (kind === 'top' && module !== null) return (view.topOf(module) ?? []).filter((member) => member.name === name)
  const members = view.named(name)
  if (kind === 'top') return members.filter(({ owner }) => owner === null)
  if (kind === 'parameter' || owners.length === 0) return members
  return members.filter(({ owner }) => owner !== null && owners.includes(owner))
}

/** Names that are there and share a word with the old one, where the package says nothing better. */
const alike = (question: PackageQuestion, known: readonly string[]): readonly string[] => {
  const { old, kind, parameters, present, module, packages } = question
  const top =
    kind === 'top' && module !== null
      ? packages.flatMap((each) => (each.topOf(module) ?? []).map(({ name }) => name))
      : []
  const names = kind === 'parameter' ? parameters : (present ?? top)
  return [...new Set(names)]
    .filter((name) => name !== old && !name.startsWith('_') && !known.includes(name) && areRelatedNames(old, name))
    .slice(0, MAX_ALIKE)
}

const weigh = (
  name: string,
  all: readonly Said[],
  { present, parameters }: PackageQuestion,
  version: Evidence | null,
): Renaming => {
  const [first] = all.toSorted((a, b) => SAID[b.kind] - SAID[a.kind])
  const isOfChanges = all.every((one) => one.isOfChanges)
  let confidence = (first ? SAID[first.kind] : 0) * (isOfChanges ? IN_CHANGES : 1)
  const distinct = all.filter((one, at) => all.findIndex(({ where }) => where === one.where) === at)
  const evidence: Evidence[] = distinct.slice(0, 3).map((one) => ({
    kind: 'schema',
    for: true,
    weight: SAID[one.kind],
    text: `${one.package.name}${one.package.version ? ` ${one.package.version}` : ''} says ${one.where} ${inWords(one, name)}`,
  }))
  if (distinct.length > 1) confidence = lessDoubt(confidence, 0.7)
  if (version) {
    confidence = lessDoubt(confidence, 0.7)
    evidence.push(version)
  }
  if (present || parameters.length > 0) {
    confidence = lessDoubt(confidence, 0.8)
    evidence.push({
      kind: 'measurement',
      for: true,
      weight: 0.4,
      text: `“${name}” is really there, the old name is not`,
    })
  }
  return { name, confidence: Math.min(CEILING, confidence), evidence }
}

const inWords = ({ old, name, kind, isOfType }: Said, reached: string): string => {
  if (isOfType) return `that its ${name} was “${old}”, and has it as “${reached}”`
  return `that “${old || 'it'}” ${kind === 'renamed' ? 'is called' : 'is to be replaced by'} “${name}”`
}

/** The commit that brought another version, the newest. */
const versionOf = ({ name }: PackageView, versions: readonly VersionChange[]): Evidence | null => {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_.]+/g, '-')
  const found = versions.find((each) => plain(each.name) === plain(name))
  if (!found) return null
  const { id, subject, author } = found.commit
  const text = `${found.name} went from ${found.old} to ${found.new} in ${found.file} (${id.slice(0, 8)} “${subject.slice(0, 100)}” by ${author.slice(0, 60)})`
  return { kind: 'commit', for: true, weight: 0.4, text }
}
