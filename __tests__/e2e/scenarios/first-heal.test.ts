import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Report } from '../../../src/model.ts'
import { startGitHub } from '../../support/github/index.ts'
import { runStep } from '../../support/runner-stand-in.ts'
import { cloneShallow, HAS_PLAYWRIGHT, openScenario, type ScenarioRun } from '../../support/scenario.ts'

const ACTION = path.resolve(import.meta.dirname, '../../..')
const opened: ScenarioRun[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose()
})

describe.skipIf(!HAS_PLAYWRIGHT)('a repository that has never heard of the action', () => {
  it('gets its first heal as a pull request from `uses:` and `build_command` alone', async () => {
    const whole = await openScenario('broken-base')
    opened.push(whole)
    // The branch is the failing one; what was merged before it does not build.
    await whole.git('checkout', '--quiet', 'main')
    const clone = await cloneShallow(whole, 'broken-base', 'tidy')
    opened.push(clone)
    execFileSync(process.execPath, ['build.mjs'], { cwd: clone.root })
    await clone.suite('--trace=off')
    const bare = path.join(path.dirname(whole.root), 'bare.git')
    await whole.git('clone', '--quiet', '--bare', '.', bare)
    const github = await startGitHub({ bareRepo: bare, owner: 'octo', repo: 'bakery' })
    try {
      const sha = (await clone.git('rev-parse', 'HEAD')).trim()
      const done = await runStep({
        action: ACTION,
        workspace: clone.root,
        with: { build_command: 'node build.mjs' },
        token: github.world.token,
        event: { name: 'push', payload: { repository: { default_branch: 'main' } } },
        env: {
          ...clone.env,
          GITHUB_REPOSITORY: 'octo/bakery',
          GITHUB_API_URL: github.apiUrl,
          GITHUB_GRAPHQL_URL: github.graphqlUrl,
          GITHUB_SERVER_URL: github.serverUrl,
          GITHUB_SHA: sha,
          GITHUB_REF: 'refs/heads/tidy',
        },
      })
      const report = JSON.parse(
        readFileSync(path.join(clone.root, 'self-heal-report/healing-report.json'), 'utf8'),
      ) as Report
      expect(done.outputs, done.log).toMatchObject({ healed: '1', failures: '1' })
      expect([report.run.baselineSource, report.run.baselineCommit]).toEqual(['rerun', whole.commits[0]])
      expect(report.results[0]?.proposal?.new).toContain('.loud')
      expect(github.world.pulls).toHaveLength(1)
      expect(done.raw.replace(/^::add-mask::.*$/m, '')).not.toContain(github.world.token)
      expect(github.violations).toEqual([])
    } finally {
      await github.close()
    }
  })
})
