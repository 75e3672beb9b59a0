import type { Report } from '../model.ts'

/** What stands in place of a secret. */
export const MASK = '***'

/** Shapes that are secrets wherever they come from: the part to be masked is between the groups `keep` and `rest`. */
const SHAPES: readonly RegExp[] = [
  // Authorization and cookie headers, in calls, logs and JSON.
  /(?<keep>\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|digest|token)\s+)?)[^\s"',;]+/gi,
  /(?<keep>\b(?:set-)?cookie["']?\s*:\s*["']?)[^\r\n"']+/gi,
  // User and password, and tokens among the parameters, of an address.
  /(?<keep>\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+(?<rest>@)/gi,
  /(?<keep>[?&#;](?:access_|id_|refresh_|auth_|api_|csrf_|session_)?(?:token|key|apikey|secret|signature|sig|password|passwd|pwd|code|session(?:id)?|jwt)=)[^\s&#"'<>]+/gi,
  // Tokens that can be told by how they look: GitHub's, JSON web tokens, AWS, Slack.
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
]

/** Registered secrets shorter than this would blot out ordinary words. */
const SHORTEST = 6

/** One text with registered secrets and everything that looks like one masked. */
export function maskText(text: string, secrets: readonly string[]): string {
  let masked = text
  for (const secret of [...secrets].sort((a, b) => b.length - a.length))
    if (secret.length >= SHORTEST) masked = masked.replaceAll(secret, MASK)
  for (const shape of SHAPES)
    masked = masked.replace(shape, (...found) => {
      const groups: unknown = found.at(-1)
      if (typeof groups !== 'object' || groups === null) return MASK
      const { keep = '', rest = '' } = groups as { keep?: string; rest?: string }
      return `${keep}${MASK}${rest}`
    })
  return masked
}

/** Parts of a report that must stay as they are to be of use: they hold the user's own source, or are no text. */
const SOURCE = new Set(['edits', 'diff', 'patch', 'pictures', 'signature', 'startedAt', 'commit', 'baselineCommit'])

/** The report with every text in it masked, but for the patches, which are lines of the repository itself. */
export function maskReport(report: Report, secrets: readonly string[]): Report {
  return { ...report, results: masked(report.results, secrets), problems: masked(report.problems, secrets) }
}

/** Plain data with every text in it masked, but for what must stay as it is to be of use. */
export const maskData = <T>(value: T, secrets: readonly string[]): T => masked(value, secrets)

function masked<T>(value: T, secrets: readonly string[]): T
function masked(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return maskText(value, secrets)
  if (Array.isArray(value)) return value.map((item) => masked(item, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SOURCE.has(key) ? item : masked(item, secrets)]),
  )
}

const SECRET_NAME = /(?:^|_)(?:token|secret|password|passwd|pwd|credentials?|api_?key|private_?key|access_?key)(?:_|$)/i

/** Values of environment variables whose names say that they are secrets. */
export function secretValues(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= SHORTEST && SECRET_NAME.test(name) && !/^(?:OLD)?PWD$/.test(name)
      ? [value]
      : [],
  )
}
