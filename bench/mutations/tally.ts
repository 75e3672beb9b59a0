import type { Testimony } from '../../strategies/index.ts'
import { STRATEGIES } from '../../strategies/index.ts'
import { formatTable } from '../suite.ts'

interface Row {
  right: number
  wrong: number
  silent: number
  /** Right elements that its locator reached alone. */
  reached: number
  rightHeard: number
  usedRight: number
  usedWrong: number
  /** Removed or stripped targets for which it proposed something all the same. */
  spokeOfGone: number
}

const blank = (): Row => ({
  right: 0,
  wrong: 0,
  silent: 0,
  reached: 0,
  rightHeard: 0,
  usedRight: 0,
  usedWrong: 0,
  spokeOfGone: 0,
})

/** Counts of every strategy by itself, and of which one the cascade went by in the end. */
export class StrategyTally {
  private readonly rows = new Map<string, Row>(STRATEGIES.map(({ name }) => [name, blank()]))
  private readonly first = { right: 0, wrong: 0, silent: 0, healedGone: 0, gone: 0 }

  private row(name: string): Row {
    const found = this.rows.get(name)
    if (found !== undefined) return found
    const made = blank()
    this.rows.set(name, made)
    return made
  }

  /** Its first witness in a decidable case; or, for a target that is gone, that it spoke at all. */
  heard(name: string, decidable: boolean, verdict: 'right' | 'wrong' | 'silent'): void {
    if (decidable) this.row(name)[verdict]++
    else if (verdict !== 'silent') this.row(name).spokeOfGone++
  }

  reached(name: string, alone: boolean): void {
    this.row(name).rightHeard++
    if (alone) this.row(name).reached++
  }

  /** The strategy of highest priority that agreed with what was accepted. */
  used(name: string, verdict: 'right' | 'wrong'): void {
    if (verdict === 'right') this.row(name).usedRight++
    else this.row(name).usedWrong++
  }

  /** What "first match wins" would have taken. */
  naive(decidable: boolean, gone: boolean, verdict: 'right' | 'wrong'): void {
    if (gone) this.first.healedGone++
    else if (decidable) this.first[verdict]++
  }

  /** Success rates: alone where it spoke, and in the cascade where it was gone by. */
  rates(): Record<
    string,
    { readonly alone: number | null; readonly cascade: number | null; readonly spoke: number; readonly used: number }
  > {
    return Object.fromEntries(
      [...this.rows].map(([name, row]) => {
        const spoke = row.right + row.wrong
        const used = row.usedRight + row.usedWrong
        return [name, { alone: share(row.right, spoke), cascade: share(row.usedRight, used), spoke, used }]
      }),
    )
  }

  table(): string {
    const rows = [...this.rows].map(([name, row]) => {
      const spoke = row.right + row.wrong
      const used = row.usedRight + row.usedWrong
      const prior = STRATEGIES.find((one) => one.name === name)?.prior
      return [
        name,
        prior === undefined ? '' : percent(prior),
        spoke,
        percent(share(row.right, spoke)),
        percent(share(row.right, spoke + row.silent)),
        percent(share(row.reached, row.rightHeard)),
        used,
        percent(share(row.usedRight, used)),
      ]
    })
    const head = ['', 'prior', 'spoke', 'right of those', 'right of all', 'locator unique', 'gone by', 'right of those']
    const { right, wrong, healedGone } = this.first
    const naive = `first match wins, for comparison: ${right} right, ${wrong} wrong, ${healedGone} removed or stripped targets "healed"`
    return `${formatTable(head, rows)}\n\n${naive}`
  }
}

const share = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000
const percent = (value: number | null): string => (value === null ? 'n/a' : `${(value * 100).toFixed(1)} %`)

/** The element that the first strategy with anything to say names first; null where all are silent. */
export function cascadeStep(testimonies: readonly Testimony[]): number | null {
  for (const { witnesses } of testimonies) if (witnesses[0] !== undefined) return witnesses[0].element
  return null
}
