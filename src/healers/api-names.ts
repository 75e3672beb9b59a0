import { removalOf, renamingsOf } from '../evidence/renamed-names.ts'
import type { SourceLocation } from '../model.ts'
import { accessIn } from '../source/accesses.ts'
import type { TokenChange } from '../source/changes.ts'
import { findBinding } from '../source/scope.ts'
import { child, placeAt, type SyntaxNode, textOf } from '../source/syntax.ts'
import { healImportedName } from './api-imports.ts'
import { editOf, holdsWord, isProduct, nodesAt, type Place, refuse } from './code-places.ts'
import type { CodeView, HealContext, Verdict } from './contract.ts'
import { decideName } from './decide-name.ts'
import {
  constructorsOf,
  type Definition,
  definitionsOf,
  isSource,
  optionsOf,
  parametersOf,
  sideOf,
} from './definitions.ts'

const inside =
  ({ file, tree, node }: Definition) =>
  (change: TokenChange): boolean =>
    change.file === file &&
    change.line >= placeAt(tree.text, node.start).line &&
    change.line <= placeAt(tree.text, node.end).line

/** A keyword argument of Python that the function does not take any more. */
export function healKeyword(
  callee: string,
  old: string,
  places: readonly Place[],
  code: CodeView,
  context: HealContext,
): Verdict {
  const { history } = context
  const parts = callee.split('.')
  const isConstructor = parts.at(-1) === '__init__'
  const name = parts.at(isConstructor ? -2 : -1) ?? callee
  const definitions = isConstructor
    ? constructorsOf(code, name)
    : definitionsOf(code, 'python', name, parts.at(-2) ?? null)
  const [definition] = definitions
  if (!definition || definitions.length > 1)
    return refuse(
      'needs_human',
      `${callee} is defined ${definitions.length} times here; which one is meant cannot be told.`,
    )
  const calls = places.flatMap((place) =>
    nodesAt(place).flatMap((node) => {
      const key = node.type === 'keyword_argument' ? child(node, 'name') : undefined
      const call = node.parent?.parent
      const callee_ = call ? child(call, 'function') : undefined
      const isOfIt = callee_ !== undefined && textOf(place.tree, callee_).split('.').at(-1) === name
      return key && textOf(place.tree, key) === old && isOfIt ? [{ place, key, args: node.parent }] : []
    }),
  )
  if (calls.length === 0) return refuse('needs_human', `No call of ${callee} with ${old}= stands in the failing line.`)
  const given = calls.flatMap(({ place, args }) =>
    (args?.children ?? []).flatMap((each) => {
      const key = child(each, 'name')
      return key ? [textOf(place.tree, key)] : []
    }),
  )
  const present = parametersOf(definition).filter((each) => !given.includes(each))
  const counts = inside(definition)
  const found = renamingsOf({ old, history, present, counts, isParameter: true, stillIn: () => false })
  const removal = removalOf(old, history, counts)
  return decideName(`${callee}(${old}=)`, old, found, removal, context, (fresh) =>
    calls.map(({ place, key }) => editOf(place.file, place.tree, key, fresh)),
  )
}

/** An option of a script's function, given in an object, that the function refuses by name. */
export function healOption(old: string, places: readonly Place[], code: CodeView, context: HealContext): Verdict {
  const { history } = context
  const keys = places.flatMap((place) =>
    nodesAt(place).flatMap((node) => {
      const key = node.type === 'pair' ? child(node, 'key') : undefined
      const call = node.parent?.parent?.parent
      return key?.type === 'property_identifier' && textOf(place.tree, key) === old && call?.type === 'call_expression'
        ? [{ place, key, call, given: optionNames(place, node) }]
        : []
    }),
  )
  const [first] = keys
  if (!first || keys.some(({ place }) => place.file !== first.place.file))
    return refuse('needs_human', `No call with the option ${old} stands in the failing line.`)
  const callee = child(first.call, 'function')
  const name = callee ? (child(callee, 'property') ?? callee) : undefined
  const called = name ? textOf(first.place.tree, name) : ''
  const named = definitionsOf(code, 'script', called, undefined).filter((each) => each.node.type !== 'method_signature')
  const { stack = [] } = first.place.failure.errors[0] ?? {}
  const onStack = named.filter((each) => stack.some((frame) => holds(each, frame)))
  const definitions = onStack.length > 0 ? onStack : named
  const [definition] = definitions
  if (!definition || definitions.length > 1)
    return refuse(
      'needs_human',
      `${called} is defined ${definitions.length} times here; which one is meant cannot be told.`,
    )
  const declared = optionsOf(definition).filter((each) => !first.given.includes(each))
  // Options may be of a type that is declared elsewhere: then its own file's commits have to say it.
  const counts = declared.length > 0 ? inside(definition) : (change: TokenChange) => change.file === definition.file
  const present = declared.length > 0 ? declared : null
  const stillIn = (file: string): boolean => declared.length === 0 && holdsWord(code, file, old)
  const found = renamingsOf({ old, history, present, counts, stillIn })
  return decideName(`${called}({ ${old} })`, old, found, removalOf(old, history, counts), context, (fresh) =>
    keys.map(({ place, key }) => editOf(place.file, place.tree, key, fresh)),
  )
}

const holds = ({ file, tree, node }: Definition, frame: SourceLocation): boolean =>
  frame.file === file &&
  frame.line >= placeAt(tree.text, node.start).line &&
  frame.line <= placeAt(tree.text, node.end).line

const optionNames = ({ tree }: Place, pair: SyntaxNode): readonly string[] =>
  (pair.parent?.children ?? []).flatMap((each) => {
    const key = child(each, 'key')
    return key ? [textOf(tree, key)] : []
  })

/** A function or method that is called otherwise now. */
export function healName(old: string, places: readonly Place[], code: CodeView, context: HealContext): Verdict {
  const { history } = context
  const imported = places.find((place) => isImported(place, old))
  if (imported) {
    const verdict = healImportedName(old, imported, code, context)
    if (verdict) return verdict
  }
  const uses = places.flatMap((place) =>
    nodesAt(place).flatMap((node) => {
      const access = accessIn(place.tree, node)
      return access?.form === 'member' && access.field === old ? [{ place, name: access.name }] : []
    }),
  )
  const [first] = uses
  const place = first?.place ?? imported
  if (!place) return refuse('needs_human', `No use of ${old} stands in the failing line.`)
  const side = sideOf(place.tree)
  const counts = (change: TokenChange): boolean => isProduct(code)(change) && isSource(change.file, side)
  const stillIn = (file: string): boolean => definitionsOf(code, side, old, null).some((each) => each.file === file)
  const present = place.failure.present ?? null
  const found = renamingsOf({ old, history, present, counts, stillIn }).filter(
    ({ name }) => definitionsOf(code, side, name, null).length > 0,
  )
  const removal = removalOf(old, history, counts)
  return decideName(`${old}()`, old, found, removal, context, (fresh) =>
    uses.map((use) => editOf(use.place.file, use.place.tree, use.name, fresh)),
  )
}

/** Whether a name of the failing statement comes from an import of a script. */
const isImported = (place: Place, name: string): boolean =>
  sideOf(place.tree) === 'script' &&
  nodesAt(place).some(
    (node) =>
      node.type === 'identifier' &&
      textOf(place.tree, node) === name &&
      findBinding(place.tree, node, name)?.kind === 'import',
  )
