/** Arguments that a runner is given besides those of the command that starts it, by the name of the runner. */
export type AddedArguments = Readonly<Partial<Record<'vitest' | 'jest', readonly string[]>>>

/**
 * Loaded before every program of Node's that a `test_command` starts: where that is the runner, it gets our arguments as
 * well, however many scripts lie between. What it was given twice would be refused, so ours take the place of the same.
 */
export const ARGUMENTS_SOURCE = String.raw`import { realpathSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const ADDED = process.env.SELF_HEAL_ARGUMENTS
const PROGRAMS = {
  vitest: /[\\/]vitest[\\/](?:vitest\.mjs|dist[\\/]cli\.js)$/,
  jest: /[\\/](?:jest|jest-cli)[\\/]bin[\\/]jest\.js$/,
}

if (ADDED && isMainThread && process.argv[1]) {
  try {
    const program = realpathSync(process.argv[1])
    for (const [name, added] of Object.entries(JSON.parse(ADDED)))
      if (PROGRAMS[name]?.test(program)) process.argv.splice(2, process.argv.length, ...joined(process.argv.slice(2), added))
  } catch {
    // Then the runner reports nothing to us, which is said.
  }
}

function joined(own, added) {
  const nameOf = (each) => /^(--[\w.-]+|-[a-zA-Z])(?:=|$)/.exec(each)?.[1].replace(/^--no-/, '--').replace(/^-t$/, '--testNamePattern').toLowerCase()
  const ours = new Set(added.map(nameOf).filter((name) => name && !/^--reporters?$/.test(name)))
  ours.add('--coverage').add('--ui').add('--maxworkers').add('-w')
  const kept = []
  for (let at = 0; at < own.length; at++) {
    const name = nameOf(own[at])
    if (!name || !ours.has(name)) kept.push(own[at])
    else if (!own[at].includes('=') && own[at + 1] !== undefined && !own[at + 1].startsWith('-') && /^(?:--(?:testnamepattern|retry|bail|testtimeout|maxworkers)|-w)$/.test(name)) at++
  }
  const end = kept.indexOf('--')
  return end < 0 ? [...kept, ...added] : [...kept.slice(0, end), ...added, ...kept.slice(end)]
}
`
