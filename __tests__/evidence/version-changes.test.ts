import { describe, expect, it } from 'vitest'
import { versionChangesIn } from '../../src/evidence/installed/version-changes.ts'

const COMMIT = { id: 'a'.repeat(40), author: 'A', date: '2026-10-01T00:00:00Z', subject: 'Upgrade' }

const changes = (file: string, lines: readonly string[]): readonly string[] => {
  const [before, after] = ['+', '-'].map((sign) => lines.filter((line) => !line.startsWith(sign)).length)
  const patch = `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1,${before} +1,${after} @@\n${lines.join('\n')}\n`
  return versionChangesIn(patch, COMMIT).map(({ name, old, new: fresh }) => `${name} ${old} → ${fresh}`)
}

describe('a commit that changed the version of a package', () => {
  it.each([
    ['requirements.txt', ['-requests==2.31.0', '+requests==3.0.0', ' pytest'], 'requests 2.31.0 → 3.0.0'],
    ['pyproject.toml', ['-  "marshmallow>=3,<4",', '+  "marshmallow>=4",'], 'marshmallow 3,<4 → 4'],
    ['pyproject.toml', ['-faker = "^8.0"', '+faker = "^9.0"'], 'faker ^8.0 → ^9.0'],
    [
      'package.json',
      ['-    "@faker-js/faker": "^8.4.1",', '+    "@faker-js/faker": "^9.0.0",'],
      '@faker-js/faker ^8.4.1 → ^9.0.0',
    ],
    ['uv.lock', [' [[package]]', ' name = "x-y"', '-version = "1.0"', '+version = "2.0"'], 'x-y 1.0 → 2.0'],
    [
      'package-lock.json',
      ['     "node_modules/js-yaml": {', '-      "version": "3.14.1",', '+      "version": "4.1.0",'],
      'js-yaml 3.14.1 → 4.1.0',
    ],
    [
      'yarn.lock',
      ['-js-yaml@^3.0.0:', '-  version "3.14.1"', '+js-yaml@^4.0.0:', '+  version "4.1.0"'],
      'js-yaml 3.14.1 → 4.1.0',
    ],
    ['pnpm-lock.yaml', ['-  js-yaml@3.14.1:', '+  js-yaml@4.1.0:', '     resolution: {}'], 'js-yaml 3.14.1 → 4.1.0'],
  ])('is read from %s', (file, lines, said) => {
    expect(changes(file, lines)).toEqual([said])
  })

  it('says nothing of a package that came, went, or stayed', () => {
    expect(changes('requirements.txt', ['+requests==3.0.0', '-httpx==0.27', ' pytest==9.0'])).toEqual([])
    expect(changes('package.json', ['-  "version": "1.0.0",', '+  "version": "1.1.0",'])).toEqual([])
  })
})
