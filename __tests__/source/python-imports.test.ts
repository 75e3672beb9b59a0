import { describe, expect, it } from 'vitest'
import { importsOfPython } from '../../src/source/python-imports.ts'

const FILES = [
  'tests/conftest.py',
  'conftest.py',
  'tests/helpers.py',
  'tests/api/__init__.py',
  'relay/client.py',
  'src/lib/wait.py',
]
const imports = (file: string, text: string) => {
  const { files, packages } = importsOfPython(file, text, (path) => FILES.includes(path))
  return { files: [...files].sort(), packages }
}

describe('imports of Python', () => {
  it('finds modules from the root, from `src`, relative ones and submodules; the rest are packages', () => {
    const text =
      'import json\nfrom relay import client\nfrom .helpers import (\n  make,\n  phase_of as p,\n)\nimport lib.wait as w\n'
    expect(imports('tests/a.py', text)).toEqual({
      files: ['relay/client.py', 'src/lib/wait.py', 'tests/helpers.py'],
      packages: ['json'],
    })
  })

  it('counts what pytest loads unasked for a test', () => {
    expect(imports('tests/api/test_b.py', '').files).toEqual(['conftest.py', 'tests/conftest.py'])
  })
})
