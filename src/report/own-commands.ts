export interface TextPart {
  readonly text: string
  readonly isCommand: boolean
}

/** Commands of this tool in backquotes, as its own sentences quote them; what pages and tests say may hold any others. */
const OWN_COMMAND = /`((?:self-heal|\/heal) [\w .=-]{1,120})`/g

/** A sentence in parts, this tool's own commands apart from the rest. */
export const partsOf = (sentence: string): readonly TextPart[] => {
  const parts: TextPart[] = []
  let at = 0
  for (const match of sentence.matchAll(OWN_COMMAND)) {
    if (match.index > at) parts.push({ text: sentence.slice(at, match.index), isCommand: false })
    parts.push({ text: match[1] ?? '', isCommand: true })
    at = match.index + match[0].length
  }
  if (at < sentence.length) parts.push({ text: sentence.slice(at), isCommand: false })
  return parts
}
