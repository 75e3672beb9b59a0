import { createReadStream } from 'node:fs'
import { type PytestLine, readLines } from '../runner/pytest-lines.ts'
import { toFailure } from '../runner/pytest-outcomes.ts'
import { base } from './pytest-output.ts'
import type { ArtifactFile, ArtifactReader, ReadContext, TestOutcome } from './types.ts'

const MAX_READ = 64 * 1024 * 1024

/** What our pytest plugin writes while a suite runs: one JSON line per finished phase, failed ones with what they know. */
export const pytestCapture: ArtifactReader = {
  name: 'pytest-capture',
  sniff: ({ head }) => /^\uFEFF?\{"selfHeal": ?"pytest-capture"/.test(head),
  async read(file, context) {
    const lines = readLines(await readStart(file))
    const byTest = Map.groupBy(lines, ({ id }) => id)
    const tests = [...byTest.values()].slice(0, context.limits.maxTests).map((own) => toOutcome(own, file, context))
    const problems =
      file.size > MAX_READ
        ? [
            {
              message: `${file.name}: has ${file.size} bytes; the first ${MAX_READ} were read.`,
              remedy: 'Heal fewer failures at a time.',
              subject: file.name,
            },
          ]
        : []
    return { format: 'pytest-capture', tests, problems }
  },
}

const toOutcome = (lines: readonly PytestLine[], file: ArtifactFile, context: ReadContext): TestOutcome => {
  const failed = lines.find(({ outcome }) => outcome === 'failed')
  const [first] = lines
  const line = failed ?? lines.find(({ outcome }) => outcome === 'skipped') ?? (first as PytestLine)
  const [, ...names] = line.id.split('::')
  const named = base(names.length === 0 ? line.file : `${line.file}::${names.join('::')}`, file, context)
  const durationMs = Math.round(lines.reduce((sum, { seconds }) => sum + seconds, 0) * 1000)
  const status = line.outcome
  const outcome: TestOutcome = { ...named, durationMs, outcome: status, attempts: [status], errors: [] }
  if (!failed) return outcome
  const test = { id: line.id, title: named.title, file: named.file, framework: 'pytest' as const }
  const { errors, attachments, scopes, present, owners, optedOut } = toFailure(test, failed, durationMs, file.path)
  return {
    ...outcome,
    errors,
    // The file may have come from another machine, and says where to read: only what lies beside it counts.
    attachments: attachments.flatMap((each) => {
      const path = context.paths.beside(file.path, each.path)
      return path === null ? [] : [{ ...each, path }]
    }),
    beyond: { scopes, present, owners, optedOut },
  }
}

const readStart = async ({ path, size }: ArtifactFile): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(path, { end: Math.min(size, MAX_READ) - 1 })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
