// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are quoted as pages show them
import { describe, expect, it } from 'vitest'
import { isUnresolved } from '../../src/dom/unresolved-text.ts'

describe('a label that the product failed to fill', () => {
  it.each([
    'patient.delete',
    'orders.empty.title',
    'checkout:button.place_order',
    'Hello {{name}}',
    'Delete {count} files',
    'Welcome, ${user.name}',
    'Hello undefined',
    '[object Object]',
    'NaN items',
    'Invalid Date',
    'translation missing: en.users.delete',
    '???cart.title???',
    'BTN_SAVE_CHANGES',
  ])('is seen in %s', (label) => expect(isUnresolved(label)).toBe(true))

  it.each([
    'Delete patient',
    'Save',
    'example.org',
    'Node.js',
    'README.md',
    'v1.2.3',
    'Dr. Osei',
    'e.g. Berlin',
    '10:30',
    'SAVE',
    'Undefined behaviour',
    'Nullify',
    'Sign in…',
    '{ }',
    '',
    'https://example.org/orders',
  ])('is not seen in %s', (label) => expect(isUnresolved(label)).toBe(false))

  it('is looked for in bounded time, however long the text', () => {
    expect(isUnresolved(`a${'.a'.repeat(1_000_000)}`)).toBe(false)
    expect(isUnresolved('{'.repeat(1_000_000))).toBe(false)
  })
})
