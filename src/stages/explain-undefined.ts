import type { Classification } from '../diagnosis/classify.ts'
import { findUndefinedRead, type WhatIsUndefined } from '../diagnosis/undefined-read.ts'
import type { Failure, SourceLocation } from '../model.ts'
import type { LoadImport } from '../source/accesses.ts'
import { resolveImport } from '../source/modules.ts'
import type { ReadFile } from '../source/patch-set.ts'
import { languageOf, MAX_SOURCE_LENGTH, type SyntaxTree, syntaxParser } from '../source/syntax.ts'

const LANGUAGES = ['typescript', 'tsx', 'javascript'] as const

/**
 * Says which field was missing where a script stumbled over `undefined`, and where the tests read it. What was found so
 * far stands where the source does not tell.
 */
export const explainUndefined = async (
  found: Classification,
  failure: Failure,
  at: SourceLocation,
  readFile: ReadFile,
): Promise<{ readonly found: Classification; readonly place: SourceLocation | null }> => {
  const what = undefinedIn(found, failure.errors[0]?.message ?? '')
  const parse = what ? await syntaxParser(LANGUAGES) : null
  const treeOf = (file: string): SyntaxTree | null => {
    const language = LANGUAGES.find((each) => each === languageOf(file))
    const text = language ? readFile(file) : null
    return parse && language && text !== null && text.length <= MAX_SOURCE_LENGTH ? parse(language, text) : null
  }
  const load: LoadImport = (from, specifier) => {
    const file = resolveImport(from, specifier, readFile)
    const tree = file ? treeOf(file) : null
    return file && tree ? { file, tree } : null
  }
  const tree = what ? treeOf(at.file) : null
  const read = what && tree ? findUndefinedRead(at.file, tree, at.line, what, load) : null
  if (!read) return { found, place: null }
  const wanted =
    found.failureType === 'assertion_mismatch' ? ` where the test wants ${found.expected ?? 'a value'}` : ''
  return {
    place: read.location,
    found: {
      ...found,
      failureType: 'field_renamed',
      affected: read.field,
      rootCause: `"${read.field}" is undefined${wanted}.`,
      suggestions: ['Check whether the field was renamed, and what is there instead.'],
    },
  }
}

const undefinedIn = (found: Classification, message: string): WhatIsUndefined | null => {
  const read = /Cannot read propert(?:y '([^']+)'|ies) of undefined(?: \(reading '([^']+)'\))?/.exec(message)
  if (read) return { read: read[2] ?? read[1] ?? '' }
  if (found.failureType !== 'assertion_mismatch') return null
  const isUndefined =
    /^undefined$/.test(found.actual ?? '') ||
    /arguments \(undefined and /.test(message) ||
    /^\s*(?:\w+: )?expected undefined /.test(message)
  return isUndefined ? 'compared' : null
}
