import type { FailureType } from '../../model.ts'
import { byMessage, type Finding, type Rule, SUGGEST_ACCESS, SUGGEST_REACH } from '../rule.ts'

const TYPES: Readonly<Record<string, FailureType>> = {
  NOT_FOUND: 'resource_not_found',
  UNIMPLEMENTED: 'api_changed',
  PERMISSION_DENIED: 'permission_denied',
  UNAUTHENTICATED: 'permission_denied',
  UNAVAILABLE: 'connection_error',
  DEADLINE_EXCEEDED: 'timeout',
}

/** By their numbers. */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const

/** gRPC in Python (`StatusCode.NOT_FOUND`), Node (`5 NOT_FOUND: …`), Go (`code = NotFound desc = …`) and Java (`NOT_FOUND: …`). */
export const grpcRules: readonly Rule[] = [
  byMessage('python', /StatusCode\.([A-Z_]+)[\s\S]*?details\s*=\s*"([^"]*)"/, (match) =>
    finding(match[1] ?? '', match[2] ?? ''),
  ),
  byMessage('python short', /StatusCode\.([A-Z_]+)/, (match) => finding(match[1] ?? '', '')),
  byMessage('go', /\bcode = ([A-Z]\w+),? desc = ([^\n]*)/, (match) => finding(upper(match[1] ?? ''), match[2] ?? '')),
  byMessage('numbered', /\bcode = (\d{1,2}),? desc = ([^\n]*)/, (match) =>
    finding(CODES[Number(match[1])] ?? 'UNKNOWN', match[2] ?? ''),
  ),
  byMessage('node', /(?:^|\s)\d{1,2} ([A-Z]+(?:_[A-Z]+)*): ([^\n]*)/, (match) =>
    TYPES[match[1] ?? ''] ? finding(match[1] ?? '', match[2] ?? '') : null,
  ),
  byMessage('java', /StatusRuntimeException: ([A-Z_]+)(?:: ([^\n]*))?/, (match) =>
    finding(match[1] ?? '', match[2] ?? ''),
  ),
]

function upper(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
}

function finding(code: string, details: string): Finding {
  const failureType = TYPES[code] ?? 'unknown'
  const method = /(?:unknown )?method (\/?[\w./]+)|unknown service ([\w.]+)/.exec(details)
  const suggestions =
    failureType === 'permission_denied' ? SUGGEST_ACCESS : failureType === 'connection_error' ? SUGGEST_REACH : []
  return {
    failureType,
    rootCause: `The gRPC call ended with ${code}${details === '' ? '' : `: ${details.replace(/\.$/, '')}`}.`,
    affected: method?.[1] ?? method?.[2] ?? 'gRPC call',
    actual: code,
    suggestions,
  }
}
