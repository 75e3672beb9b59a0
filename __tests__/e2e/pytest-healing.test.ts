import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { appendFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Finished, run, runOk } from '../../scripts/fixture/process.ts'
import { makeOperatorRepo } from '../../scripts/operator-fixture.ts'
import { makeVenv, PLUGIN, pluginPython } from '../../scripts/python-env.ts'

const CLI = resolve(import.meta.dirname, '../../dist/cli.js')

/** What `tests/conftest.py` is given besides: a rename that this suite knows, and one that is wrong. */
const STRATEGY = `

from pytest_self_heal import FailureType, Fix, register_strategy


@register_strategy(FailureType.RESOURCE_NOT_FOUND)
class RelayRenames:
    RENAMES = {"agents": "nodeagents", "probes": "no-such-thing"}

    def heal(self, analysis):
        for old, new in self.RENAMES.items():
            if f'/{old}"' in analysis.source_line():
                return Fix(f"Resource renamed: {old} to {new}", confidence=0.95, old=old, new=new)
        return None
`

/** The quick start of the plugin: its wheel in an empty environment, and the engine among the project's packages. */
describe('pytest --healing', () => {
  let folder: string
  let repo: string
  let python: string
  const git = (...args: string[]) =>
    runOk('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: repo })
  const pytest = (...args: string[]): Promise<Finished> =>
    run(python, ['-m', 'pytest', '--tb=no', ...args], {
      cwd: repo,
      // Node 24 comes first, as it does where it is set up.
      env: { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), PYTHONDONTWRITEBYTECODE: '1' },
    })

  beforeAll(async () => {
    folder = realpathSync(await mkdtemp(join(tmpdir(), 'self-heal-session-')))
    ;({ repo } = await makeOperatorRepo(folder, []))
    await appendFile(join(repo, 'tests/conftest.py'), STRATEGY)
    await appendFile(
      join(repo, '.gitignore'),
      '\nnode_modules\n.healing_fixes\n.healing_history.json\nself-heal-report\n',
    )
    await git('commit', '-qam', 'Know of renames')
    await mkdir(join(repo, 'node_modules/.bin'), { recursive: true })
    await symlink(CLI, join(repo, 'node_modules/.bin/self-heal'))

    // Built from a copy: setuptools leaves its folders beside the sources.
    const sources = join(folder, 'sources')
    await cp(PLUGIN, sources, { recursive: true, filter: (path) => !/__pycache__/.test(path) })
    const builder = await pluginPython()
    const wheel = ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '--no-build-isolation', '-w', folder, sources]
    await runOk(builder, wheel, { cwd: folder })
    python = await makeVenv(join(folder, 'venv'))
    const built = readdirSync(folder).find((name) => name.endsWith('.whl')) ?? ''
    await runOk(python, ['-m', 'pip', 'install', '--quiet', 'pytest==9.2.0', join(folder, built)], { cwd: folder })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('heals what an honest change broke, leaves the rest, and stays failed', async () => {
    const { code, output } = await pytest('--healing', 'tests/test_gateways.py', 'tests/test_resources.py')
    expect(output).toMatch(/^tests\/test_gateways\.py::test_gateway_runs HEALED ✓/m)
    expect(output).toMatch(/^tests\/test_gateways\.py::test_gateway_stays_up HEALED ✓/m)
    expect(output).toMatch(/^tests\/test_gateways\.py::test_gateway_says_it_is_up (?:LIKELY REGRESSION|NEEDS HUMAN)/m)
    expect(output).toMatch(/^Review and commit: git apply \.healing_fixes\/test-gateway-runs-\w+\.patch$/m)
    expect(output).toMatch(/8 failed, 2 passed, 5 healed in/)
    expect(code).toBe(1)
    expect(await git('status', '--porcelain')).toBe('')

    // The suite's own strategy was asked first; the wrong one did not hold, and the engine had its turn.
    expect(output).toContain('✓ RelayRenames of the suite knows this change')
    expect(output).toContain('✗ With no-such-thing the test fails at the same step')
    expect(output).toMatch(/^tests\/test_resources\.py::test_agent_is_healthy HEALED ✓/m)
    expect(output).toMatch(/^tests\/test_resources\.py::test_probe_reaches (?:LIKELY REGRESSION|NEEDS HUMAN)/m)
  })

  it('shows and applies the fixes, after which these tests pass by themselves', async () => {
    const shown = await pytest('--healing-review')
    expect(shown.output).toContain('4 fixes pending')
    expect(shown.code).toBe(1)
    const patches = readdirSync(join(repo, '.healing_fixes')).map((name) => join('.healing_fixes', name))
    const applied = await pytest(...patches.flatMap((patch) => ['--healing-apply', patch]))
    expect(applied.code, applied.output).toBe(0)
    const healed = ['runs', 'stays_up', 'has_two_replicas'].map(
      (name) => `tests/test_gateways.py::test_gateway_${name}`,
    )
    const { output } = await pytest(...healed, 'tests/test_resources.py::test_agent_is_healthy')
    expect(output).toContain('4 passed')
    await git('checkout', '-q', '.')
  })

  it('suggests only where that is asked for, and heeds no_healing, which the engine sees by itself', async () => {
    const marked = 'import pytest\n\npytestmark = pytest.mark.no_healing\n'
    const file = join(repo, 'tests/test_gateways.py')
    await writeFile(file, marked + readFileSync(file, 'utf8'))
    await git('commit', '-qam', 'Keep gateways as they are')
    const told = await pytest('--healing', '--healing-suggest-only', 'tests/test_client.py', 'tests/test_gateways.py')
    expect(told.output).toMatch(/^tests\/test_client\.py::test_lists_all SUGGESTED, not verified/m)
    expect(told.output).toMatch(/^Marked no_healing, and left alone: tests\/test_gateways\.py::test_gateway_runs/m)
    expect(told.output).not.toContain('HEALED')

    await pytest('--junitxml=junit.xml', '-o', 'junit_family=xunit1', 'tests/test_gateways.py::test_gateway_runs')
    const { output } = await run(process.execPath, [CLI, 'heal', '--artifacts', 'junit.xml'], {
      cwd: repo,
      env: { PYTHON: python },
    })
    expect(output).toContain('The test is marked `no_healing`.')
    await rm(join(repo, 'junit.xml'))
  })

  it('commits verified fixes where that is asked for, each by itself', async () => {
    const before = (await git('rev-parse', 'HEAD')).trim()
    const { output, code } = await pytest('--healing', '--healing-auto-commit', 'tests/test_client.py')
    expect(code).toBe(1)
    expect(output.match(/✓ committed as \w+: Heal tests: /g)).toHaveLength(2)
    expect((await git('diff', '--name-only', before, 'HEAD')).trim()).toBe('tests/test_client.py')
    expect(await git('status', '--porcelain')).toBe('')
    const { output: again } = await pytest('tests/test_client.py')
    expect(again).toMatch(/2 failed, \d+ passed/)
  })

  describe('where a test file was changed since the run', () => {
    const file = 'tests/test_tunnels.py'
    const heal = (...args: string[]): Promise<Finished> =>
      run(process.execPath, [CLI, 'heal', '--artifacts', 'junit.xml', ...args], { cwd: repo, env: { PYTHON: python } })

    beforeAll(async () => {
      await pytest('--tb=long', '--junitxml=junit.xml', '-o', 'junit_family=xunit1', '-k', 'counts_peers', file)
      const text = readFileSync(join(repo, file), 'utf8')
      await writeFile(join(repo, file), `"""Tunnels."""\n\n${text}`)
      await git('commit', '-qam', 'Say what this is')
    })
    afterAll(() => rm(join(repo, 'junit.xml')))

    it('follows the line without a re-run', async () => {
      const { output } = await heal('--suggest-only')
      expect(output).toContain('peerCount → connectedPeers')
      expect(output).not.toContain('was changed since')
    })

    it('patches nothing where the line is gone, and says so', async () => {
      const text = readFileSync(join(repo, file), 'utf8')
      await writeFile(join(repo, file), text.replace('.peerCount == 2', '.peerCount > 1'))
      await git('commit', '-qam', 'Two or more')
      const { output } = await heal('--suggest-only')
      expect(output).toContain(`${file} was changed since “TestTunnels › test_counts_peers” failed`)
      expect(output).not.toContain('→')
    })

    it('heals what the test fails with now', async () => {
      const { output } = await heal()
      expect(output).toContain('peerCount → connectedPeers')
      expect(await git('status', '--porcelain', '--untracked-files=no')).toBe('')
    })
  })
})
