import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Language as Grammar, Parser } from 'web-tree-sitter'

/** Languages whose source can be read. */
export type Language = 'typescript' | 'tsx' | 'javascript' | 'python' | 'java' | 'csharp' | 'ruby'

const FILES: Readonly<Record<Language, string>> = {
  typescript: 'tree-sitter-typescript.wasm',
  tsx: 'tree-sitter-tsx.wasm',
  javascript: 'tree-sitter-javascript.wasm',
  python: 'tree-sitter-python.wasm',
  java: 'tree-sitter-java.wasm',
  csharp: 'tree-sitter-c-sharp.wasm',
  ruby: 'tree-sitter-ruby.wasm',
}

/** What the build copies beside the bundle: the runtime first, then the grammars; as package paths. */
export const WASM_FILES: readonly string[] = [
  'web-tree-sitter/web-tree-sitter.wasm',
  ...Object.values(FILES).map((name) => `@vscode/tree-sitter-wasm/wasm/${name}`),
]

const require = createRequire(import.meta.url)
const grammars = new Map<Language, Promise<Grammar>>()
let started: Promise<void> | undefined

/** The parser of a language; the grammar is read on first use and kept. */
export function loadGrammar(language: Language): Promise<Grammar> {
  const known = grammars.get(language)
  if (known !== undefined) return known
  const loading = start().then(() => Grammar.load(readWasm(`@vscode/tree-sitter-wasm/wasm/${FILES[language]}`)))
  grammars.set(language, loading)
  return loading
}

function start(): Promise<void> {
  started ??= Parser.init({ wasmBinary: readWasm('web-tree-sitter/web-tree-sitter.wasm') })
  return started
}

/** Beside the running file first, which is where a bundle has it; else out of the installed package. */
function readWasm(packagePath: string): Uint8Array {
  const beside = join(import.meta.dirname, packagePath.slice(packagePath.lastIndexOf('/') + 1))
  if (existsSync(beside)) return readFileSync(beside)
  try {
    return readFileSync(require.resolve(packagePath))
  } catch (cause) {
    throw new Error(
      `The grammar ${packagePath} is neither beside ${import.meta.filename} nor installed. Rebuild dist/ or run npm ci.`,
      { cause },
    )
  }
}
