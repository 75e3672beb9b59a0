import { describe, expect, it } from 'vitest'
import { resolveImport } from '../../src/source/modules.ts'

const resolve = (from: string, specifier: string, files: Readonly<Record<string, string>>): string | null =>
  resolveImport(from, specifier, (path) => files[path] ?? null)

describe('what an import means', () => {
  const files = {
    'e2e/a.ts': '',
    'e2e/b/index.tsx': '',
    'e2e/c.js': '',
    'e2e/d.mts': '',
    'lib/x.ts': '',
    'e2e/data.json': '{}',
  }

  it.each([
    ['./a', 'e2e/a.ts'],
    ['./a.ts', 'e2e/a.ts'],
    ['./a.js', 'e2e/a.ts'],
    ['./b', 'e2e/b/index.tsx'],
    ['./b/', 'e2e/b/index.tsx'],
    ['./c', 'e2e/c.js'],
    ['./d.mjs', 'e2e/d.mts'],
    ['../lib/x', 'lib/x.ts'],
    ['./missing', null],
    ['./data.json', null],
    ['../../outside', null],
    ['/etc/passwd', null],
    ['react', null],
    ['\0', null],
  ])('%s', (specifier, file) => {
    expect(resolve('e2e/test.ts', specifier, files)).toBe(file)
  })

  it('follows paths of the nearest tsconfig, and those it extends', () => {
    const aliased = {
      ...files,
      'tsconfig.base.json': '{ "compilerOptions": { "paths": { "~/*": ["./lib/*"], "exact": ["./e2e/a"] } } }',
      'e2e/tsconfig.json': '{ // comment\n "extends": "../tsconfig.base", "compilerOptions": { "baseUrl": "." } }',
    }
    expect(
      resolve('e2e/b/index.tsx', '~/x', { ...aliased, 'e2e/tsconfig.json': '{ "extends": "../tsconfig.base.json" }' }),
    ).toBe('lib/x.ts')
    expect(resolve('e2e/t.ts', 'exact', aliased)).toBe('e2e/a.ts')
    expect(resolve('e2e/t.ts', 'c', aliased)).toBe('e2e/c.js')
  })

  it('follows imports of the package itself', () => {
    const own = { ...files, 'package.json': '{ "imports": { "#lib/*": "./lib/*.ts" } }' }
    expect(resolve('e2e/t.ts', '#lib/x', own)).toBe('lib/x.ts')
  })

  it('ends where configurations extend one another', () => {
    const endless = { 'tsconfig.json': '{ "extends": "./tsconfig.json" }', 'a.ts': '' }
    expect(resolve('a.ts', 'x', endless)).toBeNull()
  })
})
