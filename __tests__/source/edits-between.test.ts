import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../src/source/edits.ts'
import { editsBetween } from '../../src/source/edits-between.ts'

const LINE = fc.constantFrom('a = 1', 'get("/v1/agents")', '', '    return agents', 'ü😀x', '\tb')
const TEXT = fc
  .tuple(fc.array(LINE, { maxLength: 8 }), fc.boolean())
  .map(([lines, end]) => lines.join('\n') + (end ? '\n' : ''))

describe('the edits between two texts', () => {
  it('are whole words, one for each line', () => {
    const before = 'x = get("/v1/agents")\ny = 1\nz = get("/v1/agents")\n'
    expect(editsBetween('a.py', before, before.replaceAll('agents', 'nodeagents'))).toEqual([
      { file: 'a.py', start: 13, end: 19, old: 'agents', new: 'nodeagents' },
      { file: 'a.py', start: 41, end: 47, old: 'agents', new: 'nodeagents' },
    ])
  })

  it('are none where nothing changes', () => {
    expect(editsBetween('a.py', 'a\n', 'a\n')).toEqual([])
  })

  it('make the one text into the other, whatever both are', () => {
    fc.assert(
      fc.property(TEXT, TEXT, (before, after) => {
        expect(applyEdits(before, editsBetween('a.py', before, after))).toBe(after)
      }),
      { numRuns: 500 },
    )
  })
})
