import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { MEMORY_BRANCH } from '../../src/github/memory.ts'
import { readState } from '../../src/github/state.ts'
import type { Report } from '../../src/model.ts'
import { commentEvent, workflowRunEvent } from '../support/events.ts'
import { makeZip } from '../support/make-zip.ts'
import { makeSmallGitHub, SMALL, type SmallGitHub } from '../support/small-github.ts'
import { HAS_PLAYWRIGHT, runSmallSuite } from '../support/small-project.ts'

if (!HAS_PLAYWRIGHT) console.warn('skipped: fixtures/shop has no installed packages (run `npm ci` in it)')

const REF = `refs/heads/${MEMORY_BRANCH}`

let shop: SmallGitHub | undefined
afterEach(async () => {
  expect(shop?.github.violations ?? []).toEqual([])
  await shop?.close()
  shop = undefined
})
const start = async (): Promise<SmallGitHub> => {
  shop = await makeSmallGitHub()
  return shop
}
const reportOf = (outputs: Readonly<Record<string, string>>): Report =>
  JSON.parse(readFileSync(outputs.report_json ?? '', 'utf8')) as Report

describe.skipIf(!HAS_PLAYWRIGHT)('the committed dist', () => {
  it('records a green run on the memory branch, and heals a red one after it by that', async () => {
    const project = await start()
    const { git, github, step, clean } = project
    const { world } = github
    const green = git('rev-parse', 'HEAD').trim()
    git('checkout', '-q', 'HEAD~1', '--', 'site')
    await runSmallSuite(project, ['--reporter=blob', '--trace=on'])
    const recorded = await step({ with: { mode: 'record' } })
    expect(recorded.exitCode, recorded.log).toBe(0)
    expect(recorded.log).toMatch(/Recorded 3 steps of 2 tests/)
    expect(recorded.summary).toContain('Recorded 3 steps of 2 tests')
    expect(world.git.blob(`${REF}:baseline/last-run.json`)).toContain(green)

    // The same from another workflow, to which the artifacts are all that is known of the run.
    const folder = path.join(project.root, 'blob-report')
    const files = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))] as const)
    world.artifacts.push({ id: 1, runId: 50, name: 'blob', zip: makeZip(Object.fromEntries(files)), expired: false })
    world.git.remove(REF)
    git('checkout', '-q', 'HEAD', '--', 'site')
    clean()
    const ended = { ...SMALL, id: 50, sha: green, branch: 'main', conclusion: 'success', trigger: 'push' }
    const payload = workflowRunEvent(ended)
    const afterwards = await step({ with: { mode: 'record' }, event: { name: 'workflow_run', payload } })
    expect(afterwards.log).toMatch(/Recorded 3 steps of 2 tests/)

    await runSmallSuite(project, ['--reporter=blob', '--trace=off'])
    // No earlier commit can be built: what is healed is healed by the memory alone.
    const healed = await step({ with: { build_command: 'exit 3', verify_runs: '1' } })
    expect(healed.exitCode, healed.log).toBe(0)
    expect(healed.log).toContain(`3 steps are recorded on the branch ${MEMORY_BRANCH}`)
    const report = reportOf(healed.outputs)
    expect(report.run).toMatchObject({ baselineSource: 'store', baselineCommit: green })
    expect(report.results[0]).toMatchObject({ status: 'healed', verification: { effects: 'same' } })
    expect(report.results[0]?.proposal?.evidence).toContainEqual(
      expect.objectContaining({ kind: 'baseline', text: expect.stringContaining('known from the baseline store') }),
    )
    expect(healed.outputs).toMatchObject({ healed: '1', pull_request_number: '1' })
  }, 240_000)

  it('heals again on /heal retry: the newest commit, pinned, and only for who may write', async () => {
    const project = await start()
    const { git, github, step, clean, write } = project
    const { world } = github
    await runSmallSuite(project, ['--reporter=blob', '--trace=off'])
    const first = await step({ with: { verify_runs: '1' } })
    expect(first.outputs, first.log).toMatchObject({ healed: '1', pull_request_number: '1' })
    clean()

    // Somebody pushes to the failing branch; the runner of the comment stands on the commit before.
    const before = git('rev-parse', 'HEAD').trim()
    write('README.md', 'Lamps\n')
    git('add', 'README.md')
    git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-q', '-m', 'Describe')
    git('push', '--quiet', 'origin', 'HEAD:refs/heads/main')
    const moved = git('rev-parse', 'HEAD').trim()
    git('checkout', '-q', before)

    world.collaborators.set('ada', 'write').set('bob', 'read')
    const say = (id: number, author: string) => {
      const person = { login: author, type: 'User' as const }
      world.comments.push({ id, issue: 1, body: '/heal retry', author: person, reactions: [] })
      const payload = commentEvent({ ...SMALL, number: 1, id, author, body: '/heal retry' })
      return step({ with: { verify_runs: '1' }, event: { name: 'issue_comment', payload } })
    }
    const reactions = (id: number) => world.comments.find((comment) => comment.id === id)?.reactions

    github.requests.length = 0
    const refused = await say(9_000, 'bob')
    expect(refused.log).toContain('bob may not write')
    expect(reactions(9_000)).toEqual(['eyes', 'confused'])
    expect(git('rev-parse', 'HEAD').trim()).toBe(before)

    const answered = await say(9_001, 'ada')
    expect(answered.exitCode, answered.log).toBe(0)
    expect(reactions(9_001), answered.log).toEqual(['eyes', 'rocket'])
    expect(git('rev-parse', 'HEAD').trim()).toBe(moved)
    expect(reportOf(answered.outputs).run.commit).toBe(moved)
    expect(world.comments.at(-1)?.body).toMatch(/Healed again on .*1 healed.*#1 is up to date/)
    expect(readState(world.pulls[0]?.body)?.base.sha).toBe(moved)
    expect(world.pulls).toHaveLength(1)
    expect(world.git.isAncestor(moved, world.git.read('refs/heads/self-heal/fix-main') ?? '')).toBe(true)
    const asked = github.requests.filter(({ operation }) => operation === 'repos/get-collaborator-permission-level')
    expect(asked).toHaveLength(2)
  }, 240_000)
})
