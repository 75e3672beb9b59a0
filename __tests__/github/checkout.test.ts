import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureCommit, headOf, runOwnCommand } from '../../src/github/checkout.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'

let repository: TestRepository
let github: StandIn
let first: string
let failing: string

beforeEach(async () => {
  repository = makeRepository({ 'a.txt': 'one\n' })
  github = await startGitHub({ bareRepo: repository.bare, owner: 'octo', repo: 'shop' })
  first = repository.git('rev-parse', 'HEAD')
  failing = repository.pushElsewhere('main', { 'a.txt': 'two\n' })
  repository.git('remote', 'set-url', 'origin', `${github.serverUrl}/octo/shop.git`)
})

afterEach(async () => {
  await github.close()
  repository.dispose()
})

const remote = () => ({ url: `${github.serverUrl}/octo/shop.git`, token: github.world.token })
const text = (file: string) => readFileSync(path.join(repository.checkout, file), 'utf8')

describe('standing on the failing commit', () => {
  it('fetches it with the token, which stays out of the settings of the repository', async () => {
    expect(await ensureCommit(repository.checkout, failing, remote())).toBe(true)
    expect(await headOf(repository.checkout)).toBe(failing)
    expect(text('a.txt')).toBe('two\n')
    const basic = Buffer.from(`x-access-token:${github.world.token}`).toString('base64')
    for (const secret of [github.world.token, basic]) expect(text('.git/config')).not.toContain(secret)
  })

  it('does nothing where it is checked out, changed files or not', async () => {
    writeFileSync(path.join(repository.checkout, 'a.txt'), 'mine\n')
    expect(await ensureCommit(repository.checkout, first, remote())).toBe(false)
    expect(text('a.txt')).toBe('mine\n')
  })

  it('runs no hook of the repository', async () => {
    const hook = path.join(repository.checkout, '.git/hooks/post-checkout')
    writeFileSync(hook, '#!/bin/sh\ntouch hooked\n', { mode: 0o755 })
    await ensureCommit(repository.checkout, failing, remote())
    expect(() => text('hooked')).toThrow(/ENOENT/)
  })

  it('says what to do where it cannot be fetched', async () => {
    const wrong = { ...remote(), token: 'ghs_wrong' }
    const error = await ensureCommit(repository.checkout, failing, wrong).catch((reason: unknown) => String(reason))
    expect(error).toMatch(/could not be fetched.*`ref`/)
    expect(error).not.toContain('ghs_wrong')
    expect(await headOf(repository.checkout)).toBe(first)
  })

  it('says what to do where there is no repository', async () => {
    await expect(ensureCommit('/', failing, remote())).rejects.toThrow(/not a git repository.*actions\/checkout/)
  })
})

describe("the user's own commands", () => {
  it('do not see the token, and fail with the name of their input', async () => {
    process.env.INPUT_TOKEN = 'ghs_x'
    try {
      await runOwnCommand(repository.checkout, 'echo "$INPUT_TOKEN" > seen.txt', 'install_command')
      expect(text('seen.txt')).toBe('\n')
    } finally {
      delete process.env.INPUT_TOKEN
    }
    await expect(runOwnCommand(repository.checkout, 'exit 3', 'install_command')).rejects.toThrow(
      /`install_command`.*3/,
    )
  })

  it('are run by bash as they are written', async () => {
    await runOwnCommand(repository.checkout, 'for i in 1 2; do printf %s "$i"; done > out.txt && true', 'build_command')
    expect(text('out.txt')).toBe('12')
  })
})
