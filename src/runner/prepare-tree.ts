import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import { type Environment, withoutSecrets } from './environment.ts'
import { run } from './process.ts'
import { tellingLines } from './telling-lines.ts'

export interface PrepareOptions {
  /** The checkout, with its packages installed. */
  readonly root: string
  /** Another commit of it, checked out elsewhere. */
  readonly tree: string
  /** Folders with a package of their own, relative to the root; '' is the root itself. */
  readonly packages: readonly string[]
  /** As the user gave them; found from lock file and scripts where null. */
  readonly installCommand: string | null
  readonly buildCommand: string | null
  /** Folder of the built app, relative to the root. */
  readonly appDir: string | null
  readonly env: Environment
  readonly signal?: AbortSignal
  /** For each command [600,000 ms]. */
  readonly timeoutMs?: number
}

/** Lock files, and what installs exactly what they say. */
const INSTALLERS: readonly (readonly [lock: string, command: string])[] = [
  ['package-lock.json', 'npm ci --no-audit --no-fund'],
  ['npm-shrinkwrap.json', 'npm ci --no-audit --no-fund'],
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['yarn.lock', 'yarn install --frozen-lockfile'],
  ['bun.lock', 'bun install --frozen-lockfile'],
]
/** Where builds usually go. */
const OUTPUTS = ['dist', 'build', 'out', '.next', '.output', 'public/build']

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** True where a package asks for the very same packages in both: by its lock file, or without one by its own file. */
const areSamePackages = (root: string, tree: string, folder: string): boolean => {
  const locks = INSTALLERS.map(([lock]) => join(folder, lock)).filter((lock) => existsSync(join(tree, lock)))
  const files = locks.length > 0 ? locks : [join(folder, 'package.json')]
  return files.every((file) => read(join(root, file)) === read(join(tree, file)))
}

const installerOf = (folder: string): string => {
  const found = INSTALLERS.find(([lock]) => existsSync(join(folder, lock)))
  return found?.[1] ?? 'npm install --no-audit --no-fund --no-package-lock'
}

const hasBuildScript = (folder: string): boolean => {
  try {
    const manifest: unknown = JSON.parse(read(join(folder, 'package.json')) ?? '')
    const scripts = typeof manifest === 'object' && manifest !== null && 'scripts' in manifest ? manifest.scripts : null
    return typeof scripts === 'object' && scripts !== null && 'build' in scripts
  } catch {
    return false
  }
}

const isFilled = (folder: string): boolean => {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false
  }
}

/**
 * Makes another commit of the project ready to run: packages, which are linked where both commits ask for the same ones,
 * and a build, where the checkout has one that the other commit lacks. Rejects with a `Fault` that holds the last lines
 * of a command that failed.
 */
export async function prepareTree(options: PrepareOptions): Promise<void> {
  const { root, tree, packages, installCommand, buildCommand, appDir } = options
  const wanting: string[] = []
  for (const folder of packages) {
    const [from, to] = [join(root, folder, 'node_modules'), join(tree, folder, 'node_modules')]
    if (!existsSync(join(tree, folder)) || !existsSync(from) || existsSync(to)) continue
    if (areSamePackages(root, tree, folder)) await linkPackages(from, to)
    else wanting.push(folder)
  }
  if (wanting.length > 0 && installCommand) await shell(options, 'install_command', installCommand, '')
  else for (const folder of wanting) await shell(options, 'install_command', installerOf(join(tree, folder)), folder)

  if (buildCommand) return shell(options, 'build_command', buildCommand, '')
  const outputs = appDir === null ? OUTPUTS : [appDir]
  for (const folder of packages) {
    const isLacking = outputs.some(
      (output) =>
        (isFilled(join(root, folder, output)) && !isFilled(join(tree, folder, output))) ||
        (appDir !== null && folder === '' && !isFilled(join(tree, output))),
    )
    if (isLacking && hasBuildScript(join(tree, folder))) await shell(options, 'build_command', 'npm run build', folder)
  }
}

/**
 * Links every package by itself into a folder of the tree's own: an installer that empties the folder, as `npm ci` does
 * even through a link, then takes away nothing but links.
 */
async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  const names = (await readdir(from)).filter((name) => !name.startsWith('.') || name === '.bin' || name === '.pnpm')
  for (const name of names) await symlink(join(from, name), join(to, name), 'junction')
}

async function shell(options: PrepareOptions, name: string, command: string, folder: string): Promise<void> {
  const result = await run({
    command: 'bash',
    args: ['-c', command],
    cwd: join(options.tree, folder),
    env: { ...withoutSecrets(options.env), CI: 'true' },
    timeoutMs: options.timeoutMs ?? 600_000,
    signal: options.signal,
  })
  options.signal?.throwIfAborted()
  if (result.code === 0) return
  const said = tellingLines(result.output, 6).trim().slice(0, 600)
  throw new Fault({
    message: `“${command.slice(0, 200)}” ${result.timedOut ? 'did not end in time' : `ended with code ${result.code}`}: ${said}`,
    remedy: `Give \`${name}\` as it has to be run on an earlier commit, or keep traces of green runs.`,
    subject: name,
  })
}
