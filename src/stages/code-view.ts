import { simpleGit } from 'simple-git'
import type { CodeView } from '../healers/contract.ts'
import type { PatchSet } from '../source/patch-set.ts'
import { languageOf, MAX_SOURCE_LENGTH, type SyntaxTree, syntaxParser } from '../source/syntax.ts'

const LANGUAGES = ['python', 'typescript', 'tsx', 'javascript'] as const
const TEST = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$|[._-](?:spec|test)\.[cm]?[jt]sx?$/

/**
 * The checkout for healers: tracked files with the fixes made so far, parsed when they are first looked at.
 *
 * @param patchable files that belong to the tests whatever they are called
 */
export const codeReader = (
  root: string,
  patchable: readonly string[],
  patches: PatchSet,
): (() => Promise<CodeView>) => {
  let made: Promise<CodeView> | null = null
  return () => {
    made ??= makeView(root, patchable, patches)
    return made
  }
}

const makeView = async (root: string, patchable: readonly string[], patches: PatchSet): Promise<CodeView> => {
  const listed = await simpleGit(root).raw(['ls-files', '-z'])
  const parse = await syntaxParser(LANGUAGES)
  const files = listed.split('\0').filter(Boolean)
  const own = new Set(patchable)
  const trees = new Map<string, SyntaxTree>()
  const read = (file: string): string | null => {
    const text = patches.read(file)
    return text === null || text.length > MAX_SOURCE_LENGTH ? null : text
  }
  return {
    files,
    read,
    isTest: (file) => own.has(file) || TEST.test(file),
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
