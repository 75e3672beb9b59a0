/** Variables that belong to the workflow and not to the code under test: tokens, our own inputs, command files. */
const WITHHELD = [
  /^INPUT_/i,
  /^ACTIONS_/,
  /^(?:GITHUB|GH)_TOKEN$/,
  /^GH_ENTERPRISE_TOKEN$/,
  /^GITHUB_(?:OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$/,
  /^RUNNER_TOKEN$/,
  /^SELF_HEAL_/,
]

/** Variables that would send the outputs of a re-run over those of the user's own run, or change how it runs. */
const RUNNER_OUTPUTS = [
  /^PLAYWRIGHT_[A-Z]+_(?:OUTPUT_(?:FILE|DIR|NAME)|REPORT)$/,
  /^PLAYWRIGHT_(?:LAST_RUN_OUTPUT_FILE|BLOB_OUTPUT|HTML_OPEN|FORCE_TTY)/,
  /^PW_TEST_REPORTER/,
  /^PW_TEST_HTML_REPORT_OPEN$/,
  /^PWDEBUG$/,
  /^PWTEST_/,
]

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment for commands of the user: theirs, without what is the workflow's own. */
export function withoutSecrets(env: Environment): Record<string, string> {
  return pick(env, WITHHELD)
}

/** The environment for a re-run of Playwright: no secrets, no output folders of another run, and quiet. */
export function forPlaywright(env: Environment, extra: Environment = {}): Record<string, string> {
  const given = pick({ ...pick(env, [...WITHHELD, ...RUNNER_OUTPUTS]), ...extra }, [])
  return { ...given, PLAYWRIGHT_HTML_OPEN: 'never', FORCE_COLOR: '0' }
}

function pick(env: Environment, without: readonly RegExp[]): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !without.some((pattern) => pattern.test(name))) kept[name] = value
  return kept
}
