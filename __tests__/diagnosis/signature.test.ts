import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signatureOf } from '../../src/diagnosis/signature.ts'

const target = 'internal:testid=[data-testid="buy"s]'
const base = { failureType: 'selector_not_found', file: 'tests/pages/shop.ts', target } as const

describe('signatureOf', () => {
  it('is the beginning of the SHA-256 of type, file and target', () => {
    expect(signatureOf(base)).toBe('218400a134bd')
  })

  it('is the same however the path and the white space are written', () => {
    expect(signatureOf({ ...base, file: '.\\tests\\pages\\shop.ts', target: ` ${target}\n` })).toBe(signatureOf(base))
  })

  it('differs by type, by file and by locator', () => {
    const others = [
      { ...base, failureType: 'timeout' } as const,
      { ...base, file: 'tests/pages/cart.ts' },
      { ...base, target: target.replace('buy', 'buy2') },
    ]
    expect(new Set([base, ...others].map(signatureOf)).size).toBe(4)
  })

  it('never takes two locators for one', () => {
    const selector = fc
      .string({ minLength: 1 })
      .map((text) => text.trim().replace(/\s+/g, ' '))
      .filter((text) => text !== '')
    fc.assert(
      fc.property(
        selector,
        selector,
        (a, b) =>
          (signatureOf({ ...base, target: a }) === signatureOf({ ...base, target: b })) ===
          (a.normalize('NFC') === b.normalize('NFC')),
      ),
    )
  })

  it('leaves out of other targets what differs from run to run', () => {
    const of = (text: string): string => signatureOf({ failureType: 'connection_error', file: 'a', target: text })
    expect(of('http://127.0.0.1:41231/x')).toBe(of('http://127.0.0.1:52110/x'))
    expect(of('job 1b4e28ba-2fa1-11d2-883f-0016d3cca427')).toBe(of('job 6ba7b810-9dad-11d1-80b4-00c04fd430c8'))
    expect(of('http://shop:8080/x')).not.toBe(of('http://shop:9090/x'))
  })
})
