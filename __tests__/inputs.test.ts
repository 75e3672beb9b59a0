import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from '../src/config/settings.ts'
import { HealFault } from '../src/engine.ts'
import { describeConfig, readConfig, readToken } from '../src/inputs.ts'

const root = '/repo'

function read(
  given: { inputs?: Record<string, string>; env?: Record<string, string>; files?: Record<string, string> } = {},
) {
  const files = given.files ?? {}
  return readConfig({
    root,
    env: given.env ?? {},
    inputs: given.inputs,
    readFile: async (file) => files[file] ?? null,
  })
}

async function faultOf(promise: Promise<unknown>): Promise<HealFault> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof HealFault)) throw new Error(`expected a fault, got ${String(error)}`)
  return error
}

describe('where a setting comes from', () => {
  it('has sensible defaults for everything', async () => {
    const { config, problems } = await read()
    expect(problems).toEqual([])
    expect(config).toMatchObject({
      root,
      enabled: true,
      mode: 'pr',
      autoCommit: false,
      confidenceThreshold: 0.8,
      autoCommitConfidence: 0.9,
      maxFailures: 50,
      maxRetries: 2,
      verifyRuns: 2,
      timeoutMinutes: 20,
      shard: null,
      artifacts: [],
      baseline: [],
      strategies: { off: [], modules: ['.self-heal/*.mjs'] },
      delivery: { branchPrefix: 'self-heal/', labels: ['self-heal'], draft: false, baseBranch: null },
      reportDir: '/repo/self-heal-report',
    })
  })

  it('takes inputs before environment before .self-heal.yml before pytest.ini before defaults', async () => {
    const layers = {
      inputs: { confidence_threshold: '0.91' },
      env: { HEALING_CONFIDENCE_THRESHOLD: '0.92', PYTEST_HEALING_CONFIDENCE: '0.93' },
      files: {
        '.self-heal.yml': 'confidence_threshold: 0.94\n',
        'pytest.ini': '[pytest]\nhealing_confidence_threshold = 0.95\n',
      },
    }
    const threshold = async (given: Parameters<typeof read>[0]) => (await read(given)).config.confidenceThreshold
    expect(await threshold(layers)).toBe(0.91)
    expect(await threshold({ ...layers, inputs: {} })).toBe(0.92)
    expect(await threshold({ env: { PYTEST_HEALING_CONFIDENCE: '0.93' }, files: layers.files })).toBe(0.93)
    expect(await threshold({ files: layers.files })).toBe(0.94)
    expect(await threshold({ files: { 'pytest.ini': layers.files['pytest.ini'] } })).toBe(0.95)
  })

  it('reads the inputs of the runner, and an empty one is no value', async () => {
    const { config } = await readConfig({
      root,
      env: { INPUT_MODE: 'report', INPUT_CONFIDENCE_THRESHOLD: '', INPUT_ARTIFACTS: 'a/{b,c}/*.zip\n# why\nd, e' },
      readFile: async (file) => (file === '.self-heal.yml' ? 'confidence_threshold: 0.7' : null),
    })
    expect(config.mode).toBe('report')
    expect(config.confidenceThreshold).toBe(0.7)
    expect(config.artifacts).toEqual(['a/{b,c}/*.zip', 'd', 'e'])
  })

  it.each([
    ['pytest.ini', '[pytest]\nhealing_max_retries = 4 ; why\nmarkers =\n    healable: x\n'],
    ['pyproject.toml', '[tool.other]\nhealing_max_retries = 9\n[tool.pytest.ini_options]\nhealing_max_retries = "4"\n'],
    ['tox.ini', '[tox]\nx=1\n[pytest]\nhealing_max_retries: 4\n'],
    ['setup.cfg', '[tool:pytest]\nhealing_max_retries=4\n'],
  ])('reads healing_ keys from %s', async (file, text) => {
    expect((await read({ files: { [file]: text } })).config.maxRetries).toBe(4)
  })

  it('says where each setting came from, without the token', async () => {
    const { config } = await read({
      inputs: { mode: 'report' },
      env: { INPUT_TOKEN: 'ghs_secret', GITHUB_TOKEN: 'ghs_secret' },
      files: { '.self-heal.yml': 'draft: yes\nlabels: [a, b]\n' },
    })
    expect(describeConfig(config)).toEqual([
      'mode: from the input `mode`',
      'labels: from the key `labels` in .self-heal.yml',
      'draft: from the key `draft` in .self-heal.yml',
    ])
    expect(JSON.stringify(config)).not.toContain('ghs_secret')
  })
})

describe('bad values', () => {
  it.each([
    ['confidence_threshold', '80%', /from 0 to 1.*0\.8, not 80%/],
    ['confidence_threshold', '1.01', /from 0 to 1/],
    ['confidence_threshold', 'NaN', /from 0 to 1/],
    ['max_failures', '2.5', /whole number/],
    ['verify_runs', '0', /from 1 to 20/],
    ['mode', 'pull', /pr, suggest, report/],
    ['enabled', 'maybe', /true or false/],
    ['shard', '5/4', /i\/n/],
    ['base_url', 'localhost:3000', /absolute address/],
    ['commit_author', 'me', /name and a mail/],
    ['branch_prefix', 'a..b', /git allows/],
    ['base_branch', 'a b', /git allows/],
    ['report_dir', '.', /folder of its own/],
    ['report_dir', '../', /folder of its own/],
    ['strategies', '-fuzy', /Did you mean `fuzzy`/],
  ])('names the input %s, its value %j and the remedy', async (name, value, remedy) => {
    const fault = await faultOf(read({ inputs: { [name]: value } }))
    expect(fault.problem.subject).toBe(name)
    expect(fault.problem.message).toContain(`The input \`${name}\``)
    expect(fault.problem.message).toContain(value.replace('-fuzy', 'fuzy'))
    expect(fault.problem.remedy).toMatch(remedy)
  })

  it('names the file and the nearest key for a key that nobody knows', async () => {
    const fault = await faultOf(read({ files: { '.self-heal.yml': 'confidence_treshold: 0.9' } }))
    expect(fault.problem.message).toContain('`confidence_treshold` in .self-heal.yml')
    expect(fault.problem.remedy).toContain('`confidence_threshold`')
  })

  it('refuses a token in a file', async () => {
    const fault = await faultOf(read({ files: { '.self-heal.yml': 'token: ghp_x' } }))
    expect(fault.message).toContain('revoke')
    expect(fault.message).not.toContain('ghp_x')
  })

  it.each([
    ['a: [', /not valid YAML/],
    ['- a', /does not hold keys/],
    ['labels: {a: 1}', /value or a list/],
    [`x: &a [1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nz: [*b,*b,*b,*b,*b,*b,*b,*b,*b]`, /cannot be read|not known/],
  ])('says what is wrong with the file %j', async (text, message) => {
    expect((await faultOf(read({ files: { '.self-heal.yml': text } }))).message).toMatch(message)
  })

  it('points out near misses in the environment and in pytest.ini, and goes on', async () => {
    const { problems } = await read({
      env: { HEALING_CONFIDENCE_TRESHOLD: '0.9', HEALING_WATERS: 'x' },
      files: { 'pytest.ini': '[pytest]\nhealing_autocomit = true\n' },
    })
    expect(problems.map((problem) => problem.remedy)).toEqual([
      'Did you mean `HEALING_CONFIDENCE_THRESHOLD`?',
      'Did you mean `auto_commit`? If not, remove it.',
    ])
  })

  it.each([
    [{ app_dir: 'dist', start_command: 'x', base_url: 'http://x' }, 'app_dir'],
    [{ start_command: 'x' }, 'base_url'],
    [{ auto_commit: 'true', confidence_threshold: '0.95' }, 'auto_commit_confidence'],
    [{ ai_model: 'x' }, 'ai_endpoint'],
  ])('refuses settings that contradict each other: %j', async (inputs, subject) => {
    expect((await faultOf(read({ inputs }))).problem.subject).toBe(subject)
  })

  it('ends every value, however odd, in a setting or in a fault that names it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SETTINGS), fc.string({ unit: 'binary' }), async ({ name }, value) => {
        const outcome = await read({ inputs: { [name]: value } }).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(HealFault)
      }),
      { numRuns: 400 },
    )
  })
})

describe('the token', () => {
  it('comes from the input first and from the environment second', () => {
    expect(readToken({ INPUT_TOKEN: ' a ', GITHUB_TOKEN: 'b' })).toBe('a')
    expect(readToken({ INPUT_TOKEN: '', GITHUB_TOKEN: 'b' })).toBe('b')
    expect(readToken({})).toBeNull()
  })

  it('is refused without being shown where it cannot be one', () => {
    expect(() => readToken({ INPUT_TOKEN: 'two words' })).toThrow(/token/)
    expect(() => readToken({ INPUT_TOKEN: 'two words' })).not.toThrow(/two words/)
  })
})
