import fc from 'fast-check'
import type { Locator, LocatorStep } from '../../src/model.ts'

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    `Don't "go"`,
    'a >> b',
    'back\\slash',
    'tab\there',
    'line\nbreak',
    `$${'{x}'}`,
    "it's `so`",
    '[x="y"]',
    '/a/i',
  ),
)
const regExp = fc.constantFrom(/buy/i, /^a "b" 'c'$/, /a>>b/, /\d+ [/"]/, /x\/y/s, /\u00e9/u, /\\"/)
const matcher = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: regExp })
const exact = fc.option(fc.constant(true as const), { nil: undefined })
const css = fc.constantFrom('.a .b', '#x', 'button:has-text("a >> b")', '[data-x="1"] > a', 'div:nth-child(2)')

const role: fc.Arbitrary<LocatorStep> = fc
  .record(
    {
      role: fc.constantFrom('button', 'link', 'heading'),
      name: matcher,
      exact: fc.constant(true as const),
      checked: fc.boolean(),
      level: fc.integer({ min: 1, max: 6 }),
      includeHidden: fc.boolean(),
      pressed: fc.boolean(),
    },
    { requiredKeys: ['role'] },
  )
  .map(
    ({ role, name, exact, ...options }): LocatorStep => ({
      kind: 'role',
      role,
      ...(name === undefined ? {} : { name }),
      ...(exact && typeof name === 'string' ? { exact } : {}),
      ...(Object.keys(options).length > 0 ? { options } : {}),
    }),
  )

const simple: fc.Arbitrary<LocatorStep> = fc.oneof(
  matcher.map((value): LocatorStep => ({ kind: 'testId', value })),
  role,
  fc
    .record({ kind: fc.constantFrom('text', 'label', 'placeholder', 'title', 'altText'), value: matcher, exact })
    .map(
      ({ kind, value, exact }): LocatorStep =>
        exact && typeof value === 'string' ? { kind, value, exact } : { kind, value },
    ),
  css.map((value): LocatorStep => ({ kind: 'css', value })),
  fc.constantFrom('//div[@id="x"]', '(//a)[2]', '..').map((value): LocatorStep => ({ kind: 'xpath', value })),
  fc.constantFrom('Save', '"Save"', "Don't").map((value): LocatorStep => ({ kind: 'selector', engine: 'text', value })),
)

/** A chain as an author might write it. */
export const locators: fc.Arbitrary<Locator> = fc
  .tuple(simple, fc.array(fc.oneof(simple, following()), { maxLength: 3 }))
  .map(([first, rest]) => [first, ...rest])

function following(): fc.Arbitrary<LocatorStep> {
  const nested = fc.array(simple, { minLength: 1, maxLength: 2 })
  return fc.oneof(
    fc.integer({ min: -1, max: 5 }).map((index): LocatorStep => ({ kind: 'nth', index })),
    matcher.map((hasText): LocatorStep => ({ kind: 'filter', hasText })),
    matcher.map((hasNotText): LocatorStep => ({ kind: 'filter', hasNotText })),
    nested.map((has): LocatorStep => ({ kind: 'filter', has })),
    nested.map((hasNot): LocatorStep => ({ kind: 'filter', hasNot })),
    fc.boolean().map((visible): LocatorStep => ({ kind: 'filter', visible })),
    nested.map((other): LocatorStep => ({ kind: 'and', other })),
    nested.map((other): LocatorStep => ({ kind: 'or', other })),
    nested.map((other): LocatorStep => ({ kind: 'chain', other })),
  )
}
