import type { FailureType } from '../model.ts'
import { compareTrees, sayDifference, type Versions } from './compare-trees.ts'
import { type FeedsReader, readFeeds } from './guard-feeds.ts'
import { acceptLocatorChange } from './guard-locators.ts'
import { expectationRule, type LeafRule, renameRule, resourceRule, timeoutRule } from './guard-rules.ts'
import { webDriverRule } from './guard-webdriver.ts'
import { isImportSplit } from './import-split.ts'
import { type Language, languageOf, syntaxParser } from './syntax.ts'
import type { Module } from './values.ts'

export interface PatchToCheck {
  /** Changed files before and after, by path from the root; both maps hold the same files. */
  readonly before: ReadonlyMap<string, string>
  readonly after: ReadonlyMap<string, string>
  readonly failureType: FailureType
  /** Files the patch may touch at all. */
  readonly allowedFiles: readonly string[]
  /**
   * Other files of the suite as they are, by path from the root. They show where constants and helpers of the changed
   * files are used: a constant is let pass only where it feeds locators and nothing else.
   */
  readonly context?: ReadonlyMap<string, string>
  /** Reads tsconfig.json and package.json by path from the root, so that imports by alias are followed. */
  readonly readFile?: (file: string) => string | null
}

export interface GuardVerdict {
  readonly ok: boolean
  /** One sentence each. */
  readonly violations: readonly string[]
}

const RULES: Readonly<Partial<Record<FailureType, (feeds: FeedsReader | null) => LeafRule>>> = {
  field_renamed: () => renameRule('field'),
  api_changed: () => renameRule('api'),
  timeout: timeoutRule,
  assertion_mismatch: (feeds) => expectationRule(feeds?.expectation ?? null),
  resource_not_found: resourceRule,
}

/** Failure types whose patches may change a constant, if it is used for nothing else. */
const FED: ReadonlySet<FailureType> = new Set(['selector_not_found', 'assertion_mismatch'])

/**
 * The lock on every patch: parses each file before and after, and lets pass only what a repair of this failure type may
 * change. Everything else is a violation: statements, matchers, comments, white space. Needs no knowledge of who made
 * the patch, so a patch out of a report can be checked again.
 */
export async function checkPatch(patch: PatchToCheck): Promise<GuardVerdict> {
  const violations: string[] = []
  const changed = [...new Set([...patch.before.keys(), ...patch.after.keys()])].filter(
    (file) => patch.before.get(file) !== patch.after.get(file),
  )
  const parse = await syntaxParser(languagesOf([...changed, ...(patch.context?.keys() ?? [])]))
  const versions: Versions[] = []
  for (const file of changed) {
    const read = readVersions(patch, file, parse)
    if (typeof read === 'string') violations.push(read)
    else versions.push(read)
  }
  if (violations.length === 0 && changed.length === 0) violations.push('The patch changes nothing.')
  const feeds = FED.has(patch.failureType) ? feedsOf(patch, versions, parse) : null
  const rule = RULES[patch.failureType]?.(feeds)
  const locator = patch.failureType === 'selector_not_found' ? (feeds?.locator ?? null) : null
  const webDriver = webDriverRule()
  if (rule === undefined && locator === null) violations.push(`No patch mends a failure of type ${patch.failureType}.`)
  for (const each of versions) {
    const differences = compareTrees(each, (difference) =>
      locator === null || each.before.language === 'python'
        ? patch.failureType === 'api_changed' && isImportSplit(each, difference)
        : acceptLocatorChange(each, difference, locator, violations),
    )
    for (const difference of differences) {
      const isInPython = locator !== null && each.before.language === 'python'
      const judge = isInPython ? webDriver : rule
      const reason = judge === undefined ? 'is no part of a locator' : judge(each, difference)
      if (reason !== null) violations.push(`${sayDifference(each, difference)}, which ${reason}.`)
    }
  }
  return { ok: violations.length === 0, violations }
}

type Parse = Awaited<ReturnType<typeof syntaxParser>>

function readVersions(patch: PatchToCheck, file: string, parse: Parse): Versions | string {
  const [before, after] = [patch.before.get(file), patch.after.get(file)]
  if (before === undefined || after === undefined) return `${file} is created or deleted; a patch only changes files.`
  if (!patch.allowedFiles.includes(file)) return `${file} is not among the files that may be patched.`
  const language = languageOf(file)
  if (language === null) return `${file} is in no language the guard can read.`
  try {
    const versions = { file, before: parse(language, before), after: parse(language, after) }
    return versions.after.hasErrors && !versions.before.hasErrors
      ? `${file} is no valid source after the change.`
      : versions
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : String(error)}`
  }
}

function feedsOf(patch: PatchToCheck, versions: readonly Versions[], parse: Parse): FeedsReader {
  const modules: Module[] = versions.map((each) => ({ file: each.file, tree: each.before }))
  for (const [file, text] of patch.context ?? []) {
    const language = languageOf(file)
    if (patch.before.has(file) || language === null || !isScript(language)) continue
    try {
      modules.push({ file, tree: parse(language, text) })
    } catch {
      // A file too large to read shows no uses; what it alone would show is then refused.
    }
  }
  return readFeeds(
    modules.filter((each) => isScript(each.tree.language)),
    (file) => patch.context?.get(file) ?? patch.readFile?.(file) ?? null,
  )
}

function isScript(language: Language): boolean {
  return language === 'typescript' || language === 'tsx' || language === 'javascript'
}

function languagesOf(files: readonly string[]): Language[] {
  return [...new Set(files.map(languageOf))].filter((each) => each !== null)
}
