import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { run } from './run.mjs'

/**
 * Whether `node_modules` holds what the lock file asks for. npm notes what it installed in a lock file of its own; only
 * packages for other platforms may be missing there.
 *
 * @param {string} folder
 */
export function isInstalled(folder) {
  const installedFile = path.join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  try {
    const wanted = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')).packages
    const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages
    return Object.entries(wanted).every(([place, entry]) => {
      if (place === '' || entry.link) return true
      const found = installed[place]
      return found === undefined
        ? entry.optional === true || entry.devOptional === true
        : found.version === entry.version
    })
  } catch {
    return false
  }
}

/**
 * Installs exactly the locked packages. The npm that started us is used again, so that its settings apply.
 *
 * @param {string} folder
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function install(folder) {
  const own = process.env.npm_execpath ?? ''
  const isNpm = /npm-cli\.[cm]?js$/.test(own)
  const args = ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--include=dev']
  const env = { ...process.env }
  // Settings of the outer command, which would be taken for ours.
  for (const name of ['npm_config_prefix', 'npm_config_global', 'npm_config_omit', 'NODE_ENV']) delete env[name]
  const options = { cwd: folder, timeoutMs: 10 * 60_000, env }
  return isNpm ? run(process.execPath, [own, ...args], options) : run('npm', args, options)
}
