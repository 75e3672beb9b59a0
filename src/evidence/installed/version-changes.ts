import { parsePatch } from 'diff'
import { simpleGit } from 'simple-git'
import type { Commit } from '../../source/changes.ts'

/** A commit that asks for, or locks, another version of a package. */
export interface VersionChange {
  /** As written. */
  readonly name: string
  readonly old: string
  readonly new: string
  readonly file: string
  readonly commit: Commit
}

export interface VersionRange {
  readonly root: string
  /** Last green commit, exclusive; null where it is not known: then the newest 50 are read. */
  readonly from: string | null
}

const LIMITS = { commits: 50, bytes: 8_000_000, millis: 15_000, changes: 5_000 } as const
const FILES = [
  'requirements*.txt',
  'requirements*.in',
  'requirements/*.txt',
  'constraints*.txt',
  'pyproject.toml',
  'setup.cfg',
  'setup.py',
  'Pipfile',
  'Pipfile.lock',
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
]
const RECORD = '\u0001'
const FIELD = '\u0000'

/** Reads which versions of packages the commits changed, newest first; none where git does not answer. */
export const readVersionChanges = async ({ root, from }: VersionRange): Promise<readonly VersionChange[]> => {
  const range = from ? [`${from}..HEAD`] : ['HEAD', `--max-count=${LIMITS.commits}`]
  const options = ['-p', '-U3', '--no-merges', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames']
  const format = `--format=${'%x01'}%H%x00%an%x00%aI%x00%s%x00`
  const pathspecs = FILES.map((name) => `:(glob)**/${name}`)
  try {
    const git = simpleGit({ baseDir: root, timeout: { block: LIMITS.millis } })
    const text = await git.raw(['log', ...options, format, ...range, '--', ...pathspecs])
    return text
      .slice(0, LIMITS.bytes)
      .split(RECORD)
      .slice(1)
      .flatMap((record) => {
        const [id, author = '', date = '', subject = '', ...rest] = record.split(FIELD)
        return id ? versionChangesIn(rest.join(FIELD).trimStart(), { id, author, date, subject }) : []
      })
      .slice(0, LIMITS.changes)
  } catch {
    return []
  }
}

/** What one commit's patch of manifests and lock files says of versions. */
export const versionChangesIn = (patch: string, commit: Commit): readonly VersionChange[] => {
  let files: ReturnType<typeof parsePatch>
  try {
    files = parsePatch(patch)
  } catch {
    return []
  }
  return files.flatMap((file) => {
    const path = (file.newFileName ?? '').replace(/^b\//, '')
    return file.hunks.flatMap((hunk) => {
      const gone = new Map<string, string>()
      const come = new Map<string, string>()
      let block: string | null = null
      for (const line of hunk.lines) {
        const text = line.slice(1, 400)
        block = blockName(text) ?? block
        const said = pinned(text) ?? lockedIn(text, block)
        if (said && line.startsWith('-')) gone.set(said.name, said.version)
        if (said && line.startsWith('+')) come.set(said.name, said.version)
      }
      return [...gone].flatMap(([name, old]): VersionChange[] => {
        const fresh = come.get(name)
        return fresh !== undefined && fresh !== old ? [{ name, old, new: fresh, file: path, commit }] : []
      })
    })
  })
}

/** The package that the lines below are about, in lock files. */
const blockName = (line: string): string | null =>
  /^name = "([\w.-]{1,100})"$/.exec(line)?.[1] ??
  /^\s*"(?:node_modules\/)?((?:@[\w.-]{1,100}\/)?[\w.-]{1,100})": \{$/.exec(line)?.[1] ??
  /^"?((?:@[\w.-]{1,100}\/)?[\w.-]{1,100})@[^:]{1,200}:$/.exec(line)?.[1] ??
  null

const lockedIn = (line: string, name: string | null): Said | null => {
  const version = /^\s*"?version"?\s?(?:=|:)?\s?"(?:==)?([\w.+-]{1,60})",?$/.exec(line)?.[1]
  return version !== undefined && name !== null ? { name, version } : null
}

interface Said {
  readonly name: string
  readonly version: string
}

const NOT_PACKAGES = /^(?:version|name|python|requires-python|node|license|description|type|main|resolved|integrity)$/

/** `requests==2.31`, `"pydantic>=2,<3"`, `faker = "^9.0"`, `"@faker-js/faker": "^9.0.0"`, `/chai@4.3.0:` of pnpm. */
const pinned = (line: string): Said | null => {
  const [, name, version] =
    /^\s*["']?((?:@[\w.-]{1,100}\/)?[A-Za-z][\w.-]{0,100})(?:\[[\w,\s-]{0,100}\])?["']?\s?(?:[=~!<>]=?=?|:|@)\s?["']?([v^~<>=!]{0,3}\s?\d[\w.*+!-]{0,60}(?:\s?,\s?[<>=!~]{1,3}\s?\d[\w.*+!-]{0,60}){0,3})["']?\s?(?:[,;#\\].{0,200})?$/.exec(
      line,
    ) ??
    /^\s*\/?((?:@[\w.-]{1,100}\/)?[\w.-]{1,100})@(\d[\w.+-]{0,60})(?:\([^)]{0,200}\))?:$/.exec(line) ??
    []
  return name && version && !NOT_PACKAGES.test(name) ? { name, version } : null
}
