import { createInterface } from 'node:readline'
import type { OutsideAnswer, OutsideHealers } from '../engine.ts'
import { FAILURE_TYPES, type FailureType } from '../model.ts'
import { CliFault, type Input, type Output } from './context.ts'

/** How long one answer may take; the caller has limits of its own for each of its healers. */
const LIMIT_MS = 60_000
const MAX_LINE = 8_000_000

interface Asker extends OutsideHealers {
  close(): void
}

/**
 * Custom healers of the program that started this one: a question is a line `{"ask":…,"id":…}` on standard output, before
 * the report, and its answer a line `{"id":…,"answer":…}` on standard input. A caller that is gone, late or answers
 * nonsense knows nothing.
 */
export function createAsker(types: readonly string[], input: Input, output: Output, limitMs = LIMIT_MS): Asker {
  const unknown = types.find((type) => !FAILURE_TYPES.some((known) => known === type))
  if (unknown !== undefined)
    throw new CliFault(`\`--ask ${unknown}\` names no failure type.`, `There are ${FAILURE_TYPES.join(', ')}.`)
  const waiting = new Map<number, (answer: OutsideAnswer | null) => void>()
  const lines = createInterface({ input })
  let isGone = false
  lines.on('line', (line) => {
    const reply = line.length > MAX_LINE ? null : parse(line)
    if (reply) waiting.get(reply.id)?.(reply.answer)
  })
  lines.on('close', () => {
    isGone = true
    for (const answer of waiting.values()) answer(null)
  })
  let asked = 0
  return {
    types: types as readonly FailureType[],
    ask(question) {
      if (isGone) return Promise.resolve(null)
      const id = asked++
      return new Promise((resolve) => {
        const finish = (answer: OutsideAnswer | null) => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(answer)
        }
        const timer = setTimeout(() => finish(null), limitMs)
        waiting.set(id, finish)
        output.write(`${JSON.stringify({ ask: question, id })}\n`)
      })
    },
    close: () => lines.close(),
  }
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(line: string): { id: number; answer: OutsideAnswer | null } | null {
  try {
    const reply: unknown = JSON.parse(line)
    if (!isFields(reply) || typeof reply.id !== 'number') return null
    return { id: reply.id, answer: isFields(reply.answer) ? asAnswer(reply.answer) : null }
  } catch {
    return null
  }
}

function asAnswer(value: Readonly<Record<string, unknown>>): OutsideAnswer | null {
  const { confidence, description, strategy, files } = value
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1) || !isFields(files)) return null
  const texts = Object.entries(files).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  if (texts.length === 0 || texts.length > 20) return null
  return {
    strategy: typeof strategy === 'string' ? strategy.slice(0, 80) : 'custom',
    description: typeof description === 'string' ? description.slice(0, 500) : '',
    confidence,
    files: new Map(texts),
  }
}
