import { byMessage, type Finding, firstLine, type Rule } from '../rule.ts'

/** `go test`, and testify beside it: a test that fails without a panic says what it wanted in words of its own. */
export const goRules: readonly Rule[] = [
  byMessage('got want', /\bgot:? +([^\n]{1,300}?)[,;]? +want:? +([^\n]{1,300})/, (match) =>
    mismatch(match[2], match[1]),
  ),
  byMessage('want got', /\b(?:want|expected):? +([^\n]{1,300}?)[,;]? +(?:but )?got:? +([^\n]{1,300})/, (match) =>
    mismatch(match[1], match[2]),
  ),
  byMessage('testify', /^\s*expected: +([^\n]+)\n\s*actual *: +([^\n]+)/m, (match) => mismatch(match[1], match[2])),
  byMessage('said', /--- FAIL: [^\n]+\n\s+[\w./-]+_test\.go:\d+: ([^\n]+)/, (match, { message }) =>
    /^panic: /m.test(message)
      ? null
      : {
          failureType: 'assertion_mismatch',
          rootCause: `An assertion does not hold: ${firstLine(match[1] ?? '')}.`,
          affected: 'assertion',
        },
  ),
]

function mismatch(wanted: string | undefined, came: string | undefined): Finding {
  const [expected, actual] = [wanted, came].map((each) => firstLine(each ?? '', 300).replace(/^(["'])(.*)\1$/, '$2'))
  return {
    failureType: 'assertion_mismatch',
    rootCause: `The value is ${actual || 'empty'} where the test wants ${expected || 'nothing'}.`,
    affected: 'assertion',
    expected: expected ?? null,
    actual: actual ?? null,
  }
}
