import { ABBREVIATIONS } from './en/abbreviations.ts'
import { ACCOUNTS } from './en/accounts.ts'
import { CONTENT } from './en/content.ts'
import { DOING } from './en/doing.ts'
import { NAMES } from './en/names.ts'
import { TRADE } from './en/trade.ts'
import type { LanguagePack } from './language.ts'

/** Words where a leading `dis`, `de`, `in`, `im`, `ir` does negate; with these prefixes most words only look so. */
const negatedRoots: Readonly<Record<string, string>> = {
  dis: 'able|abled|allow|agree|approve|arm|connect|connected|engage|like|mount|obey|pair|trust|associate|continue|enroll|honest|similar|advantage|satisfied',
  de: 'activate|activated|select|selected|code|compress|crypt|frost|centralize|couple|escalate|allocate|provision|serialize|authorize',
  in: 'active|valid|visible|complete|correct|direct|dependent|secure|sensitive|definite|accurate|eligible|stock',
  im: 'possible|mutable|perfect|balanced|proper',
  non: 'empty|stop|smoking|member|binary|profit|refundable|fiction|standard|active|zero|null',
}
const negatedWords = new Map<string, string>(
  Object.entries(negatedRoots).flatMap(([prefix, roots]) =>
    roots.split('|').map((root): [string, string] => [prefix + root, root]),
  ),
)
/** Words that begin with `un` and negate nothing. */
const innocentUn = new Set(
  'under|understand|understood|underline|underlined|unit|units|union|unique|unite|united|universe|universal|university|until|unify|unified|unknown|unfold|unicode|uncle|unless'.split(
    '|',
  ),
)

function withoutNegatingPrefix(word: string): string | null {
  const listed = negatedWords.get(word)
  if (listed) return listed
  return word.startsWith('un') && word.length >= 5 && !innocentUn.has(word) ? word.slice(2) : null
}

const uninflected = new Set(
  'news|address|access|process|status|business|series|analysis|focus|canvas|pass|class|press|less|previous|address|is|this|us|plus|minus|miss|string|thing|nothing|everything|anything|during|king|ring|bring|spring|need|feed|speed|red|bed|seed|embed|exceed|proceed|wishing|building|heading|setting|settings|billing|shipping|pricing|rating|listing|landing|morning|evening|booking|canvas|yes|css|ios|express|atlas|bus|gas|bonus|menus|radius|wireless'.split(
    '|',
  ),
)

/** Endings of plural, past and progressive removed; deliberately shy, a wrong stem joins what is different. */
function stem(word: string): string {
  if (word.length < 4 || uninflected.has(word) || /[^a-z]/.test(word)) return word
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2)
  if (word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1)
  const past = /^(.{3,}?)(?:ing|ed)$/.exec(word)
  if (!past?.[1] || !/[aeiouy]/.test(past[1])) return word
  const root = past[1]
  if (/([bdgmnprt])\1$/.test(root)) return root.slice(0, -1)
  return /(?:at|iz|is|ag|ut|uc|ov|iv|ak|ar|ot|et|rg|dg|nc|ng|bl|pl|cl|us|ud|id)$/.test(root) ? `${root}e` : root
}

export const english: LanguagePack = {
  language: 'en',
  concepts: { ...ACCOUNTS, ...DOING, ...TRADE, ...CONTENT, ...NAMES },
  stopWords:
    'a|an|the|your|my|our|their|his|her|its|this|that|these|those|of|for|please|here|with|by|at|is|are|be|will|you|we|i|it|to|as|into|and|or|just|simply|from|do|me|us',
  fillers:
    'item|items|now|button|link|icon|page|form|field|box|input|click|press|tap|new|area|enter|value|type|option|view|data|info|information|today|free|quick|easy',
  negations: "not|don't|dont|never|without|no|cannot|can't|cant|doesn't|won't",
  abbreviations: ABBREVIATIONS,
  withoutNegatingPrefix,
  stem,
}
