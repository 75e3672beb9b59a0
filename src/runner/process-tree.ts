import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Environment variable that marks every process we start and all that they start, whatever groups those form. */
export const MARKER = 'SELF_HEAL_PROCESS'

/**
 * Processes that descend from `root` or carry `marker` in their environment; `root` itself is not among them. Runners
 * start browsers and web servers in groups of their own, so the group of the runner alone is not enough.
 */
export function findDescendants(root: number, marker: string): number[] {
  if (process.platform === 'win32') return []
  const parents = process.platform === 'linux' ? parentsFromProc() : parentsFromPs()
  const found = new Set<number>()
  let grew = true
  while (grew) {
    grew = false
    for (const [pid, parent] of parents) {
      if (pid !== root && !found.has(pid) && (parent === root || found.has(parent))) {
        found.add(pid)
        grew = true
      }
    }
  }
  if (process.platform === 'linux') {
    const needle = `${MARKER}=${marker}\0`
    for (const pid of parents.keys()) if (pid !== root && readProc(pid, 'environ').includes(needle)) found.add(pid)
  }
  found.delete(process.pid)
  return [...found]
}

function parentsFromProc(): Map<number, number> {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = readProc(Number(entry), 'stat')
    // The command in brackets may hold anything, brackets included: the fields start after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[1]) parents.set(Number(entry), Number(fields[1]))
  }
  return parents
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

function parentsFromPs(): Map<number, number> {
  const parents = new Map<number, number>()
  try {
    for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')) {
      const [pid, parent] = line.trim().split(/\s+/).map(Number)
      if (pid && parent !== undefined) parents.set(pid, parent)
    }
  } catch {
    // Without `ps` only the group is left to kill.
  }
  return parents
}

/** Sends a signal to the group of `pid` and to each of `others`; those that are gone are passed over. */
export function signalTree(pid: number, others: readonly number[], signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    try {
      execFileSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' })
    } catch {
      // Already gone.
    }
    return
  }
  for (const target of [-pid, ...others]) {
    try {
      process.kill(target, signal)
    } catch {
      // Already gone.
    }
  }
}
