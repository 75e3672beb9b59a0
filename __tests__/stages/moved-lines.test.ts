import { describe, expect, it } from 'vitest'
import type { Failure } from '../../src/model.ts'
import { placedToday } from '../../src/stages/moved-lines.ts'

const SOURCE = 'def test_a():\n    status = read()\n    assert status["phase"] == "Running"\n'
const failure = (line: number, snippet = '>       assert status["phase"] == "Running"'): Failure => {
  const stack = [
    { file: 'tests/test_a.py', line, column: 0 },
    { file: 'tests/conftest.py', line: 9, column: 0 },
  ]
  return {
    test: { id: 'x', title: 'test_a', file: 'tests/test_a.py', framework: 'pytest' },
    errors: [{ type: 'KeyError', message: "KeyError: 'phase'", stack, location: stack[0], snippet }],
    attachments: [],
    attempts: ['failed'],
    durationMs: 1,
    artifact: '/junit.xml',
  }
}
const lineOf = (text: string, given = failure(3)): number | null | undefined => {
  const { failure: placed, isGone } = placedToday(given, () => text)
  return isGone ? null : placed.errors[0]?.stack[0]?.line
}

describe('a traceback of files that may have changed', () => {
  it('keeps its place where the line is still the one it shows', () => {
    expect(lineOf(SOURCE)).toBe(3)
  })

  it('follows the line where lines were put before it', () => {
    const text = `import pytest\n\n\n${SOURCE}`
    expect(lineOf(text)).toBe(6)
    expect(placedToday(failure(3), () => text).failure.errors[0]).toMatchObject({
      location: { line: 6 },
      stack: [{}, {}],
    })
  })

  it('knows the line from the message where the report keeps it there, as JUnit XML does', () => {
    const text = `import pytest\n\n\n${SOURCE}`
    const [error] = failure(3).errors
    const errors = [{ ...error, message: `${error?.snippet}\nE  KeyError`, snippet: undefined }] as Failure['errors']
    expect(lineOf(text, { ...failure(3), errors })).toBe(6)
  })

  it('has no place where the line is gone, or stands there twice', () => {
    expect(lineOf(SOURCE.replace('phase', 'state'))).toBeNull()
    expect(lineOf(`\n${SOURCE}${SOURCE}`)).toBeNull()
  })

  it('is taken as it is where its style shows no line, or the file cannot be read', () => {
    expect(lineOf('x = 1\n', failure(3, ''))).toBe(3)
    expect(placedToday(failure(3), () => null).isGone).toBe(false)
  })
})
