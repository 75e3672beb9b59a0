import { nearest } from '../config/nearest.ts'

/** A `/heal` comment, understood. Signatures are lower case. */
export type Command =
  | { readonly kind: 'retry'; readonly signature: string | null }
  | { readonly kind: 'apply'; readonly signature: string; readonly candidate: number | null }
  | { readonly kind: 'reject'; readonly signature: string; readonly reason: string }
  | { readonly kind: 'never'; readonly signature: string }
  | { readonly kind: 'help' }
  /** Meant for us, but not to be understood; `why` is a sentence. */
  | { readonly kind: 'unclear'; readonly why: string }

/** Commands as they are shown to people. */
export const COMMANDS = [
  { command: '/heal retry', meaning: 'heals again on the newest commit' },
  { command: '/heal retry <signature>', meaning: 'heals this failure again, whatever was decided about it' },
  { command: '/heal apply <signature> [candidate]', meaning: 'applies a candidate that was left to a person' },
  { command: '/heal reject <signature> [reason]', meaning: 'does not heal this failure again until asked' },
  { command: '/heal never <signature>', meaning: 'never heals this failure' },
  { command: '/heal help', meaning: 'shows this list' },
] as const

const VERBS = ['retry', 'apply', 'reject', 'never', 'help'] as const
const SIGNATURE = /^[0-9a-f]{12}$/

/** Reads the first line of a comment; null where it is not for us. Everything else in the comment is ignored. */
export function parseCommand(body: string): Command | null {
  const line = (body.split(/\r?\n/, 1)[0] ?? '').trim()
  const [, rest] = /^\/heal(?:\s+(.*))?$/.exec(line) ?? []
  if (!/^\/heal(\s|$)/.test(line)) return null
  const words = (rest ?? '').split(/\s+/).filter((word) => word !== '')
  const [verb = 'help', first, ...more] = words
  const signature = (first ?? '').replaceAll('`', '').toLowerCase()
  switch (verb.toLowerCase()) {
    case 'help':
      return { kind: 'help' }
    case 'retry':
      if (first === undefined) return { kind: 'retry', signature: null }
      return SIGNATURE.test(signature) ? { kind: 'retry', signature } : noSignature(verb)
    case 'apply':
      return SIGNATURE.test(signature) ? applyOf(signature, more) : noSignature(verb)
    case 'reject':
      return SIGNATURE.test(signature)
        ? { kind: 'reject', signature, reason: more.join(' ').slice(0, 300) }
        : noSignature(verb)
    case 'never':
      return SIGNATURE.test(signature) ? { kind: 'never', signature } : noSignature(verb)
    default: {
      const close = nearest(verb, VERBS)
      const hint = close === null ? '' : ` Did you mean /heal ${close}?`
      return { kind: 'unclear', why: `There is no such command.${hint}` }
    }
  }
}

function applyOf(signature: string, [candidate]: readonly string[]): Command {
  if (candidate === undefined) return { kind: 'apply', signature, candidate: null }
  const number = Number(candidate)
  if (!/^\d{1,3}$/.test(candidate) || number < 1) {
    return { kind: 'unclear', why: 'A candidate is named by its number in the list, from 1.' }
  }
  return { kind: 'apply', signature, candidate: number }
}

function noSignature(verb: string): Command {
  return {
    kind: 'unclear',
    why: `/heal ${verb.toLowerCase()} needs a signature: the 12 hexadecimal digits that stand with each failure.`,
  }
}

/** The answer to `/heal help`, in Markdown. */
export function helpText(): string {
  const rows = COMMANDS.map(({ command, meaning }) => `- \`${command}\` ${meaning}`)
  return ['Commands, on the first line of a comment by someone with write permission:', '', ...rows].join('\n')
}
