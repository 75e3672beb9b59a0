import { type Member, signatureOf } from '../evidence/installed/members.ts'
import { packageRenamings } from '../evidence/installed/package-renamings.ts'
import type { Renaming } from '../evidence/renamed-names.ts'
import type { Evidence } from '../model.ts'
import { argumentsOf } from '../source/accesses.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf } from '../source/syntax.ts'
import { editOf, type Place, refuse } from './code-places.ts'
import type { CodeView, HealContext, Verdict } from './contract.ts'
import { decideName } from './decide-name.ts'
import type { LostName } from './lost-name.ts'
import { lostNameIn } from './lost-names.ts'

/** What does not take what the test gives may be named as the successor, and is still to be called otherwise. */
const OTHER_ARGUMENTS = 0.7

export interface PackagedVerdict {
  readonly verdict: Verdict
  /** Whether nothing of the repository can be meant. */
  readonly isCertain: boolean
}

/** Heals a name that an installed package calls otherwise now, by what the package itself says; null for any other. */
export const healPackaged = (
  message: string,
  places: readonly Place[],
  code: CodeView,
  context: HealContext,
): PackagedVerdict | null => {
  const lost = code.installed ? lostNameIn(message, places, code) : null
  return lost ? { verdict: verdictOn(lost, message, code, context), isCertain: lost.isCertain } : null
}

const verdictOn = (lost: LostName, message: string, code: CodeView, context: HealContext): Verdict => {
  const { old, what } = lost
  const answer = packageRenamings({ ...lost, message, versions: code.versions ?? [] })
  const [tree] = lost.uses.map(({ place }) => place.tree)
  const found = answer.renamings
    .map((one) => (tree && lost.call ? heldToCall(one, answer.definitions.get(one.name) ?? [], lost.call, tree) : one))
    .toSorted((a, b) => b.confidence - a.confidence)
  if (found.length === 0) {
    const names = lost.packages.map(({ name, version }) => (version ? `${name} ${version}` : name)).join(', ')
    const said = answer.advice.length > 0 ? `${answer.advice.join('; ')}.` : 'It names nothing that takes its place.'
    const text = `${what} is not in the installed ${names} any more`
    const gone: Evidence = { kind: 'schema', for: false, weight: 0.6, text }
    return refuse('needs_human', `${text}. ${said}`, {
      old,
      evidence: [gone, ...(answer.version ? [answer.version] : [])],
    })
  }
  return decideName(what, old, found, null, context, (fresh) =>
    lost.uses.map(({ place, node }) => editOf(place.file, place.tree, node, fresh)),
  )
}

/** A successor that cannot be called with what the test gives needs more than its name. */
const heldToCall = (one: Renaming, definitions: readonly Member[], call: SyntaxNode, tree: SyntaxTree): Renaming => {
  const signatures = definitions.flatMap((each) => signatureOf(each) ?? [])
  if (signatures.length === 0 || signatures.length < definitions.length) return one
  const given = argumentsOf(call)
  const isOpen = given.some(({ type }) => /splat|spread/.test(type))
  const keywords = given.flatMap((each) =>
    each.type === 'keyword_argument' ? [textOf(tree, child(each, 'name') ?? each)] : [],
  )
  const positional = given.length - keywords.length
  const fits = signatures.some(
    (each) =>
      (each.isOpen.positional || positional <= each.positional) &&
      keywords.every((name) => each.isOpen.keyword || each.names.includes(name)),
  )
  if (isOpen || fits) return one
  const text = `“${one.name}” does not take what the test gives to the old one`
  return {
    ...one,
    confidence: Math.min(one.confidence, OTHER_ARGUMENTS),
    evidence: [...one.evidence, { kind: 'schema', for: false, weight: 0.6, text }],
  }
}
