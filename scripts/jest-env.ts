import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './fixture/process.ts'

const VERSION = '30.2.0'
const CACHE = join(import.meta.dirname, '..', '.cache')

/** Folder of packages with a jest, installed on first use; null where the registry of packages cannot be reached. */
export async function jestModules(): Promise<string | null> {
  const place = join(CACHE, `jest-${VERSION}`)
  if (!existsSync(place)) {
    const draft = `${place}.${randomBytes(4).toString('hex')}`
    await mkdir(draft, { recursive: true })
    await writeFile(join(draft, 'package.json'), '{ "private": true }')
    const { code } = await run('npm', ['install', '--silent', '--no-audit', '--no-fund', `jest@${VERSION}`], {
      cwd: draft,
    })
    // Where another process was quicker, its folder is as good.
    if (code === 0) await rename(draft, place).catch(() => undefined)
    await rm(draft, { recursive: true, force: true })
  }
  return existsSync(place) ? join(place, 'node_modules') : null
}
