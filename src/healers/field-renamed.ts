import { packageRenamings } from '../evidence/installed/package-renamings.ts'
import { type Renaming, removalOf, renamingsOf } from '../evidence/renamed-names.ts'
import { schemaRenamings } from '../evidence/schema-names.ts'
import type { Diagnosis, Edit, NameTree } from '../model.ts'
import { type Access, accessIn, bare } from '../source/accesses.ts'
import { type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'
import { chosenFirst, declaredIn } from './choice.ts'
import {
  distinctEdits,
  editOf,
  holdsWord,
  isProduct,
  nodesAt,
  ownPlacesOf,
  type Place,
  percent,
  propose,
  refuse,
  scopeOf,
} from './code-places.ts'
import type { CodeView, HealContext, Healer } from './contract.ts'
import { lostFieldAt } from './lost-names.ts'

/** One access of the field in source, and the failure that it gave. */
interface Found {
  readonly place: Place
  readonly access: Access
}

const LEAST_MARGIN = 0.1

/**
 * Heals a field that is called otherwise now: the failing access, and the same one on the same variable in that function.
 * The new name is the one that commits and schemas of the product put in its place and that is really there.
 */
export const fieldRenamed: Healer = {
  failureType: 'field_renamed',
  *heal(diagnosis, context) {
    const { code, history } = context
    const field = diagnosis.affected
    if (!code) return refuse('needs_human', diagnosis.rootCause)
    const accesses = accessesFor(diagnosis, context, code)
    if (accesses.length === 0)
      return refuse('needs_human', `${diagnosis.rootCause} No access of it by that name stands in the failing line.`)
    const counts = isProduct(code)
    const stillIn = (file: string, name: string): boolean => holdsWord(code, file, name)
    const schema = schemaRenamings(field, code.schemas ?? [])
    const answers = accesses.map((found) => {
      const present = namesOn(found)
      const declared = declaredIn(context, 'fields', field)
      const lost = lostFieldAt(found.place, found.access, code)
      const packaged = lost ? packageRenamings({ ...lost, message: '', versions: code.versions ?? [] }).renamings : []
      const own = renamingsOf({ old: field, history, present, counts, stillIn, schema, declared })
      // A package's field is what the package says it is: a commit of the repository is about another.
      const renamings = packaged.some(({ confidence }) => confidence > context.threshold) ? packaged : own
      return { ...found, renamings: chosenFirst(renamings, context) }
    })
    const renamings = answers[0]?.renamings ?? []
    const [first] = renamings
    const removal = removalOf(field, history, counts)
    if (!first) {
      return removal
        ? refuse('likely_regression', `The field "${field}" is gone, and nothing takes its place.`, {
            old: field,
            absent: 0.9,
            evidence: [removal],
          })
        : refuse('needs_human', `${diagnosis.rootCause} Nothing says what it is called now.`)
    }
    const shown = { old: field, new: first.name, confidence: first.confidence, evidence: first.evidence }
    const reason = doubtOf(renamings, context)
    if (reason) return refuse('needs_human', reason, { ...shown, alternatives: alternativesOf(renamings) })
    const edits = answers
      .filter(
        (each) =>
          each.renamings[0]?.name === first.name &&
          (each.renamings[0].confidence > context.threshold || context.chosen),
      )
      .flatMap((found) => editsOf(found, field, first.name))
    return propose(`“${field}” is called “${first.name}” now (${percent(first.confidence)}).`, {
      ...shown,
      description: `Read the field ${first.name} in place of ${field}`,
      strategy: 'field',
      edits: distinctEdits(edits),
      alternatives: alternativesOf(renamings.slice(1)),
    })
  },
}

/** Why the best name may not be taken; null where it may. */
export const doubtOf = (
  found: readonly Renaming[],
  { threshold, chosen }: Pick<HealContext, 'threshold' | 'chosen'>,
): string | null => {
  const [first, second] = found
  if (!first) return 'Nothing says what it is called now.'
  if (chosen) return first.name === chosen.candidate ? null : `The chosen “${chosen.candidate}” is no candidate today.`
  if (first.confidence <= threshold)
    return `The best name, “${first.name}”, reaches ${percent(first.confidence)}, and more than ${percent(threshold)} is asked for.`
  if (second && first.confidence - second.confidence < LEAST_MARGIN)
    return `“${first.name}” and “${second.name}” are almost equally likely.`
  return null
}

export const alternativesOf = (found: readonly Renaming[]) =>
  found.slice(0, 5).map(({ name, confidence }) => ({ locator: name, confidence }))

/** Accesses of the field where the tests failed; else where the diagnosis found that they read it. */
const accessesFor = (diagnosis: Diagnosis, context: HealContext, code: CodeView): readonly Found[] => {
  const places = ownPlacesOf(context)
  const here = places.flatMap((place) => accessesAt(place, diagnosis.affected))
  const { location } = diagnosis
  const tree = location && code.isTest(location.file) ? code.tree(location.file) : null
  const failure = places[0]?.failure
  if (here.length > 0 || !location || !tree || !failure) return here
  // The variables of the frame that failed are those of the read only where both are in one function.
  const own = places.find((place) => place.file === location.file && isSameScope(place, location.line))
  const place: Place = { file: location.file, line: location.line, tree, failure, names: own?.names ?? {} }
  return accessesAt(place, diagnosis.affected)
}

const isSameScope = (place: Place, line: number): boolean => {
  const [one, other] = [nodesAt(place)[0], nodesAt({ tree: place.tree, line })[0]]
  return one !== undefined && other !== undefined && scopeOf(one) === scopeOf(other)
}

const accessesAt = (place: Place, field: string): readonly Found[] =>
  nodesAt(place).flatMap((node): Found[] => {
    const access = accessIn(place.tree, node)
    return access && !access.isCalled && access.field === field ? [{ place, access }] : []
  })

/** The names that are on what the field is read from; null where that is not known. */
const namesOn = ({ place, access }: Found): readonly string[] | null => {
  const own = access.receiver ? resolve(place.tree, access.receiver, place.names) : null
  return own ? Object.keys(own) : (place.failure.present ?? null)
}

/** Follows `pod["status"].x` through the captured names. */
const resolve = (tree: SyntaxTree, node: SyntaxNode, names: NameTree): NameTree | null => {
  const here = bare(node)
  if (here.type === 'identifier' || here.type === 'this') return names[textOf(tree, here)] ?? null
  const access = accessIn(tree, here)
  const held = access?.receiver && !access.isCalled ? resolve(tree, access.receiver, names) : null
  return (access && held?.[access.field]) ?? null
}

/** The failing access, and the same one on the same variable elsewhere in the function. */
const editsOf = ({ place, access }: Found, field: string, fresh: string): readonly Edit[] => {
  const { tree, file } = place
  const owner = access.receiver ? textOf(tree, access.receiver) : null
  const same = [...walk(scopeOf(access.name))].flatMap((node) => {
    const found = accessIn(tree, node)
    const isSame = owner !== null && found?.receiver && textOf(tree, found.receiver) === owner
    return found && isSame && found.field === field && !found.isCalled && found.form !== 'pattern' ? [found] : []
  })
  return [access, ...same].map(({ name, form }) =>
    editOf(file, tree, name, form === 'pattern' ? `${fresh}: ${field}` : fresh),
  )
}
