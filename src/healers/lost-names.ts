import { signatureOf } from '../evidence/installed/members.ts'
import { type Access, accessIn, isCall } from '../source/accesses.ts'
import { child, textOf } from '../source/syntax.ts'
import { nodesAt, type Place } from './code-places.ts'
import type { CodeView } from './contract.ts'
import { sideOf } from './definitions.ts'
import { identifiersOf, importsOf } from './imported.ts'
import { type LostName, NOTHING, packageAt, packagesOf } from './lost-name.ts'
import { lostBySaying } from './said-names.ts'

const ATTRIBUTE = /(?:'([\w.]{1,200})' object|type object '([\w.]{1,200})') has no attribute '(\w{1,120})'/
const MODULE_ATTRIBUTE = /module '([\w.]{1,200})' has no attribute '(\w{1,120})'/
const KEYWORD = /([\w.]{1,200})\(\) got an unexpected keyword argument '(\w{1,120})'/
const IMPORT = /cannot import name '(\w{1,120})' from (?:partially initialized module )?'([\w.]{1,200})'/
const EXPORT = /does not provide an export named '([\w$]{1,120})'/
const CALLED = /(?<![\w$])([\w$]{1,200})\)? is not a (?:function|constructor)/

/** The name of an installed package that a failure is about; null where it is about none. */
export const lostNameIn = (message: string, places: readonly Place[], code: CodeView): LostName | null => {
  const keyword = KEYWORD.exec(message)
  if (keyword?.[1] && keyword[2]) return lostKeyword(keyword[2], keyword[1], places, code)
  const moduleName = MODULE_ATTRIBUTE.exec(message)
  if (moduleName?.[1] && moduleName[2]) return lostOfModule(moduleName[2], moduleName[1], places, code)
  const attribute = ATTRIBUTE.exec(message)
  if (attribute?.[3]) return lostMember(attribute[3], attribute[1] ?? attribute[2] ?? '', places, code)
  const imported = IMPORT.exec(message)
  if (imported?.[1] && imported[2]) return lostImport(imported[1], imported[2], places, code)
  const exported = EXPORT.exec(message)?.[1]
  if (exported) return lostImport(exported, null, places, code)
  const called = CALLED.exec(message)?.[1]
  return (called ? lostOfScript(called, places, code) : null) ?? lostBySaying(message, places, code)
}

/** A field of an installed package that a test reads and does not call; null where it is none. */
export const lostFieldAt = (
  place: Place,
  { field, name, receiver }: Pick<Access, 'field' | 'name' | 'receiver'>,
  code: CodeView,
): LostName | null => {
  if (!code.installed || !receiver) return null
  const classes = place.failure.owners ?? []
  const [nearest] = classes
  const view = nearest ? code.installed('python', nearest, place.file) : packageAt(place, receiver, code)
  if (!view) return null
  const said = textOf(place.tree, receiver)
  return {
    ...NOTHING,
    old: field,
    kind: 'member',
    packages: [view],
    owners: classes.map((each) => each.split('.').at(-1) ?? each),
    present: place.failure.present ?? null,
    receiver: said,
    what: `${said}.${field}`,
    uses: [{ place, node: name }],
    isCertain: true,
  }
}

const usesOf = (old: string, places: readonly Place[]) =>
  places.flatMap((place) =>
    nodesAt(place).flatMap((node) => {
      const access = accessIn(place.tree, node)
      const isIt = access?.form === 'member' && access.field === old && access.receiver
      const call = node.parent && isCall(node.parent) && child(node.parent, 'function') === node ? node.parent : null
      return isIt && access.receiver ? [{ place, node: access.name, receiver: access.receiver, call }] : []
    }),
  )

const lostOfModule = (old: string, module: string, places: readonly Place[], code: CodeView): LostName | null => {
  const uses = usesOf(old, places)
  const [first] = uses
  const view = first ? code.installed?.('python', module, first.place.file) : null
  if (!first || !view) return null
  const present = first.place.failure.present ?? null
  const receiver = textOf(first.place.tree, first.receiver)
  return {
    ...NOTHING,
    old,
    kind: 'top',
    packages: [view],
    module,
    present,
    receiver,
    what: `${module}.${old}`,
    uses,
    call: first.call,
    isCertain: true,
  }
}

const lostMember = (old: string, type: string, places: readonly Place[], code: CodeView): LostName | null => {
  const uses = usesOf(old, places)
  const [first] = uses
  if (!first) return null
  const { place } = first
  const classes = place.failure.owners ?? []
  const views = classes.map((name) => code.installed?.('python', name, place.file) ?? null)
  const known = [...new Set(views.flatMap((view) => view ?? []))]
  const packages = classes.length > 0 ? known : packagesOf(place, code).filter((view) => view.named(type).length > 0)
  if (packages.length === 0) return null
  const names = classes.length > 0 ? classes.map((name) => name.split('.').at(-1) ?? name) : [type]
  return {
    ...NOTHING,
    old,
    kind: 'member',
    packages,
    owners: names,
    present: place.failure.present ?? null,
    receiver: textOf(place.tree, first.receiver),
    what: `${type}.${old}`,
    uses,
    call: first.call,
    isCertain: classes.length > 0 && views[0] !== null,
  }
}

const lostImport = (old: string, module: string | null, places: readonly Place[], code: CodeView): LostName | null => {
  for (const place of places) {
    const side = sideOf(place.tree)
    const from = importsOf(place.tree).find((one) => one.name === old && (module === null || one.module === module))
    const view = from ? code.installed?.(side, from.module, place.file) : null
    if (!from || !view) continue
    const isAliased = from.as !== old
    const nodes = identifiersOf(place.tree, old).filter(
      (node) => !isAliased || /import/.test(node.parent?.parent?.type ?? ''),
    )
    return {
      ...NOTHING,
      old,
      kind: 'top',
      packages: [view],
      module: side === 'python' ? from.module : null,
      receiver: from.module,
      what: `${from.module}.${old}`,
      uses: nodes.map((node) => ({ place, node })),
      isCertain: true,
    }
  }
  return null
}

const lostOfScript = (old: string, places: readonly Place[], code: CodeView): LostName | null => {
  const uses = usesOf(old, places)
  const [first] = uses
  if (!first) return lostImport(old, null, places, code)
  const own = packageAt(first.place, first.receiver, code)
  const packages = own ? [own] : packagesOf(first.place, code)
  if (packages.length === 0) return null
  const receiver = textOf(first.place.tree, first.receiver)
  return {
    ...NOTHING,
    old,
    kind: 'member',
    packages,
    receiver,
    what: `${receiver}.${old}`,
    uses,
    call: first.call,
    isCertain: own !== null,
  }
}

const lostKeyword = (old: string, callee: string, places: readonly Place[], code: CodeView): LostName | null => {
  const found = places.flatMap((place) =>
    nodesAt(place).flatMap((node) => {
      const key = node.type === 'keyword_argument' ? child(node, 'name') : undefined
      const call = node.parent?.parent ?? null
      return key && call && isCall(call) && textOf(place.tree, key) === old ? [{ place, node: key, call }] : []
    }),
  )
  const [first] = found
  const view = first ? packageAt(first.place, first.call, code) : null
  if (!first || !view) return null
  const parts = callee.split('.')
  const isConstructor = parts.at(-1) === '__init__'
  const owner = parts.at(-2) ?? null
  const members = view.named(parts.at(-1) ?? callee).filter((each) => owner === null || each.owner === owner)
  const given = (child(first.call, 'arguments')?.children ?? []).flatMap((each) => {
    const key = child(each, 'name')
    return key ? [textOf(first.place.tree, key)] : []
  })
  const names = members.flatMap((each) => signatureOf(each)?.names ?? [])
  return {
    ...NOTHING,
    old,
    kind: 'parameter',
    packages: [view],
    owners: owner === null ? [] : [owner],
    parameters: [...new Set(names)].filter((each) => !given.includes(each)),
    receiver: isConstructor ? (owner ?? '') : callee,
    what: `${callee}(${old}=)`,
    uses: found,
    isCertain: true,
  }
}
