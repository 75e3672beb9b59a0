import type { Evidence } from '../model.ts'
import { textOf } from '../source/syntax.ts'
import { editOf, percent, propose, refuse } from './code-places.ts'
import type { CodeView, HealContext, Verdict } from './contract.ts'
import type { ResourceText } from './resource-texts.ts'

/** A file that a commit moved, and one that is the only one of its name. */
const MOVED = { byCommit: 0.95, onlyOne: 0.7 } as const

interface Move {
  readonly text: ResourceText
  readonly path: string
  readonly fresh: string
  readonly confidence: number
  readonly evidence: Evidence
}

/** A file of the repository that is elsewhere now: by the commit that moved it, else by its name alone. */
export const movedFile = (
  texts: readonly ResourceText[],
  { history, threshold }: HealContext,
  code: CodeView,
): Verdict | null => {
  const moves = texts.flatMap((text) => moveOf(text, history, code) ?? [])
  const [first] = moves
  if (!first || moves.length > 1) return null
  const { text, path, fresh, confidence, evidence } = first
  const shown = { old: path, new: fresh, confidence, evidence: [evidence] }
  if (confidence <= threshold) return refuse('needs_human', `${path} is not there; ${fresh} may be it.`, shown)
  const edit = editOf(
    text.file,
    text.tree,
    text.node,
    textOf(text.tree, text.node).replace(path, () => fresh),
  )
  return propose(`${path} is ${fresh} now (${percent(confidence)}).`, {
    ...shown,
    description: `Open ${fresh} in place of ${path}`,
    strategy: 'resource',
    edits: [edit],
  })
}

const moveOf = (text: ResourceText, history: HealContext['history'], code: CodeView): Move | null => {
  const path = textOf(text.tree, text.node).replace(/^\.\//, '')
  if (!/\.\w{1,8}$/.test(path) || code.files.includes(path)) return null
  const move = (history ?? []).find(({ kind, old }) => kind === 'file' && old !== null && endsAs(old, path))
  const prefix = move?.old?.slice(0, -path.length) ?? ''
  if (move?.new?.startsWith(prefix) && code.files.includes(move.new)) {
    const said = `${move.old} became ${move.new} (${move.commit.id.slice(0, 8)} “${move.commit.subject.slice(0, 100)}”)`
    const evidence: Evidence = { kind: 'commit', for: true, weight: MOVED.byCommit, text: said }
    return { text, path, fresh: move.new.slice(prefix.length), confidence: MOVED.byCommit, evidence }
  }
  const [only, ...others] = code.files.filter((file) => nameOf(file) === nameOf(path))
  if (!only || others.length > 0) return null
  const said = `${only} is the only file of that name`
  const evidence: Evidence = { kind: 'identity', for: true, weight: MOVED.onlyOne, text: said }
  return { text, path, fresh: only, confidence: MOVED.onlyOne, evidence }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const endsAs = (whole: string, end: string): boolean => whole === end || whole.endsWith(`/${end}`)
