import { simpleGit } from 'simple-git'
import { readSchemas } from '../evidence/read-schemas.ts'
import type { CodeView } from '../healers/contract.ts'
import type { PatchSet } from '../source/patch-set.ts'
import { languageOf, MAX_SOURCE_LENGTH, type SyntaxTree, syntaxParser } from '../source/syntax.ts'

const LANGUAGES = ['python', 'typescript', 'tsx', 'javascript'] as const
const TEST = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$|[._-](?:spec|test)\.[cm]?[jt]sx?$/

/**
 * The checkout for healers: tracked files with the fixes made so far, parsed when they are first looked at.
 *
 * @param patchable files that belong to the tests whatever they are called
 * @param from the last green commit, where it is known: what schemas said then
 */
export const codeReader = (
  root: string,
  patchable: readonly string[],
  patches: PatchSet,
  from: string | null = null,
): (() => Promise<CodeView>) => {
  let made: Promise<CodeView> | null = null
  return () => {
    made ??= makeView(root, patchable, patches, from)
    return made
  }
}

const makeView = async (
  root: string,
  patchable: readonly string[],
  patches: PatchSet,
  from: string | null,
): Promise<CodeView> => {
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
  const schemas = await readSchemas({ root, from, files: files.filter((file) => !isTest(file)), read, parse })
  return {
    files,
    read,
    schemas,
    isTest,
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
