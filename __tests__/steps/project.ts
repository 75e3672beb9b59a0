import type { TraceAction } from '../../src/dom/trace-types.ts'
import type { SourceLocation } from '../../src/model.ts'
import { placeAt } from '../../src/source/syntax.ts'
import { type ReadStepsInput, readSteps, type SourceSteps } from '../../src/steps/read-steps.ts'

export type Files = Readonly<Record<string, string>>

export const SPEC = 'tests/a.spec.ts'
export const IMPORTS = `import { test, expect } from '@playwright/test'\n`

/** The place of `needle` in a file, as a stack frame would give it. */
export const at = (files: Files, file: string, needle: string): SourceLocation => {
  const text = files[file] ?? ''
  const offset = text.indexOf(needle)
  if (offset < 0) throw new Error(`${needle} is not in ${file}`)
  return { file: `/repo/${file}`, ...placeAt(text, offset) }
}

export const read = (files: Files, more: Partial<ReadStepsInput> = {}): Promise<SourceSteps> =>
  readSteps({
    file: SPEC,
    title: 'x',
    failedAt: null,
    root: '/repo',
    readFile: (path) => files[path] ?? null,
    ...more,
  })

/** Reads a test `x` with this body. */
export const readBody = (body: string, more: Partial<ReadStepsInput> = {}): Promise<SourceSteps> =>
  read({ [SPEC]: `${IMPORTS}test('x', async ({ page, context, request }) => {\n${body}\n})\n` }, more)

const given = ({ params, method }: TraceAction): unknown =>
  params.url ?? params.value ?? params.text ?? params.key ?? (method === 'expect' ? params.expression : undefined)

/** One step in a line: `fill #name Ada`. */
export const line = (action: TraceAction): string =>
  [action.method, action.selector, given(action)].filter((part) => part !== undefined && part !== '').join(' ')

export const lines = ({ actions }: SourceSteps): string[] => actions.map(line)
