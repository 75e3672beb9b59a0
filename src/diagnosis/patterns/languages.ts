import type { FailureType } from '../../model.ts'
import { byMessage, type Finding, firstLine, type Rule } from '../rule.ts'

/**
 * What other languages and schema checkers say where Python and JavaScript have tables of their own: compilers (TypeScript, Go,
 * Java, Kotlin, C#), Ruby, .NET, PHP, Rust, GraphQL, JSON Schema. A row: the wording, with what it is about as its first
 * group that matches, and what it means.
 */
const ROWS: readonly (readonly [name: string, failureType: FailureType, wording: RegExp])[] = [
  ['ruby nil', 'field_renamed', /undefined method [`']([^'`\n]+)['`] for nil/],
  ['ruby method', 'api_changed', /undefined (?:local variable or )?method [`']([^'`\n]+)['`] for/],
  ['ruby constant', 'api_changed', /uninitialized constant ([\w:]+)/],
  ['ruby key', 'field_renamed', /key not found: :?["']?([\w.-]+)/],
  [
    'arguments',
    'api_changed',
    /wrong number of arguments \(given|(?:too many|not enough) arguments in call to ([\w.]+)/,
  ],
  ['dotnet key', 'field_renamed', /The given key '([^'\n]+)' was not present in the dictionary/],
  ['dotnet member', 'api_changed', /Missing(?:Method|Member)Exception: (?:Method not found: )?([^\n]+)/],
  ['dotnet field', 'field_renamed', /MissingFieldException: (?:Field not found: )?([^\n]+)/],
  [
    'compiler member',
    'field_renamed',
    /Property '([^'\n]+)' does not exist on type|error CS1061|has no field or method (\w+)/,
  ],
  ['compiler arguments', 'api_changed', /Expected \d+(?:-\d+)? arguments?, but got \d+|error CS150[01]/],
  ['compiler export', 'api_changed', /has no exported member(?: named)? '?"?([\w$]+)/],
  [
    'compiler symbol',
    'api_changed',
    /error: cannot find symbol|[Uu]nresolved reference:? '?(\w+)|: undefined: ([\w.]+)/,
  ],
  ['graphql field', 'field_renamed', /Cannot query field ["']([^"'\n]+)["'] on type/],
  ['graphql argument', 'api_changed', /Unknown (?:argument|type|directive) ["']([^"'\n]+)["']/],
  ['zod', 'field_renamed', /"received":\s*"undefined"[\s\S]{0,300}?"path":\s*\[\s*"([\w.]+)"/],
  ['schema', 'field_renamed', /must have required property '([^'\n]+)'|must NOT have additional properties/],
  ['query field', 'field_renamed', /Cannot resolve keyword '([^'\n]+)' into field|has no property ["'](\w+)["']/],
  ['phpunit', 'assertion_mismatch', /Failed asserting that ([^\n]+)/],
  ['rust', 'assertion_mismatch', /assertion [`'"]?(?:left [=!]= right|failed)/],
  [
    'compared',
    'assertion_mismatch',
    /\bactual (?:value )?\S[^\n]{0,200} did not match the expected|\b[Ee]xpected\b[^\n]{0,200} (?:doesn't|does not|did not) match (?:the )?actual|\bto be called \d+ times?, called \d+/,
  ],
  ['old mocha', 'assertion_mismatch', /^\W*ssertionError: ([^\n]+)/],
  ['testify', 'assertion_mismatch', /^\W*Not equal:\s+expected\s?:/],
  [
    'jasmine',
    'assertion_mismatch',
    /(?:^|\n)[ \t]*(?:\w*Error: )?Expected [\s\S]{1,500}? (?:not )?to (?:be|equal|have|contain|match|throw|include|start|end)\b|\bexpected to fail but passed/,
  ],
  ['xunit', 'assertion_mismatch', /Assert\.\w+\(\) Failure/],
  ['rspec', 'assertion_mismatch', /^\s*expected: [^\n]+\n\s*got: /m],
  ['nunit', 'assertion_mismatch', /^\s*Expected: [^\n]+\n\s*But was: /m],
  [
    'mock',
    'assertion_mismatch',
    /exceptions\.verification\b|Wanted but not invoked|Verification in order failure|zero interactions with this mock|(?:Never|No) (?:wanted|interactions wanted) here/i,
  ],
]

export const languageRules: readonly Rule[] = ROWS.map(([name, failureType, wording]) =>
  byMessage(name, wording, (match) => found(failureType, match)),
)

function found(failureType: FailureType, match: RegExpExecArray): Finding {
  const named = match.slice(1).find((each) => each)
  const said = firstLine(match[0].trim(), 160)
  const affected = named ?? said
  if (failureType === 'assertion_mismatch')
    return { failureType, rootCause: `An assertion does not hold: ${said}.`, affected: 'assertion' }
  const suggestions =
    failureType === 'api_changed'
      ? ['Look for the commit that changed it, and for what takes its place.']
      : ['Check whether the field was renamed, and what is there instead.']
  const what = failureType === 'api_changed' ? 'is not there any more, or is called otherwise' : 'is not there'
  return {
    failureType,
    rootCause: `"${affected}" ${what}.`,
    affected,
    suggestions,
    ...(failureType === 'field_renamed' ? { expected: affected } : {}),
  }
}
