import { type Answer, scoreAnswers } from './metrics.ts'
import type { SuiteResult } from './suite.ts'

/** One benchmark as it was run: what it printed, and its result. */
export interface Report {
  readonly title: string
  readonly command: string
  readonly printed: string
  readonly result: SuiteResult
  /** Where they were cross-validated, the answers of models that had not seen the page; none for `speed`. */
  readonly answers: readonly Answer[]
}

export interface Results {
  readonly similo: Report
  readonly similoRich: Report
  readonly mutations: Report
  readonly speed: Report
  readonly machine: string
}

const number = (report: Report, key: string): number => {
  const scores: SuiteResult = report.answers.length > 0 ? { ...scoreAnswers(report.answers) } : report.result
  const value = scores[key]
  return typeof value === 'number' ? value : Number.NaN
}

type Direction = 'most' | 'least'

interface Goal {
  readonly measure: string
  readonly value: number
  readonly shown: string
  readonly moonshot: number
  readonly floor: number
  readonly direction: Direction
}

const share = (part: number, whole: number): number => (whole === 0 ? Number.NaN : part / whole)
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`

function goalsOf({ similo, similoRich, mutations, speed }: Results): Goal[] {
  const count = (
    report: Report,
    measure: string,
    key: string,
    moonshot: number,
    floor: number,
    direction: Direction = 'most',
  ): Goal => ({
    measure,
    value: number(report, key),
    shown: String(number(report, key)),
    moonshot,
    floor,
    direction,
  })
  const pairs = number(mutations, 'pairs')
  const rate = (measure: string, value: number, moonshot: number, floor: number, direction: Direction): Goal => ({
    measure,
    value,
    shown: percent(value),
    moonshot,
    floor,
    direction,
  })
  return [
    count(similo, '`similo`, top-1 of 311, cross-validated', 'top1', 303, 293),
    count(similo, '`similo`, accepted and right', 'correct', 285, 250),
    count(similo, '`similo`, accepted and wrong', 'wrong', 1, 3, 'least'),
    count(similo, '`similo`, removed: refused of 311', 'refused', 310, 305),
    count(similoRich, '`similo-rich`, top-1 of 224', 'top1', 221, 214),
    count(similoRich, '`similo-rich`, accepted and right', 'correct', 210, 192),
    count(similoRich, '`similo-rich`, accepted and wrong', 'wrong', 0, 1, 'least'),
    count(similoRich, '`similo-rich`, removed: refused of 224', 'refused', 223, 219),
    count(similo, '`similo`, calibration error (ECE)', 'ece', 0.03, 0.05, 'least'),
    count(mutations, '`mutations`, calibration error (ECE)', 'ece', 0.03, 0.05, 'least'),
    rate('`mutations`, right', share(number(mutations, 'correct'), pairs), 0.99, 0.97, 'most'),
    rate('`mutations`, wrong', share(number(mutations, 'wrong'), pairs), 0.001, 0.005, 'least'),
    rate(
      '`mutations`, removed or stripped: refused',
      share(number(mutations, 'refused'), number(mutations, 'negatives')),
      1,
      0.99,
      'most',
    ),
    count(speed, 'one target among 5k elements, ms of processor', 'oneAmong5kMs', 10, 50, 'least'),
  ]
}

function standing({ value, moonshot, floor, direction }: Goal): string {
  const reaches = (goal: number): boolean => (direction === 'most' ? value >= goal : value <= goal)
  if (Number.isNaN(value)) return 'not measured'
  return reaches(moonshot) ? 'moonshot' : reaches(floor) ? 'floor' : '**below the floor**'
}

function goalTable(results: Results): string {
  const rows = goalsOf(results).map((goal) => {
    const sign = goal.direction === 'most' ? '≥' : '≤'
    const show = (value: number): string => (goal.shown.endsWith('%') ? percent(value) : String(value))
    return `| ${goal.measure} | ${goal.shown} | ${sign} ${show(goal.moonshot)} | ${sign} ${show(goal.floor)} | ${standing(goal)} |`
  })
  return ['| measure | measured | moonshot | floor | stands at |', '|---|---|---|---|---|', ...rows].join('\n')
}

function section({ title, command, printed, result }: Report): string {
  const json = JSON.stringify(result)
  return `## ${title}\n\n\`${command}\`\n\n\`\`\`text\n${printed.trim()}\n\`\`\`\n\n<details><summary>as JSON</summary>\n\n\`\`\`json\n${json}\n\`\`\`\n\n</details>\n`
}

/** The page of results in Markdown; the reliability diagram is expected beside it as `reliability.svg`. */
export function resultsPage(results: Results): string {
  const { similo, similoRich, mutations, speed, machine } = results
  return `# Results of the benchmarks

Written by \`npm run bench -- --suite all --write\`; nothing here is typed in by hand. Machine: ${machine}.

${goalTable(results)}

"Cross-validated" rows answer every site with a model that was fitted without it. \`mutations\` also shows the pages that
no fit has seen by themselves. The speed counts processor time from the finished snapshot to the decision, the indexing of
the page and all 15 strategies included.

![Reliability diagram](reliability.svg)

${[similo, similoRich, mutations, speed].map(section).join('\n')}`
}
