import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectArtifacts, openTrace } from '../../src/artifacts/index.ts'
import { failingAction, snapshotAtFailure } from '../../src/dom/trace.ts'
import { makeZip } from '../support/make-zip.ts'

const SAMPLE = resolve(import.meta.dirname, '../../fixtures/samples/playwright-1.65')
const FILES = [
  'results.json',
  'junit.xml',
  'playwright-report/index.html',
  'blob-report/report.zip',
  'test-results/shop-Shop-loses-a-button/trace.zip',
  'test-results/.last-run.json',
] as const
const originals = FILES.map((file) => readFileSync(join(SAMPLE, file)))

interface Damage {
  readonly file: number
  readonly keep: number
  readonly changes: readonly { readonly at: number; readonly byte: number }[]
}
const damage: fc.Arbitrary<Damage> = fc.record({
  file: fc.nat({ max: FILES.length - 1 }),
  keep: fc.double({ min: 0, max: 1, noNaN: true }),
  changes: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat({ max: 255 }) }), {
    maxLength: 12,
  }),
})

function spoil({ file, keep, changes }: Damage): Buffer {
  const original = originals[file] ?? Buffer.alloc(0)
  const bytes = Buffer.from(original.subarray(0, keep > 0.9 ? original.length : Math.floor(keep * original.length)))
  for (const { at, byte } of changes) if (bytes.length > 0) bytes[Math.floor(at * (bytes.length - 1))] = byte
  return bytes
}

describe('collectArtifacts', () => {
  it('never throws, whatever a file was cut to or changed into', async () => {
    const root = mkdtempSync(join(tmpdir(), 'fuzz-'))
    mkdirSync(join(root, 'in'))
    await fc.assert(
      fc.asyncProperty(damage, async (one) => {
        const name = (FILES[one.file] ?? '').split('/').at(-1) ?? ''
        writeFileSync(join(root, 'in', name), spoil(one))
        const found = await collectArtifacts({ root, patterns: [`in/${name}`] })
        const heard = found.scanned.recognised.length + found.problems.length
        expect(heard).toBeGreaterThan(0)
        for (const problem of found.problems) expect(problem.remedy).not.toBe('')
        for (const trace of found.traces.slice(0, 2))
          await openTrace(trace).then(
            (open) => open.close(),
            (error) => expect(error.message).toBeTypeOf('string'),
          )
      }),
      { numRuns: 150 },
    )
  })

  it('reads any text that a JUnit report can carry as it was meant', async () => {
    const root = mkdtempSync(join(tmpdir(), 'fuzz-'))
    // XML cannot carry control characters, lone surrogates and two more.
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .map((raw) => raw.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ').trim() || 'x')
    const escaped = (raw: string): string => raw.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
    await fc.assert(
      fc.asyncProperty(text, text, async (name, message) => {
        writeFileSync(
          join(root, 'r.xml'),
          `<testsuite name="s"><testcase name="${escaped(name)}" classname="c"><failure message="${escaped(message)}"/></testcase></testsuite>`,
        )
        const found = await collectArtifacts({ root, patterns: ['r.xml'] })
        expect(found.failures).toHaveLength(1)
        expect(found.failures[0]?.test.title.endsWith(name)).toBe(true)
        expect(found.failures[0]?.errors[0]?.message).toBe(message)
      }),
      { numRuns: 100 },
    )
  })
})

describe('readTrace', () => {
  it('never throws on events of any shape, nor does what is made of them', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'fuzz-')), 'trace.zip')
    const node: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.string({ maxLength: 8 }),
        fc.constant([[1, 0]]),
        fc.constant([[0, 0]]),
        fc.tuple(
          fc.constantFrom('DIV', 'IFRAME', 'template', 'STYLE', '<x>'),
          fc.dictionary(fc.constantFrom('id', 'src', 'onclick', '__playwright_target__'), fc.string()),
          tie('node'),
        ),
        fc.jsonValue(),
      ),
    })).node
    const event = fc.oneof(
      fc.jsonValue().map((value) => ({ type: 'frame-snapshot', snapshot: value })),
      node.map((html) => ({
        type: 'frame-snapshot',
        snapshot: { callId: 'a', phase: 'after', frameId: 'f', isMainFrame: true, html },
      })),
      fc.record(
        {
          type: fc.constantFrom('before', 'after', 'input', 'log', 'error', 'resource-snapshot', 'screencast-frame'),
          callId: fc.constantFrom('a', 'b'),
          params: fc.jsonValue(),
          stack: fc.jsonValue(),
          error: fc.jsonValue(),
          message: fc.jsonValue(),
          snapshot: fc.jsonValue(),
          startTime: fc.jsonValue(),
        },
        { requiredKeys: ['type'] },
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
        const head = { type: 'context-options', version: 10, origin: 'library', browserName: 'chromium' }
        writeFileSync(path, makeZip({ 'a.trace': [head, ...events].map((each) => JSON.stringify(each)).join('\n') }))
        const trace = await openTrace({ path })
        const action = failingAction(trace)
        if (action) snapshotAtFailure(trace, action)
        for (const { name } of trace.snapshots) expect(trace.frameHtml(name)?.html).toBeTypeOf('string')
        trace.close()
      }),
      { numRuns: 150 },
    )
  })
})
