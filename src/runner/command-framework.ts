import type { Framework } from '../model.ts'
import { scriptsByName } from './package-scripts.ts'

/** How each runner is called on a command line. */
const PROGRAMS: Readonly<Partial<Record<Framework, RegExp>>> = {
  playwright: /\bplaywright\b/,
  pytest: /\bpy\.?test\b/,
  vitest: /\bvitest\b/,
  jest: /\bjest\b/,
  'node-test': /(?:^|\s)--test(?=\s|$)/,
}
const SCRIPT = /\b(?:npm|pnpm|yarn|bun)\s+(?:--?[\w-]+(?:=\S+)?\s+)*(?:run(?:-script)?\s+)?([\w:.-]+)/g
const MAX_DEPTH = 3

/**
 * The `test_command` where it is one for the tests of this framework; null where it plainly runs those of another, which
 * is how a repository with two suites has it. Scripts of the root's package.json are looked into.
 */
export const commandFor = (framework: Framework, command: string | null | undefined, root: string): string | null => {
  if (!command) return null
  const said = spelledOut(command, scriptsByName(root), MAX_DEPTH)
  const named = Object.entries(PROGRAMS).filter(([, program]) => program.test(said))
  return named.length === 0 || named.some(([name]) => name === framework) ? command : null
}

/** A command with the scripts that it runs behind it. */
const spelledOut = (command: string, scripts: ReadonlyMap<string, string>, depth: number): string => {
  if (depth === 0) return command
  const own = [...command.slice(0, 4_000).matchAll(SCRIPT)].flatMap(([, name = '']) => {
    const script = scripts.get(name === 't' ? 'test' : name)
    return script === undefined ? [] : [spelledOut(script, scripts, depth - 1)]
  })
  return [command, ...own].join('\n')
}
