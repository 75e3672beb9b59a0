import { firstLine, type Rule } from '../rule.ts'

const ENDED = /\b(?:deprecated|removed|renamed|replaced|no longer (?:supported|available))\b/i
const NEXT = /\b(?:use|using|prefer|instead|renamed to|replaced (?:by|with)|in favou?r of)\b/i
const NAMES =
  /[`'"]([A-Za-z_$][\w$.]{0,100})(?:\(\))?[`'"]|\b([A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){1,5})\b|\b([A-Za-z_$][\w$]{0,60})(?:\(\))? (?:is|was|has been|have been) /g

/** What libraries say themselves of a name that they gave up, in an error or in a warning that is made one. */
export const deprecatedRules: readonly Rule[] = [
  {
    name: 'deprecated',
    find({ type, message, source }) {
      const said = message.slice(0, 800)
      if (/^Assertion/.test(type) || !ENDED.test(said) || !NEXT.test(said)) return null
      const names = [...said.matchAll(NAMES)].map((match) => (match[1] ?? match[2] ?? match[3] ?? '').split('.').at(-1))
      const name = names.find(
        (each) =>
          each &&
          new RegExp(`(?<![\\w$])${each.replaceAll('$', '\\$')}\\s*[(=:]|\\.${each.replaceAll('$', '\\$')}\\b`).test(
            source,
          ),
      )
      return name
        ? {
            failureType: 'api_changed',
            rootCause: `“${name}” is given up by its library: ${firstLine(said.replace(/^[\w.]+: /, ''), 160)}`,
            affected: name,
            suggestions: ['Use what the library names in its place.'],
          }
        : null
    },
  },
]
