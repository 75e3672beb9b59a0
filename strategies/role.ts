import type { PageIndex } from '../src/dom/page-index.ts'
import { editSimilarity, normalise } from '../src/dom/text.ts'
import type { Target } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { roleStep } from './pinpoint.ts'

/** Roles that a redesign swaps for one another. */
const FAMILIES: readonly (readonly string[])[] = [
  ['button', 'link', 'menuitem', 'tab'],
  ['textbox', 'searchbox', 'combobox', 'spinbutton'],
  ['checkbox', 'switch', 'menuitemcheckbox', 'radio', 'menuitemradio'],
  ['combobox', 'listbox', 'radiogroup'],
  ['option', 'menuitem', 'listitem', 'radio', 'menuitemradio', 'treeitem'],
  ['dialog', 'alertdialog', 'region'],
  ['alert', 'status', 'log'],
  ['row', 'listitem', 'article'],
  ['cell', 'gridcell', 'rowheader', 'columnheader'],
  ['table', 'grid', 'treegrid', 'list'],
  ['navigation', 'menu', 'menubar', 'tablist', 'toolbar'],
]
const LANDMARKS =
  /^(?:banner|navigation|main|complementary|contentinfo|search|form|region|dialog|alertdialog|table|grid)$/

const MAX_PEERS = 300

/**
 * The accessibility tree: role and accessible name together, the name under a related role, and, for what has no name,
 * the only element of its role within the landmark it stood in.
 */
export const role: Strategy = {
  name: 'role',
  priority: 80,
  prior: 0.9,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const asked = askedOf(target)
    const wanted = asked.role ?? target.fingerprint.role ?? target.fingerprint.attributes.role
    if (wanted === undefined || wanted === '') return []
    const names = new Set(
      [target.fingerprint.name ?? '', asked.accessibleName ?? ''].map(normalise).filter((one) => one !== ''),
    )
    const related = new Set(FAMILIES.filter((family) => family.includes(wanted)).flat())
    related.delete(wanted)
    for (const name of names) byName(ballot, page, wanted, related, name)
    if (ballot.isEmpty) byLandmark(ballot, target, page, wanted)
    return ballot.witnesses()
  },
}

const roleOf = (page: PageIndex, element: number): string =>
  page.snapshot?.elements[element]?.role ?? page.fingerprint(element).role ?? ''

function byName(ballot: Ballot, page: PageIndex, wanted: string, related: ReadonlySet<string>, name: string): void {
  const named = page.withTrait('text', name).slice(0, 400)
  const shown = name.slice(0, 80)
  const same = named.filter((element) => roleOf(page, element) === wanted)
  ballot.addAll(same, 1, `${wanted} named "${shown}"`, (element) => roleStep(page, element))
  const kin = named.filter((element) => related.has(roleOf(page, element)))
  for (const element of kin)
    ballot.add(
      element,
      0.85,
      `"${shown}" is now a ${roleOf(page, element)}, it was a ${wanted}`,
      roleStep(page, element),
    )
  if (!ballot.isEmpty) return
  for (const element of page.withTrait('role', wanted).slice(0, MAX_PEERS)) {
    const now = page.shortText(element)
    const near = now.includes(name) || (now.length > 3 && name.includes(now)) ? 0.8 : editSimilarity(now, name)
    if (near > 0.7)
      ballot.add(
        element,
        0.75 * near,
        `${wanted} named "${now.slice(0, 80)}", nearly as it was`,
        roleStep(page, element),
      )
  }
}

/** Nameless: which element of this role stands in the landmark the lost one stood in, and is it the only one? */
function byLandmark(ballot: Ballot, target: Target, page: PageIndex, wanted: string): void {
  const peers = page.withTrait('role', wanted).slice(0, MAX_PEERS)
  if (peers.length === 1) {
    ballot.add(peers[0] ?? 0, 0.6, `the only ${wanted} on the page`, roleStep(page, peers[0] ?? 0))
    return
  }
  const chain = (target.fingerprint.ancestors ?? []).flatMap((one) =>
    one.role && LANDMARKS.test(one.role) ? [one.role] : [],
  )
  if (chain.length === 0) return
  const inside = new Map<number, number[]>()
  for (const element of peers) {
    const around = landmarkOf(page, element)
    if (around < 0 || roleOf(page, around) !== chain[0]) continue
    const list = inside.get(around)
    if (list) list.push(element)
    else inside.set(around, [element])
  }
  for (const list of inside.values()) {
    const strength = 0.55 / (list.length * inside.size)
    for (const element of list.slice(0, 20))
      ballot.add(element, strength, `${wanted} in the ${chain[0]}`, roleStep(page, element))
  }
}

function landmarkOf(page: PageIndex, element: number): number {
  let at = page.tree.parents[element] ?? -1
  while (at >= 0 && !LANDMARKS.test(roleOf(page, at))) at = page.tree.parents[at] ?? -1
  return at
}
