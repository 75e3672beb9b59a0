import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findNodePackage } from '../../src/evidence/installed/find-node.ts'
import { findPythonPackage, packageFoldersOf } from '../../src/evidence/installed/find-python.ts'

describe('an installed package', () => {
  let folder: string
  const put = (name: string, text = ''): string => {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
    return file
  }
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'self-heal-installed-')))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('of Python is found by its module, with the version of what brought it', () => {
    put('site/yaml/__init__.py', 'def load(): ...\n')
    put('site/yaml/loader.pyi', 'class Loader: ...\n')
    put('site/PyYAML-6.0.1.dist-info/top_level.txt', '_yaml\nyaml\n')
    put('site/PyYAML-6.0.1.dist-info/METADATA', 'Name: PyYAML\n')
    const found = findPythonPackage([path.join(folder, 'nowhere'), path.join(folder, 'site')], 'yaml.loader')
    expect([found?.name, found?.version, found?.files]).toEqual(['PyYAML', '6.0.1', ['__init__.py', 'loader.pyi']])
    expect(found?.read('__init__.py')).toContain('def load')
    expect(findPythonPackage([path.join(folder, 'site')], '../yaml')).toBeNull()
  })

  it('of a virtual environment is looked for where that keeps its packages', () => {
    put('.venv/pyvenv.cfg')
    put('.venv/lib/python3.12/site-packages/six.py')
    const python = path.join(folder, '.venv/bin/python')
    put('.venv/bin/python')
    expect(packageFoldersOf(python)).toEqual([path.join(folder, '.venv/lib/python3.12/site-packages')])
    expect(packageFoldersOf('python3')).toEqual([])
    expect(findPythonPackage(packageFoldersOf(python), 'six')?.files).toEqual([''])
  })

  it('of Node.js is read by its types, or by its scripts where it has none', () => {
    put('repo/node_modules/@a/b/package.json', '{"name":"@a/b","version":"2.0.0"}')
    put('repo/node_modules/@a/b/index.d.ts')
    put('repo/node_modules/@a/b/index.js')
    put('repo/node_modules/c/package.json', '{"name":"c"}')
    put('repo/node_modules/c/lib/c.js')
    put('repo/node_modules/c/lib/c.min.js')
    const find = (specifier: string) => findNodePackage(path.join(folder, 'repo'), 'tests/deep/a.test.ts', specifier)
    expect([find('@a/b/sub')?.version, find('@a/b/sub')?.files]).toEqual(['2.0.0', ['index.d.ts']])
    expect(find('c')?.files).toEqual(['lib/c.js'])
    expect([find('node:fs'), find('./c'), find('missing'), find('../c')]).toEqual([null, null, null, null])
  })

  it('is never left by a link, and never read beyond its limits', () => {
    put('outside/secret.js', 'token')
    put('repo/node_modules/evil/package.json', '{"name":"evil"}')
    put('repo/node_modules/evil/index.js', 'x')
    put('repo/node_modules/evil/huge.js', 'x'.repeat(1_000_001))
    symlinkSync(path.join(folder, 'outside'), path.join(folder, 'repo/node_modules/evil/lib'))
    symlinkSync(path.join(folder, 'outside/secret.js'), path.join(folder, 'repo/node_modules/evil/linked.js'))
    put('site/bad/__init__.py')
    put('site/bad-1.0.dist-info/RECORD')
    symlinkSync(path.join(folder, 'outside/secret.js'), path.join(folder, 'site/bad-1.0.dist-info/METADATA'))
    const bad = findPythonPackage([path.join(folder, 'site')], 'bad')
    expect(bad?.notes.map((file) => bad.read(file))).toEqual([null])
    const found = findNodePackage(path.join(folder, 'repo'), 'a.test.js', 'evil')
    expect(found?.files.toSorted()).toEqual(['huge.js', 'index.js'])
    expect(
      ['huge.js', 'linked.js', 'lib/secret.js', '../../../outside/secret.js'].map((file) => found?.read(file)),
    ).toEqual([null, null, null, null])
  })
})
