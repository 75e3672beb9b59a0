import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runOk } from './fixture/process.ts'

/** The plugin: its package, its tests, and what these need. */
export const PLUGIN = join(import.meta.dirname, '..', 'integrations', 'pytest')
const CACHE = join(import.meta.dirname, '..', '.cache')

/** A Python with what the tests of the pytest plugin need, in a virtual environment that is made on first use. */
export async function pluginPython(): Promise<string> {
  const requirements = join(PLUGIN, 'tests', 'requirements.txt')
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const place = join(CACHE, `python-${stamp}`)
  if (!existsSync(place)) {
    const draft = `${place}.${randomBytes(4).toString('hex')}`
    await mkdir(CACHE, { recursive: true })
    const python = await makeVenv(draft)
    await runOk(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { cwd: CACHE })
    // Where another process was quicker, its environment is as good.
    await rename(draft, place).catch(() => rm(draft, { recursive: true, force: true }))
  }
  return pythonIn(place)
}

/** A bare virtual environment; yields its Python. */
export async function makeVenv(folder: string): Promise<string> {
  await runOk(process.env.PYTHON ?? 'python3', ['-m', 'venv', folder], { cwd: import.meta.dirname })
  return pythonIn(folder)
}

const pythonIn = (folder: string): string => join(folder, 'bin', 'python')
