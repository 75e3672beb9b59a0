import { describe, expect, it } from 'vitest'
import { aria } from '../../strategies/aria.ts'
import { tryStrategy } from './page.ts'

describe('aria', () => {
  it('finds the same aria-label and reaches it by label', () => {
    const trial = tryStrategy(
      aria,
      '<button me aria-label="Close">x</button>',
      '<p><button aria-label="Open">x</button><a href="#" me aria-label="Close">y</a></p>',
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'label', value: 'Close', exact: true }])
  })

  it('follows a label that became visible text', () => {
    expect(
      tryStrategy(
        aria,
        '<button me aria-label="Close">x</button>',
        '<p><button>Open</button><button me>Close</button></p>',
      ).found,
    ).toBe(true)
  })

  it('follows visible text that became an aria-label', () => {
    expect(
      tryStrategy(
        aria,
        '<button me>Close</button>',
        '<p><button>Open</button><button me aria-label="Close">x</button></p>',
      ).found,
    ).toBe(true)
  })

  it('follows references to the same part of the page', () => {
    const trial = tryStrategy(
      aria,
      '<button me aria-controls="menu">A</button>',
      '<p><button aria-controls="cart">A</button><b me aria-controls="menu">B</b></p>',
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'css', value: 'b[aria-controls="menu"]' }])
  })

  it('gives little for a value that half the page has', () => {
    const many = '<i aria-haspopup="true"></i>'.repeat(20)
    const trial = tryStrategy(aria, '<i me aria-haspopup="true"></i>', `<p>${many}</p>`)
    expect(trial.first?.strength ?? 0).toBeLessThan(0.2)
  })

  it('is silent where neither ARIA nor a name says anything', () =>
    expect(tryStrategy(aria, '<i me></i>', '<i me></i>').witnesses).toEqual([]))
})
