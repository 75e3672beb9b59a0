import { signatureOf } from '../evidence/installed/members.ts'
import { successorsIn } from '../evidence/installed/statements.ts'
import type { PackageView } from '../evidence/installed/view.ts'
import { accessIn, calleeName, isCall } from '../source/accesses.ts'
import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import { nodesAt, type Place } from './code-places.ts'
import type { CodeView } from './contract.ts'
import { sideOf } from './definitions.ts'
import { type LostName, NOTHING, packageAt, packagesOf } from './lost-name.ts'

/** What the package itself complains of by name, in an error or a warning of its own. */
export const lostBySaying = (message: string, places: readonly Place[], code: CodeView): LostName | null => {
  const said = message.slice(0, 4_000)
  for (const place of places) {
    const found = nodesAt(place).flatMap((node) => spoken(place, node))
    const old = [...new Set(found.map(({ name }) => name))].find((name) => successorsIn(said, name).length > 0)
    const own = found.filter(({ name }) => name === old)
    const [first] = own
    if (!old || !first) continue
    const thrower = place.failure.errors[0]?.type ?? ''
    const byThrower = thrower.includes('.') ? code.installed?.(sideOf(place.tree), thrower, place.file) : null
    const view = byThrower ?? packageAt(place, first.from, code)
    const packages = view ? [view] : packagesOf(place, code)
    if (packages.length === 0) continue
    const receiver = first.kind === 'member' ? textOf(place.tree, first.from) : ''
    const parameters =
      first.kind === 'parameter' ? packages.flatMap((each) => parametersOf(each, place, first.from)) : []
    const what = receiver === '' ? old : `${receiver}.${old}`
    const uses = own.filter(({ kind }) => kind === first.kind)
    return {
      ...NOTHING,
      old,
      kind: first.kind,
      packages,
      receiver,
      parameters,
      what,
      uses,
      call: first.call,
      isCertain: true,
    }
  }
  return null
}

interface Spoken {
  readonly name: string
  readonly kind: 'member' | 'parameter'
  readonly place: Place
  readonly node: SyntaxNode
  /** What it is read from, or the call that it is given to. */
  readonly from: SyntaxNode
  readonly call: SyntaxNode | null
}

const spoken = (place: Place, node: SyntaxNode): readonly Spoken[] => {
  const access = accessIn(place.tree, node)
  if (access?.form === 'member' && access.receiver) {
    const call = node.parent && isCall(node.parent) && child(node.parent, 'function') === node ? node.parent : null
    return [{ name: access.field, kind: 'member', place, node: access.name, from: access.receiver, call }]
  }
  const key = node.type === 'keyword_argument' ? child(node, 'name') : undefined
  const call = node.parent?.parent
  return key && call && isCall(call)
    ? [{ name: textOf(place.tree, key), kind: 'parameter', place, node: key, from: call, call: null }]
    : []
}

/** What functions of the name that a call calls take. */
const parametersOf = (view: PackageView, { tree }: Place, call: SyntaxNode): readonly string[] =>
  view.named(calleeName(tree, call)).flatMap((each) => signatureOf(each)?.names ?? [])
