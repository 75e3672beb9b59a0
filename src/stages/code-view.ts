import { simpleGit } from 'simple-git'
import { packageViews } from '../evidence/installed/index.ts'
import { readVersionChanges } from '../evidence/installed/version-changes.ts'
import { readSchemas } from '../evidence/read-schemas.ts'
import type { CodeView } from '../healers/contract.ts'
import type { PatchSet } from '../source/patch-set.ts'
import { languageOf, MAX_SOURCE_LENGTH, type SyntaxTree, syntaxParser } from '../source/syntax.ts'

const LANGUAGES = ['python', 'typescript', 'tsx', 'javascript'] as const
const TEST = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$|[._-](?:spec|test)\.[cm]?[jt]sx?$/

export interface CodeSource {
  readonly root: string
  /** Files that belong to the tests whatever they are called. */
  readonly patchable: readonly string[]
  readonly patches: PatchSet
  /** The last green commit, where it is known: what schemas and versions were then. */
  readonly from: string | null
  /** The folders that the suite's Python looks for packages in; none for suites in other languages. */
  readonly pythonPaths?: () => readonly string[]
}

/** The checkout for healers: tracked files with the fixes made so far, parsed when they are first looked at. */
export const codeReader = (source: CodeSource): (() => Promise<CodeView>) => {
  let made: Promise<CodeView> | null = null
  return () => {
    made ??= makeView(source)
    return made
  }
}

const makeView = async ({ root, patchable, patches, from, pythonPaths = () => [] }: CodeSource): Promise<CodeView> => {
  const listed = await simpleGit(root).raw(['ls-files', '-z'])
  const parse = await syntaxParser(LANGUAGES)
  const files = listed.split('\0').filter(Boolean)
  const own = new Set(patchable)
  const trees = new Map<string, SyntaxTree>()
  const read = (file: string): string | null => {
    const text = patches.read(file)
    return text === null || text.length > MAX_SOURCE_LENGTH ? null : text
  }
  const isTest = (file: string): boolean => own.has(file) || TEST.test(file)
  const [schemas, versions] = await Promise.all([
    readSchemas({ root, from, files: files.filter((file) => !isTest(file)), read, parse }),
    readVersionChanges({ root, from }),
  ])
  return {
    files,
    read,
    schemas,
    versions,
    isTest,
    installed: packageViews(root, files, pythonPaths, (file, text) => {
      const language = LANGUAGES.find((each) => each === languageOf(file.replace(/\.pyi$/, '.py')))
      return language === undefined || text.length > MAX_SOURCE_LENGTH ? null : parse(language, text)
    }),
    tree(file) {
      const language = LANGUAGES.find((each) => each === languageOf(file))
      const text = read(file)
      if (language === undefined || text === null) return null
      const known = trees.get(file)
      if (known?.text === text) return known
      const tree = parse(language, text)
      trees.set(file, tree)
      return tree
    },
  }
}
