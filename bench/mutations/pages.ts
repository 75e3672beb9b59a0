import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { indexPage, type PageIndex } from '../../src/dom/page-index.ts'
import { identifierWords } from '../../src/dom/text.ts'
import type { Snapshot } from '../../src/model.ts'
import { kinOfElement } from '../../strategies/kinship.ts'
import { TEST_IDS } from './identifiers.ts'
import type { Random } from './random.ts'

const FOLDER = path.join(import.meta.dirname, '..', 'pages')

/** A page before the change. */
export interface OldPage {
  readonly name: string
  /** `plain` as its package ships it; `test-ids` with test ids as a team gives them to what its tests use. */
  readonly variant: 'plain' | 'test-ids'
  readonly snapshot: Snapshot
  readonly index: PageIndex
}

/** Names of all pages there are. */
export function pageNames(): string[] {
  return readdirSync(FOLDER)
    .filter((one) => one.endsWith('.json.gz'))
    .map((one) => one.slice(0, -'.json.gz'.length))
    .sort()
}

export const readPage = (name: string): Snapshot =>
  JSON.parse(gunzipSync(readFileSync(path.join(FOLDER, `${name}.json.gz`))).toString('utf8')) as Snapshot

/** Each page twice: as it is, and with test ids. */
export function readPages(random: Random, names: readonly string[] = pageNames()): OldPage[] {
  return names.flatMap((name) => {
    const plain = readPage(name)
    const named = withTestIds(plain, random)
    return [
      { name, variant: 'plain', snapshot: plain, index: indexPage(plain) } as const,
      { name, variant: 'test-ids', snapshot: named, index: indexPage(named) } as const,
    ]
  })
}

/** Test ids named after what things are called, on three of four things one can use; rows share theirs. */
function withTestIds(snapshot: Snapshot, random: Random): Snapshot {
  const index = indexPage(snapshot)
  const attribute = random.pick(TEST_IDS)
  const elements = snapshot.elements.map((one) => {
    const kin = kinOfElement(index, one.index)
    if (kin !== 'press' && kin !== 'field' && kin !== 'choice') return one
    const said = one.attributes.name || one.attributes.id || one.name || one.attributes.placeholder || one.ownText
    const words = identifierWords(said.slice(0, 60)).slice(0, 4)
    if (words.length === 0 || random.chance(0.25)) return one
    const kind = kin === 'press' ? (one.tag === 'a' ? 'link' : 'btn') : kin === 'field' ? 'input' : 'box'
    const value = random.chance(0.5) ? words.join('-') : `${words.join('-')}-${kind}`
    return { ...one, attributes: { ...one.attributes, [attribute]: value } }
  })
  return { ...snapshot, elements }
}
