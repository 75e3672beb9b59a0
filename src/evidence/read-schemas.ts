import { simpleGit } from 'simple-git'
import { languageOf, type SyntaxTree } from '../source/syntax.ts'
import { mayBeSchema, type SchemaFile, schemaObjects } from './schemas.ts'

export interface SchemaRequest {
  readonly root: string
  /** Last green commit; null where it is not known: then so many commits back. */
  readonly from: string | null
  /** Tracked files of the product. */
  readonly files: readonly string[]
  readonly read: (file: string) => string | null
  readonly parse: (language: 'typescript' | 'tsx', text: string) => SyntaxTree
}

const LIMITS = { commits: 50, files: 60, millis: 15_000 } as const

/** Reads the schemas that changed between the last green commit and this one, in both versions. None where git fails. */
export const readSchemas = async (request: SchemaRequest): Promise<readonly SchemaFile[]> => {
  const git = simpleGit({ baseDir: request.root, timeout: { block: LIMITS.millis } })
  try {
    const from = request.from ?? (await oldestOf(git))
    if (!from) return []
    const listed = await git.raw([
      'diff',
      '--name-only',
      '-z',
      '--no-renames',
      '--no-ext-diff',
      '--no-textconv',
      '--relative',
      from,
      'HEAD',
    ])
    const own = new Set(request.files)
    const changed = listed.split('\0').filter((file) => own.has(file) && mayBeSchema(file))
    const found: SchemaFile[] = []
    for (const file of changed.slice(0, LIMITS.files)) {
      const before = await git.raw(['show', '--no-textconv', `${from}:./${file}`]).catch(() => '')
      const now = request.read(file) ?? ''
      const parse = (text: string): SyntaxTree | null => {
        const language = languageOf(file)
        return language === 'typescript' || language === 'tsx' ? request.parse(language, text) : null
      }
      const pair = { file, now: schemaObjects(file, now, parse), before: schemaObjects(file, before, parse) }
      if (pair.now.length > 0 || pair.before.length > 0) found.push(pair)
    }
    return found
  } catch {
    // Schemas are one witness among several; without them the others have to do.
    return []
  }
}

const oldestOf = async (git: ReturnType<typeof simpleGit>): Promise<string | null> => {
  const ids = await git.raw(['rev-list', '--first-parent', `--max-count=${LIMITS.commits}`, 'HEAD'])
  return ids.trim().split('\n').at(-1) || null
}
