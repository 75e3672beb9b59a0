import { type Renaming, removalOf, renamingsOf } from '../evidence/renamed-names.ts'
import type { Edit, Evidence } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { child, placeAt, type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'
import {
  distinctEdits,
  editOf,
  holdsWord,
  isProduct,
  nodesOnLine,
  ownPlacesOf,
  type Place,
  percent,
  propose,
  refuse,
} from './code-places.ts'
import type { CodeView, HealContext, Healer, Verdict } from './contract.ts'
import { definitionsOf, modulesDefining, parametersOf } from './definitions.ts'
import { alternativesOf, doubtOf } from './field-renamed.ts'

/** A definition of that very name elsewhere, the only one there is. */
const MOVED = 0.93

/**
 * Heals calls of an API that was renamed: functions and methods, keyword arguments, moved imports. What takes their place
 * must be defined in the repository, and a commit must have put it there.
 */
export const apiChanged: Healer = {
  failureType: 'api_changed',
  // biome-ignore lint/correctness/useYield: a name needs no trying
  *heal(diagnosis, context) {
    const { code } = context
    const message = context.failures?.[0]?.errors[0]?.message ?? diagnosis.message
    if (!code) return refuse('needs_human', diagnosis.rootCause)
    const places = ownPlacesOf(context)
    const keyword = /([\w.]+)\(\) got an unexpected keyword argument '(\w+)'/.exec(message)
    if (keyword?.[1] && keyword[2]) return healKeyword(keyword[1], keyword[2], places, code, context)
    const attribute = /(?:'([\w.]+)' object|module '([\w.]+)'|type object '([\w.]+)') has no attribute '(\w+)'/.exec(
      message,
    )
    if (attribute?.[4]) return healName(attribute[4], places, code, context)
    const moved = /cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'/.exec(message)
    const module = moved?.[2] ?? /No module named '([\w.]+)'/.exec(message)?.[1]
    if (module) return healImport(module, moved?.[1] ?? null, places, code, context)
    return refuse('needs_human', diagnosis.rootCause)
  },
}

const inside =
  (file: string, tree: SyntaxTree, node: SyntaxNode) =>
  (change: TokenChange): boolean =>
    change.file === file &&
    change.line >= placeAt(tree.text, node.start).line &&
    change.line <= placeAt(tree.text, node.end).line

function healKeyword(
  callee: string,
  old: string,
  places: readonly Place[],
  code: CodeView,
  { history, threshold }: HealContext,
): Verdict {
  const parts = callee.split('.')
  const name = parts.at(-1) ?? callee
  const definitions = definitionsOf(code, name, parts.at(-2) ?? null)
  const [definition] = definitions
  if (!definition || definitions.length > 1)
    return refuse(
      'needs_human',
      `${callee} is defined ${definitions.length} times here; which one is meant cannot be told.`,
    )
  const calls = places.flatMap((place) =>
    nodesOnLine(place).flatMap((node) => {
      const key = node.type === 'keyword_argument' ? child(node, 'name') : undefined
      const call = node.parent?.parent
      const callee_ = call ? child(call, 'function') : undefined
      const isCall = callee_ !== undefined && textOf(place.tree, callee_).split('.').at(-1) === name
      return key && textOf(place.tree, key) === old && isCall ? [{ place, key, args: node.parent }] : []
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
  const counts = inside(definition.file, definition.tree, definition.node)
  const found = renamingsOf({ old, history, present, counts, stillIn: () => false })
  const removal = removalOf(old, history, counts)
  return decide(`${callee}(${old}=)`, old, found, removal, threshold, (fresh) =>
    calls.map(({ place, key }) => editOf(place.file, place.tree, key, fresh)),
  )
}

function healName(old: string, places: readonly Place[], code: CodeView, { history, threshold }: HealContext): Verdict {
  const uses = places.flatMap((place) =>
    nodesOnLine(place).flatMap((node) => {
      const name = node.type === 'attribute' ? child(node, 'attribute') : undefined
      return name && textOf(place.tree, name) === old ? [{ place, name }] : []
    }),
  )
  if (uses.length === 0) return refuse('needs_human', `No use of ${old} stands in the failing line.`)
  const present = uses[0]?.place.failure.present ?? null
  const counts = (change: TokenChange): boolean => isProduct(code)(change) && change.file.endsWith('.py')
  const stillIn = (file: string): boolean => new RegExp(`\\bdef ${old}\\b`).test(code.read(file) ?? '')
  const found = renamingsOf({ old, history, present, counts, stillIn }).filter(
    ({ name }) => definitionsOf(code, name, null).length > 0,
  )
  const removal = removalOf(old, history, counts)
  return decide(`${old}()`, old, found, removal, threshold, (fresh) =>
    uses.map(({ place, name }) => editOf(place.file, place.tree, name, fresh)),
  )
}

function healImport(
  module: string,
  missing: string | null,
  places: readonly Place[],
  code: CodeView,
  context: HealContext,
): Verdict {
  const imports = places.flatMap((place) =>
    nodesOnLine(place).flatMap((node) => {
      const from = node.type === 'import_from_statement' ? child(node, 'module_name') : undefined
      return from && textOf(place.tree, from) === module ? [{ place, node, from }] : []
    }),
  )
  const [first] = imports
  if (!first) return refuse('needs_human', `No import from ${module} stands in the failing line.`)
  const names = namesIn(first.place.tree, first.node)
  if (missing !== null && names.length > 1) {
    const renamed = healImportedName(missing, first.place, code, context)
    return renamed ?? refuse('needs_human', `${missing} is one of several names imported from ${module}.`)
  }
  const found = modulesDefining(code, names).filter((each) => each.module !== module)
  const [target] = found
  if (!target) {
    const renamed = missing === null ? null : healImportedName(missing, first.place, code, context)
    if (renamed) return renamed
    const removal = names.map((name) => removalOf(name, context.history, isProduct(code))).find((each) => each !== null)
    return removal
      ? refuse('likely_regression', `${names.join(', ')} is defined nowhere any more.`, {
          old: module,
          absent: 0.9,
          evidence: [removal],
        })
      : refuse('needs_human', `There is no module "${module}", and nothing here defines ${names.join(', ')}.`)
  }
  if (found.length > 1)
    return refuse('needs_human', `${names.join(', ')} is defined in ${found.map((each) => each.module).join(', ')}.`)
  const edits = imports.flatMap(({ place, from }) => segmentEdit(place, from, target.module))
  if (edits.length === 0)
    return refuse('needs_human', `${module} became ${target.module}: more than one part of it changed.`)
  const evidence: Evidence[] = [
    { kind: 'schema', for: true, weight: MOVED, text: `${target.file} alone defines ${names.join(', ')} now` },
  ]
  return propose(`${names.join(', ')} is in ${target.module} now (${percent(MOVED)}).`, {
    description: `Import ${names.join(', ')} from ${target.module} in place of ${module}`,
    old: module,
    new: target.module,
    confidence: MOVED,
    strategy: 'import',
    evidence,
    edits: distinctEdits(edits),
  })
}

/** An imported name that its own module calls otherwise now: it is renamed wherever the file uses it. */
function healImportedName(old: string, place: Place, code: CodeView, context: HealContext): Verdict | null {
  const stillIn = (file: string, name: string): boolean => holdsWord(code, file, name)
  const found = renamingsOf({ old, history: context.history, present: null, counts: isProduct(code), stillIn }).filter(
    ({ name }) => modulesDefining(code, [name]).length > 0,
  )
  if (found.length === 0) return null
  return decide(old, old, found, null, context.threshold, (fresh) =>
    [...walk(place.tree.root)]
      .filter((node) => node.type === 'identifier' && textOf(place.tree, node) === old)
      .map((node) => editOf(place.file, place.tree, node, fresh)),
  )
}

/** The names that an import takes, without what they are called here. */
const namesIn = (tree: SyntaxTree, node: SyntaxNode): readonly string[] =>
  node.children.filter(({ field }) => field === 'name').map((each) => textOf(tree, child(each, 'name') ?? each))

/** The one part of a module's path that differs; nothing where more does. */
const segmentEdit = ({ file, tree }: Place, from: SyntaxNode, module: string): readonly Edit[] => {
  const parts = module.split('.')
  if (from.children.length !== parts.length) return []
  const differing = from.children.flatMap((node, at) => {
    const fresh = parts[at] ?? ''
    return textOf(tree, node) === fresh ? [] : [editOf(file, tree, node, fresh)]
  })
  return differing.length === 1 ? differing : []
}

const decide = (
  what: string,
  old: string,
  found: readonly Renaming[],
  removal: Evidence | null,
  threshold: number,
  edits: (fresh: string) => readonly Edit[],
): Verdict => {
  const [first] = found
  if (!first || (removal && first.confidence <= threshold)) {
    return removal
      ? refuse('likely_regression', `${what} is gone, and nothing takes its place.`, {
          old,
          absent: 0.9,
          evidence: [removal],
        })
      : refuse('needs_human', `${what} is not there any more, and no commit says what takes its place.`)
  }
  const shown = { old, new: first.name, confidence: first.confidence, evidence: first.evidence }
  const doubt = doubtOf(found, threshold)
  if (doubt) return refuse('needs_human', doubt, { ...shown, alternatives: alternativesOf(found) })
  return propose(`“${old}” is called “${first.name}” now (${percent(first.confidence)}).`, {
    ...shown,
    description: `Use ${first.name} in place of ${old}`,
    strategy: 'api',
    edits: distinctEdits(edits(first.name)),
    alternatives: alternativesOf(found.slice(1)),
  })
}
