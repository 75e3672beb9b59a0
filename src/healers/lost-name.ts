import type { PackageQuestion } from '../evidence/installed/package-renamings.ts'
import type { PackageView } from '../evidence/installed/view.ts'
import type { SyntaxNode } from '../source/syntax.ts'
import type { Place } from './code-places.ts'
import type { CodeView } from './contract.ts'
import { sideOf } from './definitions.ts'
import { importOf, importsOf, rootOf } from './imported.ts'

/** A name that an installed package lacks, and where a test says it. */
export interface LostName extends Omit<PackageQuestion, 'message' | 'versions'> {
  /** As a sentence would call it. */
  readonly what: string
  /** The nodes that hold the name. */
  readonly uses: readonly { readonly place: Place; readonly node: SyntaxNode }[]
  /** The call that it is part of, or that is made of it. */
  readonly call: SyntaxNode | null
  /** Whether nothing of the repository can be meant. */
  readonly isCertain: boolean
}

export const NOTHING = { owners: [], module: null, present: null, parameters: [], receiver: '', call: null }
/** The package whose import a name of an expression comes from. */
export const packageAt = (place: Place, node: SyntaxNode, code: CodeView): PackageView | null => {
  const root = rootOf(place.tree, node)
  const from = root ? importOf(place.tree, root) : null
  return from ? (code.installed?.(sideOf(place.tree), from.module, place.file) ?? null) : null
}

/** Every installed package that a file imports. */
export const packagesOf = (place: Place, code: CodeView): readonly PackageView[] => {
  const found = importsOf(place.tree).flatMap(
    ({ module }) => code.installed?.(sideOf(place.tree), module, place.file) ?? [],
  )
  return [...new Set(found)].filter(({ name }) => !/^(?:pytest|vitest|jest|unittest)$/.test(name)).slice(0, 8)
}
