import { describe, expect, it } from 'vitest'
import { COMMANDS, helpText, parseCommand } from '../../src/github/commands.ts'

const S = '0123456789ab'

describe('a comment', () => {
  it.each([
    ['/heal retry', { kind: 'retry', signature: null }],
    ['  /heal   retry  ', { kind: 'retry', signature: null }],
    [`/heal retry \`${S.toUpperCase()}\``, { kind: 'retry', signature: S }],
    [`/heal apply ${S}`, { kind: 'apply', signature: S, candidate: null }],
    [`/heal apply ${S} 2`, { kind: 'apply', signature: S, candidate: 2 }],
    [`/heal reject ${S} it is the wrong button`, { kind: 'reject', signature: S, reason: 'it is the wrong button' }],
    [`/heal never ${S}`, { kind: 'never', signature: S }],
    ['/heal help', { kind: 'help' }],
    ['/heal', { kind: 'help' }],
    ['/heal retry\n/heal never 0123456789ab', { kind: 'retry', signature: null }],
    ['/heal retry\r\nthanks', { kind: 'retry', signature: null }],
  ])('%j is a command', (body, command) => {
    expect(parseCommand(body)).toEqual(command)
  })

  it.each(['', 'please /heal retry', '\n/heal retry', '> /heal retry', '/healing', '/health check', '`/heal retry`'])(
    '%j is none',
    (body) => {
      expect(parseCommand(body)).toBeNull()
    },
  )

  it.each([
    ['/heal retyr', /no such command.*\/heal retry/],
    ['/heal all the things', /no such command/],
    ['/heal reject', /needs a signature/],
    ['/heal never abc', /needs a signature/],
    [`/heal apply ${S} -1`, /from 1/],
    ['/heal retry ; rm -rf /', /needs a signature/],
  ])('%j is unclear, and says why', (body, why) => {
    expect(parseCommand(body)).toMatchObject({ kind: 'unclear', why: expect.stringMatching(why) })
  })

  it('asking for help is told every command', () => {
    for (const { command } of COMMANDS) expect(helpText()).toContain(command)
  })
})
