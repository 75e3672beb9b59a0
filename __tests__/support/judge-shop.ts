import type { Browser, Page } from 'playwright-core'
import { playwright } from '../../src/locators/playwright.ts'
import type { Report, Result } from '../../src/model.ts'
import { ShopPages } from './shop-page.ts'
import { readShopTruth, type TruthChange, type TruthUse } from './shop-truth.ts'

/** What the hand-written truth says of a report about the shop. */
export interface Judgement {
  /** Changes that must be healed, and those of them that are: verified, and by the right element. */
  readonly must: number
  readonly healed: readonly string[]
  /** Changes that must be healed and are not, each with the reason the report gives. */
  readonly missed: readonly { readonly id: string; readonly reason: string }[]
  /** Patches that reach another element than the right one, and patches of what must never be patched. */
  readonly wrong: readonly string[]
  readonly neverPatched: readonly string[]
  /** The removed elements and what became of them, and the flaky tests that were recognised. */
  readonly removed: Readonly<Record<string, string>>
  readonly flaky: readonly string[]
}

interface Use {
  readonly change: TruthChange
  readonly use: TruthUse
}

/** Judges a report by what its patches reach on the built shop, not by how they are written. */
export const judgeShop = async (
  report: Report,
  browser: Browser,
  dists: Readonly<Record<'v1' | 'v2', string>>,
): Promise<Judgement> => {
  const truth = readShopTruth()
  const pages = new ShopPages(browser, dists)
  const uses = truth.changes.flatMap((change) => change.uses.map((use): Use => ({ change, use })))
  const pageOf = (state: string): Promise<Page> => {
    const known = truth.states[state]
    if (!known) throw new Error(`truth.json has no state ${state}`)
    return pages.in('v2', state, known)
  }
  const healed = new Map<string, boolean>()
  const reasons = new Map<string, string>()
  const wrong: string[] = []
  const neverPatched: string[] = []
  const removed: Record<string, string> = {}
  for (const result of report.results) {
    const found = await usesOf(result, uses)
    const isPatched = (result.proposal?.edits.length ?? 0) > 0
    const name = `${result.tests[0]?.title}: ${result.proposal?.old} → ${result.proposal?.new}`
    for (const { change } of found) {
      if (change.mark === 'never') removed[change.id] = result.status
      if (!isPatched || result.status !== 'healed') reasons.set(change.id, `${result.status}: ${result.reason}`)
    }
    if (!isPatched) continue
    if (found.some(({ change }) => change.mark === 'never')) neverPatched.push(name)
    else if (found.length === 0) wrong.push(`${name} (the truth knows no such change)`)
    for (const { change, use } of found) {
      const isRight =
        use.rightSelector !== null &&
        (await reachesSame(await pageOf(use.state), result.proposal?.new ?? '', use.rightSelector))
      if (!isRight && change.mark !== 'never') wrong.push(name)
      healed.set(change.id, (healed.get(change.id) ?? true) && isRight && result.status === 'healed')
    }
  }
  const must = truth.changes.filter(({ mark }) => mark === 'must')
  const isHealed = ({ id }: TruthChange) => healed.get(id) === true
  return {
    must: must.length,
    healed: must.filter(isHealed).map(({ id }) => id),
    missed: must
      .filter((change) => !isHealed(change))
      .map(({ id }) => ({ id, reason: reasons.get(id) ?? 'it was not reached' })),
    wrong,
    neverPatched,
    removed,
    flaky: report.results.filter(({ status }) => status === 'flaky').map(({ tests }) => tests[0]?.title ?? ''),
  }
}

const selectorOf = async (text: string): Promise<string | null> => {
  const parsed = await playwright.parse(text)
  return parsed ? playwright.toSelector(parsed.locator) : null
}

/** The changes a result is about: its old locator is theirs, or it belongs to their tests and stands in their file. */
const usesOf = async (result: Result, uses: readonly Use[]): Promise<readonly Use[]> => {
  const old = result.proposal ? await selectorOf(result.proposal.old) : null
  const titles = result.tests.map(({ file, title }) => `${file} › ${title}`)
  const mine = uses.filter(({ use }) => use.tests.some((test) => titles.includes(test)))
  const exact = mine.filter(({ use }) => old !== null && use.oldSelector === old)
  if (exact.length > 0 || old === null) return exact
  // An earlier heal of a container changes the beginning of a selector; its last part is still the broken one.
  const last = (selector: string) => selector.split(' >> ').at(-1)
  return mine.filter(({ use }) => last(use.oldSelector) === last(old))
}

/** The same element, or one that is the same thing for a user: inside the other, with nearly the same box. */
const reachesSame = async (page: Page, locator: string, right: string): Promise<boolean> => {
  const selector = await selectorOf(locator)
  if (selector === null) return false
  const [found] = await page.locator(selector).elementHandles()
  const [wanted] = await page.locator(right).elementHandles()
  if (!found || !wanted) return false
  if (await found.evaluate((one, other) => one === other, wanted)) return true
  const isKin = await found.evaluate((one, other) => {
    const node = one as { contains(other: unknown): boolean }
    return node.contains(other) || (other as { contains(one: unknown): boolean }).contains(one)
  }, wanted)
  const [a, b] = [await found.boundingBox(), await wanted.boundingBox()]
  if (!isKin || !a || !b) return false
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x))
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y))
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared) >= 0.85
}

/** A judgement as a person reads it. */
export const sayJudgement = (judged: Judgement): string =>
  [
    `${judged.healed.length} of ${judged.must} that must be healed are healed and verified`,
    ...judged.missed.map(({ id, reason }) => `  missed   ${id}: ${reason}`),
    ...judged.wrong.map((one) => `  WRONG    ${one}`),
    ...judged.neverPatched.map((one) => `  PATCHED  ${one} (must never be)`),
    ...Object.entries(judged.removed).map(([id, status]) => `  removed  ${id}: ${status}`),
    `  flaky    ${judged.flaky.join(', ') || 'none'}`,
  ].join('\n')
