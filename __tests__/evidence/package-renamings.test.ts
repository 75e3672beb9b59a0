import { describe, expect, it } from 'vitest'
import { type PackageQuestion, packageRenamings } from '../../src/evidence/installed/package-renamings.ts'
import { viewPackage } from '../../src/evidence/installed/view.ts'
import { languageOf, syntaxParser } from '../../src/source/syntax.ts'

const parse = await syntaxParser(['python', 'typescript', 'javascript'])

const ask = (
  files: Readonly<Record<string, string>>,
  question: Partial<PackageQuestion> & Pick<PackageQuestion, 'old'>,
) => {
  const view = viewPackage(
    {
      name: 'lamps',
      version: '2.0.0',
      folder: '/nowhere',
      files: Object.keys(files).filter((name) => !name.endsWith('.md')),
      notes: Object.keys(files).filter((name) => name.endsWith('.md')),
      read: (file) => files[file] ?? null,
    },
    (file, text) => {
      const language = languageOf(file)
      return language === 'python' || language === 'typescript' || language === 'javascript'
        ? parse(language, text)
        : null
    },
  )
  return packageRenamings({
    kind: 'member',
    packages: [view],
    message: '',
    owners: [],
    module: null,
    present: null,
    parameters: [],
    receiver: '',
    versions: [],
    ...question,
  })
}
const best = (answer: ReturnType<typeof ask>) =>
  answer.renamings.map(({ name, confidence }) => `${name} ${confidence.toFixed(2)}`)

describe('what an installed package calls a name now', () => {
  const lamp = `class Lamp:
    def light(self): ...
    def shade(self): ...

class Bulb:
    def glow(self):
        """Replaces \`\`burn\`\`."""
`

  it('is a name that the very class has, not one of another class', () => {
    expect(best(ask({ 'lamp.py': lamp }, { old: 'burn', owners: ['Bulb'] }))).toEqual(['glow 0.92'])
    expect(best(ask({ 'lamp.py': lamp }, { old: 'burn', owners: ['Lamp'] }))).toEqual([])
  })

  it('is surer where it was really seen on the object, and none where it was not', () => {
    expect(best(ask({ 'lamp.py': lamp }, { old: 'burn', owners: ['Bulb'], present: ['glow'] }))).toEqual(['glow 0.94'])
    expect(best(ask({ 'lamp.py': lamp }, { old: 'burn', owners: ['Bulb'], present: ['dim'] }))).toEqual([])
  })

  it('is read from a note on the old name that is still there, and not from one of another class', () => {
    const text = `import warnings

class Lamp:
    def burn(self):
        warnings.warn("burn is deprecated, "
                      "use light instead", DeprecationWarning)
    def light(self): ...

class Fuse:
    def burn(self): ...
    def blow(self): ...
`
    expect(best(ask({ 'lamp.py': text }, { old: 'burn', owners: ['Lamp'] }))).toEqual(['light 0.87'])
    expect(best(ask({ 'lamp.py': text }, { old: 'burn', owners: ['Fuse'] }))).toEqual([])
  })

  it('is several where the package names several: none is sure then', () => {
    const text =
      'class Lamp:\n    """`burn` is removed, use `light` or `glow`."""\n    def light(self): ...\n    def glow(self): ...\n'
    const { renamings } = ask({ 'lamp.py': text }, { old: 'burn', owners: ['Lamp'] })
    expect(renamings.map(({ name }) => name).toSorted()).toEqual(['glow', 'light'])
    expect(renamings[0]?.confidence).toBe(renamings[1]?.confidence)
  })

  it('is advice alone where it leads to another place', () => {
    const text =
      'class Lamp:\n    """`Lamp.burn` is deprecated. Use `Fuse.blow` instead."""\nclass Fuse:\n    def blow(self): ...\n'
    const answer = ask({ 'lamp.py': text }, { old: 'burn', owners: ['Lamp'], receiver: 'lamp' })
    expect([best(answer), answer.advice]).toEqual([[], ['lamps says in lamp.py:1: use Fuse.blow']])
  })

  it('is never the opposite', () => {
    const text = '_RENAMED = {"enable": "disable"}\nclass Lamp:\n    def disable(self): ...\n'
    expect(best(ask({ 'lamp.py': text }, { old: 'enable', owners: ['Lamp'] }))).toEqual([])
  })

  it('is read from types, changelogs and what a module passes on', () => {
    const types = 'export interface Lamp {\n  /** Formerly `burn`. */\n  light(): void\n}\n'
    expect(best(ask({ 'lamp.d.ts': types }, { old: 'burn', receiver: 'lamp' }))).toEqual(['light 0.92'])
    const files = {
      'lamp.d.ts': types.replace('Formerly `burn`.', ''),
      'CHANGELOG.md': '## 2.0\n- Renamed `burn()` to `light()`.\n',
    }
    expect(best(ask(files, { old: 'burn', receiver: 'lamp' }))).toEqual(['light 0.88'])
    const passed = {
      '__init__.py': 'from .lamp import light\n',
      'lamp.py': 'def light():\n    """Replaces :func:`burn`."""\n',
    }
    expect(best(ask(passed, { old: 'burn', kind: 'top', module: 'lamps' }))).toEqual(['light 0.92'])
  })

  it('may be a name that is alike, which a person has to say', () => {
    expect(best(ask({ 'lamp.py': lamp }, { old: 'light_up', owners: ['Lamp'], present: ['light', 'shade'] }))).toEqual([
      'light 0.50',
    ])
  })
})
