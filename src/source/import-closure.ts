import { readString } from './literals.ts'
import { child, type SyntaxNode, textOf, walk } from './syntax.ts'
import type { Module } from './values.ts'

interface Loader {
  module(file: string): Module | null
  importModule(from: string, specifier: string): Module | null
}

/** The modules that some files import, directly or not, and these files themselves; nearest first. */
export function importClosure(files: readonly string[], loader: Loader, limit: number): Module[] {
  const found = new Map<string, Module>()
  for (const file of files) {
    const module = loader.module(file)
    if (module !== null) found.set(module.file, module)
  }
  // A Map yields what is added while it is walked, so this goes breadth first.
  for (const module of found.values()) {
    for (const specifier of importsOf(module)) {
      if (found.size >= limit) return [...found.values()]
      const target = loader.importModule(module.file, specifier)
      if (target !== null && !found.has(target.file)) found.set(target.file, target)
    }
  }
  return [...found.values()]
}

/** What a module imports: `import`, `export … from`, `require()`, `import()`. */
export function importsOf({ tree }: Module): string[] {
  const specifiers = new Set<string>()
  for (const node of walk(tree.root)) {
    const source =
      node.type === 'import_statement' || node.type === 'export_statement' ? child(node, 'source') : requiredBy(node)
    if (source?.type === 'string') specifiers.add(readString(tree, source))
  }
  return [...specifiers]

  function requiredBy(node: SyntaxNode): SyntaxNode | undefined {
    const callee = node.type === 'call_expression' ? child(node, 'function') : undefined
    if (callee === undefined || (callee.type !== 'import' && textOf(tree, callee) !== 'require')) return undefined
    return child(node, 'arguments')?.children[0]
  }
}
