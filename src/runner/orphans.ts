import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isAlive } from './journal-store.ts'
import { ourselves } from './own-folder.ts'

/** Environment variable that names the run which everything that it starts belongs to, as `<pid>-<start>`. */
export const OWNER_MARK = 'SELF_HEAL_OWNER'

export const ownerMark = (): string => {
  const { pid, started } = ourselves()
  return `${pid}-${started}`
}

const MARKED = new RegExp(`(?:^|\\0)${OWNER_MARK}=(\\d{1,9})-(\\d{1,20})\\0`)

const environmentOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

/** Processes of containers are seen from outside, where their numbers mean others. */
const isNear = (pid: string): boolean => {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) === readlinkSync('/proc/self/ns/pid')
  } catch {
    return false
  }
}

/**
 * Kills what runs that are gone have left running: a run that is killed cannot stop its servers and browsers, which hold
 * ports and write into its folders. Only where the system tells whose a process is. Returns how many.
 */
export const killOrphans = (): number => {
  if (process.platform !== 'linux') return 0
  let killed = 0
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const [, pid, started] = MARKED.exec(environmentOf(entry)) ?? []
    if (pid === undefined || started === undefined || isAlive({ pid: Number(pid), started }) || !isNear(entry)) continue
    try {
      process.kill(Number(entry), 'SIGKILL')
      killed++
    } catch {
      // Gone meanwhile.
    }
  }
  return killed
}
