import { describe, expect, it } from 'vitest'
import { checkPatch } from '../../src/source/guard.ts'

const check = async (before: string, after: string): Promise<string> => {
  const file = 'tests/a.test.js'
  const { ok, violations } = await checkPatch({
    before: new Map([[file, before]]),
    after: new Map([[file, after]]),
    failureType: 'api_changed',
    allowedFiles: [file],
  })
  return ok ? 'ok' : violations.join(' ')
}

describe('the guard on names that are required', () => {
  it('lets one be replaced where a module is asked for it, and where it is used', async () => {
    const text = "const { load } = require('yaml')\nload('a')\n"
    expect(await check(text, text.replaceAll('load', 'parse'))).toBe('ok')
  })

  it('refuses one that is taken out of anything else', async () => {
    const text = 'const { load } = status()\nload()\n'
    expect(await check(text, text.replaceAll('load', 'parse'))).toContain('changes more than a name')
  })

  it('refuses a second one beside it', async () => {
    const text = "const { load, dump } = require('yaml')\n"
    expect(await check(text, "const { parse, write } = require('yaml')\n")).toContain('is a second renaming')
    expect(await check(text, "const { load } = require('yaml')\n")).not.toBe('ok')
  })
})
