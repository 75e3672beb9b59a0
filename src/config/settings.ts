/** How the text of a setting is read. Lists are split at line ends and at commas outside brackets. */
export type SettingKind =
  | 'text'
  | 'flag'
  | 'number'
  | 'integer'
  | 'list'
  | 'choice'
  | 'url'
  | 'shard'
  | 'author'
  | 'ref'

/** One setting as every source names it; the single table behind inputs, environment, files, `action.yml` and README. */
export interface Setting {
  /** Name of the action's input and of the key in `.self-heal.yml`. */
  readonly name: string
  readonly kind: SettingKind
  /** Default as text, in the form a user would write it; an empty string means none. */
  readonly default: string
  /** One or two sentences for `action.yml`, without the default. */
  readonly description: string
  /** Inclusive bounds of numbers. */
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  /** Other names by which the same setting is known, without any prefix. */
  readonly aliases?: readonly string[]
  /** An example for error messages. */
  readonly example: string
}

export const MODES = ['pr', 'suggest', 'report', 'publish', 'record'] as const
export type Mode = (typeof MODES)[number]

/** Every setting but the token, which may come from an input alone. */
export const SETTINGS = [
  {
    name: 'artifacts',
    kind: 'list',
    default: '',
    description:
      'Globs of reports, traces, logs and captures of the failed run, one per line. Empty: the usual places of each framework.',
    example: 'test-results/**',
  },
  {
    name: 'baseline',
    kind: 'list',
    default: '',
    description:
      'Globs of the same artifacts from the last green run, one per line. Empty: those of the last successful run of this workflow, where they can be downloaded.',
    example: 'green/test-results/**',
  },
  {
    name: 'enabled',
    kind: 'flag',
    default: 'true',
    description: 'Switches healing off for a whole repository or job.',
    example: 'true',
  },
  {
    name: 'mode',
    kind: 'choice',
    default: 'pr',
    choices: MODES,
    description:
      '`pr` opens a review pull request; `suggest` comments and pushes nothing; `report` writes `report_dir` and nothing to GitHub; `publish` delivers reports that other jobs made; `record` refreshes the baseline from a green run.',
    example: 'pr',
  },
  {
    name: 'auto_commit',
    kind: 'flag',
    default: 'false',
    description:
      'Commits verified heals at or above `auto_commit_confidence` straight to the failing branch; the others go to the pull request.',
    example: 'false',
  },
  {
    name: 'confidence_threshold',
    kind: 'number',
    default: '0.8',
    min: 0,
    max: 1,
    aliases: ['confidence'],
    description: 'A heal is proposed as a patch only where its confidence lies above this, from 0 to 1.',
    example: '0.8',
  },
  {
    name: 'auto_commit_confidence',
    kind: 'number',
    default: '0.9',
    min: 0,
    max: 1,
    description: 'The confidence from which `auto_commit` applies, from 0 to 1.',
    example: '0.9',
  },
  {
    name: 'app_dir',
    kind: 'text',
    default: '',
    description: 'Folder of the built app; it is served on loopback, single-page fallback included.',
    example: 'dist',
  },
  {
    name: 'start_command',
    kind: 'text',
    default: '',
    description: 'How to start the app instead; it is waited for at `base_url` and stopped afterwards.',
    example: 'npm run preview',
  },
  {
    name: 'base_url',
    kind: 'url',
    default: '',
    description: 'Where the app answers.',
    example: 'http://localhost:4173',
  },
  {
    name: 'allowed_hosts',
    kind: 'list',
    default: '',
    description:
      'Hosts beyond the app’s own that a page may reach while its steps are replayed, as `host` or `host:port`, one per line.',
    example: 'api.example.org',
  },
  {
    name: 'install_command',
    kind: 'text',
    default: '',
    description: 'How to install dependencies when another commit must be built. Empty: found from the lock file.',
    example: 'npm ci',
  },
  {
    name: 'build_command',
    kind: 'text',
    default: '',
    description: 'How to build the app when another commit must be built. Empty: found from the scripts.',
    example: 'npm run build',
  },
  {
    name: 'test_command',
    kind: 'text',
    default: '',
    description:
      'How to run chosen tests, run by `bash -c` as written; `{files}`, `{ids}` and `{grep}` become quoted positional parameters. For Playwright, pytest, vitest, jest and node:test. Empty: found per framework.',
    example: 'npx playwright test {files} --grep {grep}',
  },
  {
    name: 'test_globs',
    kind: 'list',
    default: '',
    description: 'What may be patched, one glob per line. Empty: what the failing tests import and the app does not.',
    example: 'e2e/**',
  },
  {
    name: 'max_failures',
    kind: 'integer',
    default: '50',
    min: 1,
    max: 10_000,
    description: 'At most this many failures are looked at; the rest are reported as skipped.',
    example: '50',
  },
  {
    name: 'max_retries',
    kind: 'integer',
    default: '2',
    min: 0,
    max: 10,
    description: 'How often one failure is tried with another candidate after its verification failed.',
    example: '2',
  },
  {
    name: 'verify_runs',
    kind: 'integer',
    default: '2',
    min: 1,
    max: 20,
    description: 'How often a patched test must pass before its heal counts as verified.',
    example: '2',
  },
  {
    name: 'timeout_minutes',
    kind: 'integer',
    default: '20',
    min: 1,
    max: 360,
    aliases: ['timeout'],
    description: 'After this many minutes the run stops, restores the checkout and reports how far it came.',
    example: '20',
  },
  {
    name: 'shard',
    kind: 'shard',
    default: '',
    description: 'Heals only this share of the failures, as `i/n`.',
    example: '1/4',
  },
  {
    name: 'strategies',
    kind: 'list',
    default: '.self-heal/*.mjs',
    description:
      'Globs of modules with extra strategies and healers; the name of a built-in strategy moves it forward, `-name` switches it off.',
    example: '-visual',
  },
  {
    name: 'mcp_server',
    kind: 'text',
    default: '',
    description: 'MCP server (URL, or a command for stdio) that is asked where everything else is silent. Empty: off.',
    example: 'http://localhost:3000',
  },
  {
    name: 'ai_endpoint',
    kind: 'url',
    default: '',
    description: 'Endpoint of a language model that is asked where everything else is silent. Empty: off.',
    example: 'https://models.example.com/v1',
  },
  {
    name: 'ai_model',
    kind: 'text',
    default: '',
    description: 'Name of the model at `ai_endpoint`.',
    example: 'gpt-4.1-mini',
  },
  {
    name: 'browser_path',
    kind: 'text',
    default: '',
    description: 'Executable of a Chromium other than the one found.',
    example: '/usr/bin/chromium',
  },
  {
    name: 'browser_endpoint',
    kind: 'url',
    default: '',
    description: 'A remote browser: CDP or Playwright server, or a Selenium Grid node.',
    example: 'ws://browsers:3000',
  },
  {
    name: 'base_branch',
    kind: 'ref',
    default: '',
    description: 'Branch that the pull request asks to merge into. Empty: the branch whose tests failed.',
    example: 'main',
  },
  {
    name: 'branch_prefix',
    kind: 'ref',
    default: 'self-heal/',
    description: 'How the names of branches made by the action begin.',
    example: 'self-heal/',
  },
  {
    name: 'labels',
    kind: 'list',
    default: 'self-heal',
    description: 'Labels of the pull request, separated by commas or line ends.',
    example: 'self-heal, tests',
  },
  {
    name: 'reviewers',
    kind: 'list',
    default: '',
    description: 'Users, or teams as `org/team`, who are asked to review.',
    example: 'octocat, my-org/qa',
  },
  {
    name: 'draft',
    kind: 'flag',
    default: 'false',
    description: 'Opens the pull request as a draft.',
    example: 'false',
  },
  {
    name: 'commit_author',
    kind: 'author',
    default: '',
    description:
      'A co-author named in every commit. The commits themselves are signed by GitHub in the name of the token.',
    example: 'QA Team <qa@example.com>',
  },
  {
    name: 'report_dir',
    kind: 'text',
    default: 'self-heal-report',
    description: 'Folder of the report, relative to the repository.',
    example: 'self-heal-report',
  },
] as const satisfies readonly Setting[]

export type SettingName = (typeof SETTINGS)[number]['name']

/** The token is an input alone: never a key of a file. */
export const TOKEN_SETTING = {
  name: 'token',
  default: `\${{ github.token }}`,
  description:
    'Token for GitHub: the workflow token, or one of a GitHub App or a user, whose pull requests get their checks run at once.',
} as const

/** Outputs of the action in the order of `action.yml`. */
export const OUTPUTS = [
  { name: 'healed', description: 'Number of heals that were verified.' },
  { name: 'proposed', description: 'Number of heals that are proposed but not verified.' },
  { name: 'needs_human', description: 'Number of failures for which a person must choose.' },
  { name: 'likely_regression', description: 'Number of failures that are likely real bugs; never patched.' },
  { name: 'flaky', description: 'Number of failures that passed unpatched; never patched.' },
  { name: 'failures', description: 'Number of failures looked at.' },
  { name: 'pull_request_url', description: 'Address of the pull request, empty where there is none.' },
  { name: 'pull_request_number', description: 'Number of the pull request, empty where there is none.' },
  { name: 'branch', description: 'Branch that holds the heals, empty where nothing was pushed.' },
  { name: 'report_html', description: 'Path of the HTML report, empty where none was written.' },
  { name: 'report_json', description: 'Path of the JSON report, empty where none was written.' },
  { name: 'patches', description: 'Folder of the patches, empty where none were written.' },
] as const

export type OutputName = (typeof OUTPUTS)[number]['name']
export type Outputs = Readonly<Record<OutputName, string>>
