import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** Temporary folders of the engine. */
export const ownFolders = (base = tmpdir()): readonly string[] =>
  readdirSync(base).filter((name) => /^self-heal-(?:run|worktree|node-test|vitest|pytest)-/.test(name))

/** Command lines of processes that were started with this port in their environment; the caller itself is not among them. */
export const processesOn = (port: string): readonly string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
        return environment.includes(`\0PORT=${port}\0`) ? [command] : []
      } catch {
        return []
      }
    })
