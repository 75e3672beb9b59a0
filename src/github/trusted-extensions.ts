import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import picomatch from 'picomatch'
import { RENAMES_FILES } from '../evidence/rename-map.ts'
import type { GitHubClient } from './client.ts'
import { readFiles } from './commits.ts'
import { explain } from './errors.ts'
import { isSafePath } from './place-change.ts'

const MAX_FILES = 60
const KINDS = /\.(?:[cm]?js|json|ya?ml)$/

const TREE = `query Folder($owner: String!, $repo: String!, $expression: String!) {
  repository(owner: $owner, name: $repo) {
    object(expression: $expression) { ... on Tree { entries { name type mode } } }
  }
}`

interface TreeAnswer {
  readonly repository: {
    readonly object: {
      readonly entries?: readonly { readonly name: string; readonly type: string; readonly mode: number }[] | null
    } | null
  }
}

/**
 * Brings the folders that extensions lie in from a branch into a folder of our own, and returns it. Only plain files that
 * may be modules, or be read by them, are taken; nothing of the commit that is healed is looked at.
 */
export const fetchExtensions = async (
  client: GitHubClient,
  branch: string,
  patterns: readonly string[],
  folder: string,
): Promise<string> => {
  const folders = new Set([
    ...patterns.filter((pattern) => !pattern.startsWith('!')).map((pattern) => picomatch.scan(pattern).base),
    path.posix.dirname(RENAMES_FILES[0]),
  ])
  const files: string[] = []
  for (const one of folders) files.push(...(await filesIn(client, branch, one)))
  const root = path.join(folder, 'extensions')
  await mkdir(root, { recursive: true })
  for (const [file, text] of await readFiles(client, branch, [...new Set(files)].slice(0, MAX_FILES))) {
    if (text === null) continue
    await mkdir(path.join(root, path.dirname(file)), { recursive: true })
    await writeFile(path.join(root, file), text)
  }
  return root
}

const filesIn = async (client: GitHubClient, branch: string, folder: string): Promise<readonly string[]> => {
  // A pattern may name one file; then its folder is looked at.
  const name = KINDS.test(folder) ? path.posix.dirname(folder) : folder
  const inside = name === '.' || name === '' ? '' : name.replace(/^\.\//, '').replace(/\/$/, '')
  if (inside !== '' && !isSafePath(`${inside}/x`)) return []
  try {
    const { repository } = await client.graphql<TreeAnswer>(TREE, { ...client.at, expression: `${branch}:${inside}` })
    return (repository.object?.entries ?? [])
      .filter(
        ({ name: entry, type, mode }) =>
          type === 'blob' && (mode === 0o100644 || mode === 0o100755) && KINDS.test(entry),
      )
      .map(({ name: entry }) => (inside === '' ? entry : `${inside}/${entry}`))
      .filter(isSafePath)
  } catch (error) {
    throw explain(error, { what: `reading ${inside || 'the root'} of ${branch}`, needs: { contents: 'read' } })
  }
}
