import type { Edit } from '../model.ts'

/** One place of a file that fixes change: what stood there, and what each of them puts there. */
interface Place {
  readonly start: number
  readonly end: number
  readonly old: string
  readonly news: readonly string[]
}

const MAX_PLACES = 500
const MAX_TRIES = 20_000

/**
 * Which edits are in `current`, where `current` is nothing but `base` with some of them made: those edits, as keys of
 * `keyOf`. Null where the file was changed in any other way, so that nothing exact can be said.
 */
export function editsMade(base: string, current: string, edits: readonly Edit[]): ReadonlySet<string> | null {
  const places = placesOf(base, edits)
  if (places === null) return null
  const dead = new Set<string>()
  let tries = 0

  const follow = (index: number, from: number, at: number): string[] | null => {
    const place = places[index]
    if (place === undefined) return current.slice(at) === base.slice(from) ? [] : null
    const state = `${index} ${at}`
    if (dead.has(state) || ++tries > MAX_TRIES) return null
    const between = base.slice(from, place.start)
    if (current.startsWith(between, at)) {
      const here = at + between.length
      for (const text of [...place.news, place.old]) {
        if (!current.startsWith(text, here)) continue
        const rest = follow(index + 1, place.end, here + text.length)
        if (rest !== null) return text === place.old ? rest : [keyOf({ ...place, new: text }), ...rest]
      }
    }
    dead.add(state)
    return null
  }
  const made = follow(0, 0, 0)
  return made === null ? null : new Set(made)
}

/** Tells edits of one file apart. */
export function keyOf(edit: Pick<Edit, 'start' | 'end' | 'new'>): string {
  return `${edit.start} ${edit.end} ${edit.new}`
}

/** The places in order; null where edits overlap, lie outside, or replace what is not there. */
function placesOf(base: string, edits: readonly Edit[]): Place[] | null {
  const places: Place[] = []
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = places.at(-1)
    if (base.slice(edit.start, edit.end) !== edit.old || edit.new === edit.old) return null
    if (last !== undefined && last.start === edit.start && last.end === edit.end) {
      if (!last.news.includes(edit.new)) places[places.length - 1] = { ...last, news: [...last.news, edit.new] }
    } else if (last !== undefined && edit.start < last.end) return null
    else places.push({ start: edit.start, end: edit.end, old: edit.old, news: [edit.new] })
  }
  return places.length > MAX_PLACES ? null : places
}
