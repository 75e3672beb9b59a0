import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replacedIn, successorsIn } from '../../src/evidence/installed/statements.ts'

const names = (text: string, old: string, isOwn = false) =>
  successorsIn(text, old, isOwn).map(({ name, kind }) => `${kind} ${name}`)

describe('what a package says of a name', () => {
  // As js-yaml, numpy, pydantic, scikit-learn, Django, marshmallow and changelogs put it.
  it.each([
    [
      'safeLoad',
      'Function yaml.safeLoad is removed in js-yaml 4. Use yaml.load instead, which is safe by default.',
      'instead yaml.load',
    ],
    ['float_', '`np.float_` was removed in the NumPy 2.0 release. Use `np.float64` instead.', 'instead np.float64'],
    [
      'dict',
      'The `dict` method is deprecated; use `model_dump` instead. Deprecated in Pydantic V2.0.',
      'instead model_dump',
    ],
    ['regex', '`regex` is removed. use `pattern` instead', 'instead pattern'],
    [
      'get_feature_names',
      'get_feature_names is deprecated in 1.0. Please use get_feature_names_out instead.',
      'instead get_feature_names_out',
    ],
    ['ugettext', 'ugettext() is deprecated in favor of gettext().', 'instead gettext'],
    ['old_one', ':func:`old_one` is deprecated in favour of :func:`~pkg.new_one`.', 'instead pkg.new_one'],
    ['bar', '- **BREAKING** rename `Foo.bar` to `Foo.baz`', 'renamed Foo.baz'],
    ['lookup', '* `mime.lookup()` → `mime.getType()`', 'renamed mime.getType'],
    ['items', 'Use `entries` instead of `items`.', 'instead entries'],
  ])('%s: %s', (old, text, said) => {
    expect(names(text, old)).toEqual([said])
  })

  it('takes lists in pairs', () => {
    const text = 'Replace ``missing`` and ``default`` parameters with ``load_default`` and ``dump_default``.'
    expect(names(text, 'missing')).toEqual(['instead load_default'])
    expect(names(text, 'default')).toEqual(['instead dump_default'])
  })

  it('gives all of several successors, so that none is taken for sure', () => {
    expect(names('`insert` is removed, use `insert_one` or `insert_many`.', 'insert')).toEqual([
      'instead insert_one',
      'instead insert_many',
    ])
  })

  it('need not hear the name in a note on it', () => {
    expect(names('Renamed to {@link InteropObservable}. Will be removed in v8.', 'ObservableLike', true)).toEqual([
      'renamed InteropObservable',
    ])
    expect(names('Renamed to {@link InteropObservable}. Will be removed in v8.', 'ObservableLike')).toEqual([])
  })

  it.each([
    '`sound` was removed without a replacement.',
    '`sound` was removed, do not use `ping`.',
    '`echo` is deprecated, use `ping` instead.',
    'Added `ping` and `sound`.',
    '`sound` is not renamed to `ping`.',
    '`sound` is deprecated. Please find a dedicated package instead.',
  ])('says nothing of a successor: %s', (text) => {
    expect(names(text, 'sound')).toEqual([])
  })

  it('knows what the documentation of a new name says it replaces', () => {
    expect(replacedIn('Replaces ``contextfunction`` and ``contextfilter``.', 'contextfilter')).toBe('contextfilter')
    expect(replacedIn('Prior to 8.0.0, this module was known as `faker.name`.', 'name')).toBe('faker.name')
    expect(replacedIn('Unlike `sound`, it answers.', 'sound')).toBeNull()
    expect(replacedIn('It does not replace `sound`.', 'sound')).toBeNull()
  })

  it('finds no name that the text does not hold, whatever it is, and soon', () => {
    const piece = fc.constantFrom(
      '`a` ',
      '`old` ',
      'renamed to ',
      'use ',
      'deprecated ',
      'and ',
      '→',
      ':a:`b`',
      '{@link c}',
      '"d"',
      'e_f ',
      '\n * ',
      '‹',
      '(',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        const text = pieces.join('')
        const begun = process.cpuUsage()
        for (const { name } of successorsIn(text, 'old', true)) expect(text).toContain(name)
        expect(process.cpuUsage(begun).user / 1000).toBeLessThan(500)
      }),
      { numRuns: 150 },
    )
  })
})
