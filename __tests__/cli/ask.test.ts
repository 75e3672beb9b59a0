import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createAsker } from '../../src/cli/ask.ts'
import type { OutsideQuestion } from '../../src/engine.ts'

const QUESTION: OutsideQuestion = {
  failureType: 'resource_not_found',
  signature: '0123456789ab',
  rootCause: 'It is gone.',
  affected: 'agents',
  expected: null,
  actual: null,
  location: null,
  message: '404',
  suggestions: [],
  tests: [],
  sources: {},
}

const open = (limitMs = 1_000) => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  return { input, output, asker: createAsker(['resource_not_found'], input, output, limitMs) }
}

describe('asking the calling program', () => {
  it('writes one line for a question and takes the line that answers it', async () => {
    const { input, output, asker } = open()
    const answer = asker.ask(QUESTION)
    expect(JSON.parse(String(output.read()))).toEqual({ ask: QUESTION, id: 0 })
    input.write('{"id":7,"answer":{"confidence":1,"files":{"b":"c"}}}\n')
    input.write('{"id":0,"answer":{"strategy":"Own","description":"d","confidence":0.9,"files":{"a.py":"x"}}}\n')
    expect(await answer).toEqual({
      strategy: 'Own',
      description: 'd',
      confidence: 0.9,
      files: new Map([['a.py', 'x']]),
    })
  })

  it.each([
    ['null', '{"id":0,"answer":null}'],
    ['a confidence that is none', '{"id":0,"answer":{"confidence":7,"files":{"a":"b"}}}'],
    ['no files', '{"id":0,"answer":{"confidence":0.9,"files":{}}}'],
    ['a list', '{"id":0,"answer":[1]}'],
  ])('takes %s for not knowing', async (_, line) => {
    const { input, asker } = open()
    const answer = asker.ask(QUESTION)
    input.write(`${line}\n`)
    expect(await answer).toBeNull()
  })

  it('passes over lines that are no answers', async () => {
    const { input, asker } = open()
    const answer = asker.ask(QUESTION)
    input.write('nonsense\n[]\n{"id":0,"answer":null}\n')
    expect(await answer).toBeNull()
  })

  it('does not wait for a caller that is late or gone', async () => {
    const { input, asker } = open(20)
    expect(await asker.ask(QUESTION)).toBeNull()
    const answer = open()
    const asked = answer.asker.ask(QUESTION)
    answer.input.end()
    expect(await asked).toBeNull()
    expect(await answer.asker.ask(QUESTION)).toBeNull()
    input.end()
  })

  it('names a failure type that is none', () => {
    expect(() => createAsker(['nonsense'], new PassThrough(), new PassThrough())).toThrow(/--ask nonsense/)
  })
})
