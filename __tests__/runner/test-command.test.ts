import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runTestCommand, titlesPattern } from '../../src/runner/test-command.ts'

const run = (command: string, values: { files?: string[]; ids?: string[]; grep?: string }) =>
  runTestCommand({
    command,
    values: { files: values.files ?? [], ids: values.ids ?? [], grep: values.grep ?? '' },
    cwd: tmpdir(),
    env: process.env,
    timeoutMs: 10_000,
  })
const show = String.raw`printf '[%s]'`

describe('runTestCommand', () => {
  it.each([
    ['a bare placeholder: one word for each value', `${show} {files}`, '[a b.ts][c.ts]'],
    ['glued to an option', `${show} --files={files}`, '[--files=a b.ts][c.ts]'],
    ['in double quotes: one word', `${show} "{files}"`, '[a b.ts c.ts]'],
    ['within a double-quoted word', `${show} "--only={files};x"`, '[--only=a b.ts c.ts;x]'],
    ['in single quotes', `${show} '<{files}>'`, '[<a b.ts c.ts>]'],
    ['after an escaped quote', `${show} \\"{files}`, '["a b.ts][c.ts]'],
    ['what only looks like one', `${show} {file} {}`, '[{file}][{}]'],
    ['after a command of its own', `cd / && ${show} {files}`, '[a b.ts][c.ts]'],
  ])('%s', async (_, command, output) => {
    expect((await run(command, { files: ['a b.ts', 'c.ts'] })).output).toBe(output)
  })

  it('gives each placeholder its own values, wherever and however often it stands', async () => {
    const result = await run(`${show} {ids} -g {grep} {ids}`, { ids: ['1', '2'], grep: 'x|y' })
    expect(result.output).toBe('[1][2][-g][x|y][1][2]')
  })

  it('hands over ten values and more', async () => {
    const files = Array.from({ length: 15 }, (_, at) => `f${at}`)
    expect((await run(`${show} {files}`, { files })).output).toBe(files.map((file) => `[${file}]`).join(''))
  })

  it('never lets bash read a value, whatever it holds and however it is quoted', async () => {
    const trap = join(tmpdir(), `never-${process.pid}`)
    const nasty = [
      `$(touch ${trap})`,
      `\`touch ${trap}\``,
      `"; touch ${trap}; "`,
      `'; touch ${trap}; '`,
      `\n touch ${trap}\n`,
      `*`,
      `-n`,
      '\\',
      `\${HOME}`,
    ]
    for (const command of [`${show} {files}`, `${show} "{files}"`, `${show} '{files}'`, `${show} x"{files}"y`]) {
      for (const value of nasty) {
        const { output } = await run(command, { files: [value] })
        expect(output).toContain(value)
      }
    }
    expect(existsSync(trap)).toBe(false)
    await rm(trap, { force: true })
  })

  it('hands over any text whole', async () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'))
    await fc.assert(
      fc.asyncProperty(word, async (value) => {
        expect((await run(`${show} {grep}`, { grep: value })).output).toBe(`[${value}]`)
      }),
      { numRuns: 40 },
    )
  })

  it('names a command that does not exist', async () => {
    await expect(run('no-such-runner {files}', { files: ['a'] })).rejects.toThrow(/test_command.*no-such-runner/)
  })

  it('keeps the exit code of the runner', async () => {
    expect(await run('exit 4', {})).toMatchObject({ code: 4 })
  })
})

it('titlesPattern matches the titles and only these', () => {
  const pattern = new RegExp(`^(?:${titlesPattern(['a (b) [c]?', '1.5 € + $x|y'])})$`)
  expect(['a (b) [c]?', '1.5 € + $x|y', 'a b c', '125'].map((title) => pattern.test(title))).toEqual([
    true,
    true,
    false,
    false,
  ])
})
