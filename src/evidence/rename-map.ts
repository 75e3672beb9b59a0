import { parseDocument } from 'yaml'
import type { Problem } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import type { History } from './weigh.ts'

/** Where a project says itself what it renamed, relative to its root. */
export const RENAMES_FILES = ['.self-heal/renames.yml', '.self-heal/renames.yaml'] as const

/** What a project says it renamed, old name → new name. */
export interface RenameMap {
  /** Fields of answers and objects. */
  readonly fields: ReadonlyMap<string, string>
  /** Resources as they stand in paths, such as the plural of a kind. */
  readonly resources: ReadonlyMap<string, string>
  /** What locators name: test ids, ids, labels, texts. */
  readonly locators: ReadonlyMap<string, string>
  /** The file it stands in; empty where there is none. */
  readonly file: string
}

export const NO_RENAMES: RenameMap = { fields: new Map(), resources: new Map(), locators: new Map(), file: '' }

const KINDS = ['fields', 'resources', 'locators'] as const
const LIMITS = { bytes: 256 * 1024, entries: 2_000, length: 200 } as const
const NAME = /^[\w.-]{1,120}$/

/** Reads a map of renames; what is not of the form is left out and said. */
export const readRenameMap = (
  text: string,
  file: string,
): { readonly renames: RenameMap; readonly problems: readonly Problem[] } => {
  const problems: Problem[] = []
  const say = (what: string) =>
    problems.push({
      message: `${file} ${what}`,
      remedy: 'Write `fields`, `resources` and `locators`, each with lines of the form `old: new`.',
      subject: file,
    })
  const value =
    text.length > LIMITS.bytes ? say(`has more than ${LIMITS.bytes} characters; it is not read.`) : parse(text)
  if (value instanceof Error) say(`is no YAML: ${value.message.split('\n', 1)[0]?.slice(0, 200)}`)
  const whole = isRecord(value) ? value : {}
  if (value !== null && typeof value !== 'number' && !(value instanceof Error) && !isRecord(value)) say('is no map.')
  const unknown = Object.keys(whole).filter((key) => !KINDS.some((kind) => kind === key))
  if (unknown.length > 0) say(`has keys that are not known: ${unknown.slice(0, 5).join(', ').slice(0, 200)}.`)
  const read = (kind: (typeof KINDS)[number]): ReadonlyMap<string, string> => {
    const entries = isRecord(whole[kind]) ? Object.entries(whole[kind]) : []
    const good = entries.slice(0, LIMITS.entries).flatMap(([old, fresh]): [string, string][] => {
      const next = typeof fresh === 'string' || typeof fresh === 'number' ? String(fresh) : ''
      return isName(kind, old) && isName(kind, next) && old !== next ? [[old, next]] : []
    })
    const bad =
      entries.length -
      good.length +
      (whole[kind] === undefined || isRecord(whole[kind]) || whole[kind] === null ? 0 : 1)
    if (bad > 0) say(`holds ${bad} lines under ${kind} that are not of the form \`old: new\`.`)
    return new Map(good)
  }
  return {
    renames: { fields: read('fields'), resources: read('resources'), locators: read('locators'), file },
    problems,
  }
}

const parse = (text: string): unknown => {
  try {
    const document = parseDocument(text, { uniqueKeys: true, schema: 'core' })
    return document.errors[0] ?? document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

const isName = (kind: (typeof KINDS)[number], text: string): boolean =>
  kind === 'locators' ? text.trim() !== '' && text.length <= LIMITS.length : NAME.test(text)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The project's word on what its locators name, beside what its commits changed: like a commit that renamed the one to the
 * other with all around it as it was.
 */
export const withRenames = (history: History, renames: RenameMap | undefined): History => {
  if (!renames || renames.locators.size === 0) return history
  const commit = { id: 'declared', author: 'the project', date: '', subject: 'map of renames' }
  const declared = [...renames.locators].map(
    ([old, fresh], at): TokenChange => ({
      commit,
      file: renames.file,
      line: at + 1,
      kind: 'string',
      old,
      new: fresh,
      standing: 'anchored',
    }),
  )
  return [...declared, ...(history ?? [])]
}
