import { type Renaming, removalOf, renamingsOf } from '../evidence/renamed-names.ts'
import type { Edit } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { textOf } from '../source/syntax.ts'
import { declaredIn } from './choice.ts'
import { distinctEdits, editOf, isProduct, percent, placesOf, propose, refuse } from './code-places.ts'
import type { Healer } from './contract.ts'
import { alternativesOf, doubtOf } from './field-renamed.ts'
import { movedFile } from './moved-file.ts'
import { isGivenName, type ResourceText, resourceTexts } from './resource-texts.ts'

/**
 * Heals names of resources that the product has under another name now: one segment of a path that the failing statement
 * asks for, or a kind, name, namespace or API version that the answer says is not there, renamed by a commit in the
 * product's routes, manifests or files.
 */
export const resourceNotFound: Healer = {
  failureType: 'resource_not_found',
  *heal(diagnosis, context) {
    const { code, history } = context
    if (!code) return refuse('needs_human', diagnosis.rootCause)
    const named = namesIn(diagnosis.affected)
    const paths = placesOf(context).flatMap((place) =>
      resourceTexts(place, code, (text) => text.includes('/') || named.includes(text)),
    )
    const texts = paths.filter((path) => textOf(path.tree, path.node).includes('/') || isGivenName(path))
    const moved = movedFile(texts, context, code)
    if (moved) return moved
    const isOwn = isProduct(code)
    const changes = (history ?? []).map(asSegment)
    const stillIn = (file: string, name: string): boolean => servesSegment(code.read(file) ?? '', name)
    const segments = [...new Set(texts.flatMap(({ tree, node }) => segmentsOf(textOf(tree, node))))]
    const found = segments.flatMap((segment) =>
      renamingsOf({
        old: segment,
        history: changes,
        present: null,
        counts: isOwn,
        stillIn,
        declared: declaredIn(context, 'resources', segment),
      }).map((one) => ({ segment, ...one })),
    )
    const sorted = [...found].sort((a, b) => b.confidence - a.confidence)
    const best = sorted.find(({ name }) => name === context.chosen?.candidate) ?? sorted[0]
    if (!best) {
      const removal = segments.map((segment) => removalOf(segment, changes, isOwn)).find((each) => each !== null)
      return removal
        ? refuse('likely_regression', `${diagnosis.rootCause} It was removed, and nothing takes its place.`, {
            absent: 0.9,
            evidence: [removal],
          })
        : refuse('needs_human', `${diagnosis.rootCause} No commit says that it was renamed.`)
    }
    const same: readonly Renaming[] = found.filter(({ segment }) => segment === best.segment)
    const shown = { old: best.segment, new: best.name, confidence: best.confidence, evidence: best.evidence }
    const doubt = doubtOf([best, ...same.filter(({ name }) => name !== best.name)], context)
    if (doubt) return refuse('needs_human', doubt, { ...shown, alternatives: alternativesOf(same) })
    const edits = distinctEdits(texts.flatMap((text) => editOfSegment(text, best.segment, best.name)))
    // One place is one repair; a path that is written at several places of the line is for a person.
    if (edits.length !== 1)
      return refuse('needs_human', `“${best.segment}” stands at several places of the failing line.`, shown)
    return propose(`“${best.segment}” is served as “${best.name}” now (${percent(best.confidence)}).`, {
      ...shown,
      description: `Ask for ${best.name} in place of ${best.segment}`,
      strategy: 'resource',
      edits,
    })
  },
}

const editOfSegment = ({ file, tree, node }: ResourceText, old: string, fresh: string): readonly Edit[] => {
  const text = textOf(tree, node)
  const changed = text
    .split('/')
    .map((each) => (each === old ? fresh : each))
    .join('/')
  return changed === text ? [] : [editOf(file, tree, node, changed)]
}

/** Whether a text holds a name as a segment of a path, or as a whole string; as a mere word it says nothing. */
const servesSegment = (text: string, name: string): boolean =>
  new RegExp(`["'\`/]${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?=["'\`/?])`).test(text)

const segmentsOf = (path: string): readonly string[] =>
  path.split(/[/?]/).filter((each) => /^(?:[A-Za-z][\w.-]{2,}|v\d+)$/.test(each))

/** Names that a message gives for what is missing: `gateways/edge`, `namespace relay`, `relay.example/v1/Gateway`. */
const namesIn = (affected: string): readonly string[] => {
  const parts = affected.split(/[/\s]/).filter((each) => /^[A-Za-z][\w.-]{1,}$/.test(each))
  return [...new Set([affected, ...parts])]
}

/** A path of which one segment changed says that this segment was renamed. */
const asSegment = (change: TokenChange): TokenChange => {
  const [was, now] = [change.old?.split('/') ?? [], change.new?.split('/') ?? []]
  if (was.length < 2) return change
  if (change.new === null) return { ...change, old: was.at(-1) ?? null }
  if (was.length !== now.length) return change
  const differing = was.flatMap((each, at) => (each === now[at] ? [] : [at]))
  const [at] = differing
  return differing.length === 1 && at !== undefined ? { ...change, old: was[at] ?? null, new: now[at] ?? null } : change
}
