import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTrace, type TraceEntries } from '../../src/dom/trace.ts'
import { skimSnapshot } from '../../src/dom/trace-skim.ts'

const filler = (text: string) => text.padEnd(5_000, 'x')
const line = (html: unknown, change: object = {}) => ({
  type: 'frame-snapshot',
  snapshot: {
    callId: 'call@1',
    phase: 'before',
    pageId: 'page@1',
    frameId: 'frame@1',
    frameUrl: 'http://127.0.0.1/?q="html":x',
    doctype: 'html',
    html,
    viewport: { width: 1280, height: 720 },
    timestamp: 5,
    resourceOverrides: [],
    isMainFrame: true,
    ...change,
  },
})
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
const withoutPage = (value: ReturnType<typeof line>) => {
  const { html: _, ...snapshot } = value.snapshot
  return { ...value, snapshot }
}

describe('a snapshot that is skimmed', () => {
  it.each([
    ['of a plain page', ['HTML', {}, filler('a')]],
    ['of a page with keys that look like its own', ['HTML', { x: '1', html: ',"html":', viewport: filler('b') }]],
    ['of a page that quotes itself', ['HTML', {}, filler(JSON.stringify(line(['P', {}, 'x'])))]],
    ['that is a reference', [[1, 2], filler('c')]],
  ])('says all but the page %s', (_, html) => {
    const value = line(html)
    expect(skimSnapshot(bytes(value))).toEqual(withoutPage(value))
  })

  it('says what the whole line says, or nothing, whatever the page holds', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (page, text) => {
        const value = line(['HTML', { title: text }, JSON.parse(page), filler(text)])
        const skimmed = skimSnapshot(bytes(value))
        expect(skimmed === null || JSON.stringify(skimmed) === JSON.stringify(withoutPage(value))).toBe(true)
      }),
    )
  })

  it.each([
    ['short', bytes(line(['HTML', {}]))],
    ['another event', bytes({ type: 'log', message: filler('"html":,"viewport":') })],
    ['written in another order', bytes({ snapshot: line(['HTML', {}, filler('x')]).snapshot, type: 'frame-snapshot' })],
    ['cut off', bytes(line(['HTML', {}, filler('x')])).subarray(0, 4_500)],
    ['without its own viewport', bytes(line(['HTML', { a: '', viewport: '1' }, filler('x')], { viewport: undefined }))],
  ])('is left to be read whole where the line is %s', (_, given) => {
    expect(skimSnapshot(given)).toBeNull()
  })
})

describe('a page that is damaged within', () => {
  it('is not there, and costs nothing else of the trace', async () => {
    const context = { version: 8, type: 'context-options', origin: 'library', browserName: 'chromium', options: {} }
    const good = line(['HTML', {}, ['BODY', {}, filler('good')]])
    const bad = JSON.stringify(line(['HTML', {}, filler('bad')], { callId: 'call@2' })).replace(
      '["HTML",{}',
      '["HTML",{]',
    )
    const text = [JSON.stringify(context), JSON.stringify(good), bad].join('\n')
    const entries: TraceEntries = {
      names: ['0.trace'],
      has: (name) => name === '0.trace',
      size: () => text.length,
      read: async () => Buffer.from(text),
      chunks: async function* () {
        yield Buffer.from(text)
      },
    }
    const trace = await readTrace(entries)
    expect(trace.frameHtml('before@call@1')?.html).toContain('good')
    expect(trace.frameHtml('before@call@2')).toBeNull()
  })
})
