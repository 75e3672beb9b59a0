import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lintWorkflows, snippetsOf, workflowsOf } from '../../scripts/check-workflows.ts'

const page = (block: string) => ['# Page', '', '```yaml', block, '```', ''].join('\n')
const lint = (block: string) => lintWorkflows(snippetsOf(page(block), 'README.md'))

describe('workflows and snippets', () => {
  it('of this repository pass actionlint', async () => {
    expect(await lintWorkflows(workflowsOf(path.resolve(import.meta.dirname, '../..')))).toEqual([])
  })

  it('are read from steps, jobs and whole workflows; settings are no workflow', () => {
    expect(snippetsOf(page('- run: ls'), 'a.md')).toHaveLength(1)
    expect(snippetsOf(page('steps:\n  - run: ls'), 'a.md')).toHaveLength(1)
    expect(snippetsOf(page('mode: report\nlabels: [a]'), 'a.md')).toEqual([])
  })

  it('are refused for a misspelt key and for text of a stranger inside a script', async () => {
    const misspelt = await lint('- uses: actions/checkout@v5\n  wiht: { ref: x }')
    expect(misspelt.join()).toMatch(/README\.md:4.*unexpected key "wiht"/)
    const injected = await lint(
      `on: issue_comment\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo \${{ github.event.comment.body }}`,
    )
    expect(injected.join()).toMatch(/potentially untrusted/)
  })
})
