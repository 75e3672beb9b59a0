import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { differencesInAction, differencesInReadme } from '../../scripts/check-contract.ts'
import { OUTPUTS, SETTINGS } from '../../src/config/settings.ts'

const action = readFileSync(path.resolve(import.meta.dirname, '../../action.yml'), 'utf8')

describe('the contract between action.yml, README and code', () => {
  it('is kept by action.yml', () => {
    expect(differencesInAction(action)).toEqual([])
  })

  it('is broken by a missing, an unknown and a changed input, and by a default that would hide every file', () => {
    const changed = action
      .replace('\n  draft:', '\n  drafty:')
      .replace('How to start the app instead', 'How to begin the app instead')
      .replace(/(\n {2}mode:\n.*\n {4}required: false)/, '$1\n    default: pr')
    expect(differencesInAction(changed).map((line) => line.replace(/ should read:.*/, ''))).toEqual([
      'action.yml: the input `draft` is missing',
      'action.yml: the input `drafty` is not known to the code',
      'action.yml: `mode` has a `default:`, so no file or variable could ever set it',
      'action.yml: the description of `start_command`',
    ])
  })

  it('is kept by a README whose tables name everything, and broken by one that leaves out a default', () => {
    const rows = SETTINGS.map(({ name, default: value }) => `| \`${name}\` | text | \`${value}\` |`)
    const outputs = OUTPUTS.map(({ name }) => `| \`${name}\` | text |`)
    const readme = ['## Inputs', ...rows, '| `token` | text |', '## Outputs', ...outputs, '## More', '| `else` | x |']
    expect(differencesInReadme(readme.join('\n'))).toEqual([])
    expect(differencesInReadme(readme.join('\n').replace('| `0.8` |', '| `0.7` |'))).toEqual([
      'README.md: the row of `confidence_threshold` does not name its default `0.8`',
    ])
  })
})
