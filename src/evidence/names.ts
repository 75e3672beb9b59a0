/** Words of an identifier in lower case: `availableReplicas` and `available_replicas` are the same two. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .slice(0, 300)
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/** Renamings that are common in APIs: each word of a group may take the place of another. */
const KIN: readonly (readonly string[])[] = [
  ['phase', 'state', 'status', 'condition', 'stage'],
  ['ready', 'available', 'healthy'],
  ['id', 'uid', 'uuid', 'identifier', 'key'],
  ['name', 'title', 'label'],
  ['url', 'uri', 'endpoint', 'address', 'host', 'link'],
  ['message', 'reason', 'detail', 'details', 'description', 'text'],
  ['count', 'total', 'number', 'num', 'size', 'length'],
  ['type', 'kind', 'category'],
  ['start', 'started', 'begin', 'began', 'created', 'creation'],
  ['end', 'ended', 'finish', 'finished', 'completed', 'completion'],
  ['list', 'get', 'fetch', 'find', 'load', 'read'],
  ['create', 'make', 'add', 'new', 'build'],
  ['delete', 'remove', 'destroy', 'drop'],
  ['update', 'set', 'change', 'modify', 'patch'],
  ['owner', 'user', 'author', 'creator'],
]

/** Words that turn a name into its opposite. */
const OPPOSITES: ReadonlySet<string> = new Set(
  `enable disable, enabled disabled, min max, start end, started ended, start stop, started stopped, first last,
  desired current, allow deny, allowed denied, success failure, succeeded failed, before after, source target,
  ready unready, available unavailable, open close, opened closed, add remove, insert delete, create delete, show hide,
  visible hidden, lock unlock, push pop, encode decode, encrypt decrypt, compress decompress, serialize deserialize,
  read write, get set, load dump, load save, import export, attach detach, subscribe unsubscribe, connect disconnect,
  include exclude, accept reject, approve reject, grant revoke, increase decrease, increment decrement, up down,
  left right, on off, pause resume, install uninstall, mount unmount, register unregister, upload download,
  send receive, input output, parent child, next previous, next prev, upper lower, ascending descending, asc desc,
  login logout, select deselect, to from`
    .split(',')
    .map((pair) => pair.trim()),
)

/** `v1`, `v2beta1`: versions of one API. */
const VERSION = /^v\d+(?:(?:alpha|beta)\d*)?$/

const isKin = (one: string, other: string): boolean => {
  if (one === other || (VERSION.test(one) && VERSION.test(other))) return true
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  if (short.length >= 4 && long.startsWith(short)) return true
  return KIN.some((group) => group.includes(one) && group.includes(other))
}

/** Whether one name says the opposite of the other. */
export const areOppositeNames = (old: string, fresh: string): boolean => {
  const [was, now] = [wordsOf(old), wordsOf(fresh)]
  const [gone, come] = [was.filter((word) => !now.includes(word)), now.filter((word) => !was.includes(word))]
  return gone.some((word) => come.some((each) => OPPOSITES.has(`${word} ${each}`) || OPPOSITES.has(`${each} ${word}`)))
}

/** Whether one name may be what the other is called now, judged by the words alone: they share one, and none is opposite. */
export const areRelatedNames = (old: string, fresh: string): boolean => {
  if (areOppositeNames(old, fresh)) return false
  const [was, now] = [wordsOf(old), wordsOf(fresh)]
  const [glued, other] = [was.join(''), now.join('')]
  if (glued.length >= 4 && other.length >= 4 && (glued.includes(other) || other.includes(glued))) return true
  return was.some((word) => now.some((each) => isKin(word, each)))
}
