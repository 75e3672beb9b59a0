import { simpleGit } from 'simple-git'
import { parse as parseYaml } from 'yaml'
import type { TokenChange } from '../source/changes.ts'

/** Names and files that are looked up, bytes of them that are read, and milliseconds granted to git. */
const LIMITS = { names: 200, files: 40, bytes: 2 * 1024 * 1024, millis: 15_000 } as const
/** Lines around a literal on which nothing but the literal may have gone, and few names may have come. */
const CLOSE = 2
const FEW = 3
const NAME = /^[A-Za-z_$][\w$]{1,80}$/
const KEY = /^[A-Za-z_][\w-]*(?:[.:][\w-]+){1,6}$/
/** Words that stand in every other line: no constant is called so. */
const PLAIN =
  /^(?:className?|style|type|id|name|key|value|href|label|title|text|button|input|const|return|if|else|div|span)$/

export interface ConstantQuestion {
  readonly root: string
  /** The commits before and after. */
  readonly from: string
  readonly to: string
}

/** What a name stands for at a commit; a name with several values stands for none. */
type Values = ReadonlyMap<string, string>

/**
 * Changes that a reader sees and a diff does not: where the source names a constant or a key of a translation in place of
 * another, the value of the one becomes the value of the other; and where it names a constant in place of a literal.
 * Returned as changes of the lines that name them.
 *
 * @param changes newest commit first, as they were paired
 */
export const followConstants = async (
  changes: readonly TokenChange[],
  { root, from, to }: ConstantQuestion,
): Promise<readonly TokenChange[]> => {
  const renamed = changes.filter(
    ({ old, new: next, standing }) =>
      old !== null && next !== null && standing !== 'contested' && isName(old) && isName(next),
  )
  const swapped = swaps(changes)
  const [before, after] = [
    new Set([...renamed.map(({ old }) => old ?? ''), ...swapped.map(({ old }) => old.old ?? '').filter(isName)]),
    new Set([
      ...renamed.map(({ new: next }) => next ?? ''),
      ...swapped.map(({ next }) => next.new ?? '').filter(isName),
    ]),
  ]
  if (before.size + after.size === 0) return []
  const git = simpleGit({ baseDir: root, timeout: { block: LIMITS.millis } })
  const ask = (...args: string[]) => git.raw(args).catch(() => '')
  const [was, is] = await Promise.all([valuesAt(ask, from, before), valuesAt(ask, to, after)])
  const followed: TokenChange[] = []
  const add = (change: TokenChange, old: string | undefined, next: string | undefined) => {
    if (old !== undefined && next !== undefined && old !== next)
      followed.push({ ...change, kind: 'string', old, new: next })
  }
  for (const change of renamed) {
    const [old, next] = [change.old ?? '', change.new ?? '']
    if (!KEY.test(old)) add(change, was.names.get(old), is.names.get(next))
    // A key has a value in every language; each file tells its own.
    else for (const [file, keys] of was.keys) add(change, keyed(keys, old), keyed(is.keys.get(file), next))
  }
  for (const { old, next } of swapped) {
    const value = (side: typeof was, { kind }: TokenChange, text: string | null) =>
      kind === 'word' ? side.names.get(text ?? '') : (text ?? undefined)
    add({ ...next, standing: 'anchored' }, value(was, old, old.old), value(is, next, next.new))
  }
  return followed
}

const isName = (text: string): boolean => (NAME.test(text) && !PLAIN.test(text)) || KEY.test(text)

interface Swap {
  readonly old: TokenChange
  readonly next: TokenChange
}

const isLiteral = ({ kind }: TokenChange): boolean => kind === 'string' || kind === 'text'
const isConstant = ({ kind, old, new: next }: TokenChange): boolean => kind === 'word' && isName(old ?? next ?? '')

/**
 * A literal that went where a constant came, or the other way round, and all else on the lines around stayed: where more
 * changed, one thing may have made room for another.
 */
const swaps = (changes: readonly TokenChange[]): readonly Swap[] => {
  const byPlace = new Map<string, TokenChange[]>()
  for (const change of changes) {
    const key = `${change.commit.id} ${change.file}`
    byPlace.set(key, [...(byPlace.get(key) ?? []), change])
  }
  return [...byPlace.values()].flatMap((all) =>
    all
      .filter(isLiteral)
      .slice(0, LIMITS.names)
      .flatMap((literal) => swapsAround(literal, all)),
  )
}

const swapsAround = (literal: TokenChange, all: readonly TokenChange[]): readonly Swap[] => {
  if (literal.old !== null && literal.new !== null) return []
  const others = all.filter((one) => one !== literal && Math.abs(one.line - literal.line) <= CLOSE)
  const isGone = literal.new === null
  const isAlone = others.every(({ old, new: next }) => (isGone ? old === null : next === null))
  if (!isAlone || others.length > FEW || others.some(isLiteral)) return []
  return others
    .filter(isConstant)
    .map((other) => (isGone ? { old: literal, next: other } : { old: other, next: literal }))
}

type Ask = (...args: string[]) => Promise<string>

const valuesAt = async (
  ask: Ask,
  commit: string,
  wanted: ReadonlySet<string>,
): Promise<{ readonly names: Values; readonly keys: ReadonlyMap<string, Values> }> => {
  const names = [...wanted].filter((name) => NAME.test(name)).slice(0, LIMITS.names)
  const hasKeys = [...wanted].some((name) => KEY.test(name))
  return {
    names: names.length > 0 ? await constantsAt(ask, commit, names) : new Map(),
    keys: hasKeys ? await translationsAt(ask, commit) : new Map(),
  }
}

/** Values that names are bound to: `BUY = 'buy'`, `buy: 'buy'`, `"buy": "buy"`, `buy = "buy"`. */
const constantsAt = async (ask: Ask, commit: string, names: readonly string[]): Promise<Values> => {
  const either = names.map((name) => name.replaceAll('$', '\\$')).join('|')
  const pattern = `(^|[^[:alnum:]_$])(${either})["']?[^=:()]*[=:][[:space:]]*["'\`]`
  const found = await ask('grep', '-I', '-h', '-E', '-e', pattern, commit, '--', '.', ':(exclude,glob)**/node_modules')
  const values = new Map<string, Set<string>>()
  const binding = new RegExp(
    `(?<![\\w$])(${either})["']?(?:\\s*:\\s*\\w+)?\\s*(?::|=)\\s*(?:"([^"\\\\]*)"|'([^'\\\\]*)'|\`([^\`\\\\$]*)\`)`,
    'g',
  )
  for (const line of found.slice(0, LIMITS.bytes).split('\n')) {
    if (line.length > 500) continue
    for (const [, name, ...quoted] of line.matchAll(binding)) {
      const value = quoted.find((one) => one !== undefined)
      if (name !== undefined && value) values.set(name, (values.get(name) ?? new Set()).add(value))
    }
  }
  return new Map([...values].flatMap(([name, held]) => (held.size === 1 ? [[name, [...held][0] ?? ''] as const] : [])))
}

const TRANSLATIONS =
  /(?:^|[/._-])(?:locales?|i18n|l10n|lang|langs|languages?|messages|translations?|strings)(?:[/._-]|$).*\.(?:json|ya?ml)$/i

/** Keys of the translation files, each file by itself. */
const translationsAt = async (ask: Ask, commit: string): Promise<ReadonlyMap<string, Values>> => {
  const listed = (await ask('ls-tree', '-r', '-z', '--name-only', commit)).split('\0')
  const files = listed.filter((file) => TRANSLATIONS.test(file) && !file.includes('node_modules/'))
  const read = await Promise.all(
    files.slice(0, LIMITS.files).map(async (file) => [file, await ask('show', `${commit}:${file}`)] as const),
  )
  return new Map(read.map(([file, text]) => [file, flatten(parsed(text.slice(0, LIMITS.bytes)))]))
}

const parsed = (text: string): unknown => {
  try {
    // Every JSON document is a YAML document.
    return parseYaml(text, { maxAliasCount: 0 })
  } catch {
    return null
  }
}

const flatten = (node: unknown, path = '', into = new Map<string, string>()): Values => {
  if (typeof node === 'string') into.set(path, node)
  else if (typeof node === 'object' && node !== null && path.length < 300)
    for (const [key, value] of Object.entries(node)) flatten(value, path === '' ? key : `${path}.${key}`, into)
  return into
}

/** The value of a key; a file may put all of its keys below the name of its language. */
const keyed = (keys: Values | undefined, key: string): string | undefined => {
  const dotted = key.replaceAll(':', '.')
  const exact = keys?.get(dotted)
  if (exact !== undefined || !keys) return exact
  const held = [...keys].filter(([path]) => path.endsWith(`.${dotted}`))
  return held.length === 1 ? held[0]?.[1] : undefined
}
