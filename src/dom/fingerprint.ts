import type { AncestorMark, Fingerprint, Snapshot, SnapshotElement } from '../model.ts'
import { type Neighbours, placeNeighbours } from './neighbours.ts'
import { squash } from './text.ts'
import { type PageTree, subtreeText, treeOfSnapshot } from './tree.ts'

/** Attributes that commonly hold test ids; a project's own comes before them. */
export const TEST_ID_ATTRIBUTES: readonly string[] = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa']

const MAX_ANCESTORS = 10
const HEADING_TAG = /^(?:h[1-6]|legend|caption|figcaption|summary)$/

/** What describing any element of a page needs: built once per page, in linear time. */
export interface Surroundings {
  readonly snapshot: Snapshot
  readonly tree: PageTree
  readonly neighbours: Neighbours
  /** Last heading before each element, -1 where there is none. */
  readonly headings: Int32Array
  /** Elements of `<label for>` by frame and id. */
  readonly labels: ReadonlyMap<string, number>
  /** Elements by frame and id, the first of each. */
  readonly ids: ReadonlyMap<string, number>
}

/** Prepares a snapshot so that {@link describeElement} can be asked for any of its elements. */
export function surroundingsOf(snapshot: Snapshot, tree: PageTree = treeOfSnapshot(snapshot)): Surroundings {
  const headings = new Int32Array(snapshot.elements.length).fill(-1)
  const labels = new Map<string, number>()
  const ids = new Map<string, number>()
  let heading = -1
  for (const [i, element] of snapshot.elements.entries()) {
    headings[i] = heading
    if (element.visible && (HEADING_TAG.test(element.tag) || element.role === 'heading')) heading = i
    const id = element.attributes.id
    if (id !== undefined && id !== '' && !ids.has(`${element.frame} ${id}`)) ids.set(`${element.frame} ${id}`, i)
    const labelled = element.tag === 'label' ? element.attributes.for : undefined
    if (labelled !== undefined && !labels.has(`${element.frame} ${labelled}`)) {
      labels.set(`${element.frame} ${labelled}`, i)
    }
  }
  return { snapshot, tree, neighbours: placeNeighbours(snapshot, tree), headings, labels, ids }
}

/** Everything known of one element of a snapshot. For many elements of one page use `indexPage` and ask that. */
export function fingerprintOf(
  page: Snapshot | { fingerprint(element: number): Fingerprint },
  element: number,
): Fingerprint {
  return 'fingerprint' in page ? page.fingerprint(element) : describeElement(surroundingsOf(page), element)
}

/** Everything known of one element. Throws a `RangeError` where the page has no such element. */
export function describeElement(around: Surroundings, element: number): Fingerprint {
  const { snapshot, tree } = around
  const self = snapshot.elements[element]
  if (self === undefined) {
    throw new RangeError(`Element ${element} is not on the page, which has ${snapshot.elements.length} elements`)
  }
  const siblings = siblingPlace(around, element)
  const heading = headingOf(around, element)
  const label = labelOf(around, self)
  const rowKey = rowKeyOf(around, element)
  const frames = framePathOf(snapshot, self.frame)
  return {
    tag: self.tag,
    attributes: self.attributes,
    ...(self.role === undefined ? {} : { role: self.role }),
    ...(self.name === undefined ? {} : { name: self.name }),
    text: subtreeText(snapshot, tree, element),
    ownText: squash(self.ownText),
    ...(label === undefined ? {} : { label }),
    ...(heading === undefined ? {} : { heading }),
    neighborText: around.neighbours.textNear(element),
    ...(rowKey === undefined ? {} : { rowKey }),
    ...pathsOf(around, element),
    ancestors: ancestorsOf(around, element),
    siblings,
    subtree: {
      children: (tree.children[element] ?? []).slice(0, 30).map((child) => snapshot.elements[child]?.tag ?? ''),
      size: tree.sizes[element] ?? 0,
    },
    ...(self.box === undefined ? {} : { box: self.box }),
    viewport: snapshot.viewport,
    isButton: isButton(self),
    visible: self.visible,
    enabled: self.enabled,
    ...(self.editable === undefined ? {} : { editable: self.editable }),
    ...(self.value === undefined ? {} : { value: self.value }),
    framePath: frames,
    shadowPath: shadowPathOf(around, element),
    ...(self.visualHash === undefined ? {} : { visualHash: self.visualHash }),
  }
}

/** True for what a user would call a button, whatever it is made of. */
export function isButton(element: Pick<SnapshotElement, 'tag' | 'attributes' | 'role'>): boolean {
  if (element.tag === 'button' || element.role === 'button' || element.attributes.role === 'button') return true
  if (element.tag === 'input') return /^(?:button|submit|reset|image)$/i.test(element.attributes.type ?? '')
  return element.tag === 'a' && /(?:^|[\s_-])(?:btn|button)(?:$|[\s_-])/i.test(element.attributes.class ?? '')
}

function siblingPlace({ tree }: Surroundings, element: number): { index: number; count: number } {
  const parent = tree.parents[element] ?? -1
  const siblings = parent < 0 ? [element] : (tree.children[parent] ?? [])
  return { index: lowerBound(siblings, element), count: siblings.length }
}

/** Children are in document order, so that their indexes rise. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Paths restart at every frame, and run on through shadow roots. */
export function pathsOf(
  { snapshot, tree }: Pick<Surroundings, 'snapshot' | 'tree'>,
  element: number,
): { xpath: string; idxpath: string } {
  const plain: string[] = []
  const indexed: string[] = []
  for (let at = element, steps = 0; at >= 0 && steps < 256; steps++) {
    const self = snapshot.elements[at]
    if (self === undefined) break
    const parent = tree.parents[at] ?? -1
    let place = 1
    for (const sibling of parent < 0 ? [] : (tree.children[parent] ?? [])) {
      if (sibling >= at) break
      if (snapshot.elements[sibling]?.tag === self.tag) place++
    }
    plain.push(self.tag)
    indexed.push(`${self.tag}[${place}]`)
    if (parent < 0 || snapshot.elements[parent]?.frame !== self.frame) break
    at = parent
  }
  return { xpath: `/${plain.reverse().join('/')}`, idxpath: `/${indexed.reverse().join('/')}` }
}

function ancestorsOf({ snapshot, tree }: Surroundings, element: number): AncestorMark[] {
  const marks: AncestorMark[] = []
  for (let at = tree.parents[element] ?? -1; at >= 0 && marks.length < MAX_ANCESTORS; at = tree.parents[at] ?? -1) {
    const self = snapshot.elements[at]
    if (self === undefined) break
    const testId = TEST_ID_ATTRIBUTES.map((name) => self.attributes[name]).find((value) => value !== undefined)
    marks.push({
      tag: self.tag,
      ...(self.attributes.id === undefined ? {} : { id: self.attributes.id }),
      ...(self.attributes.class === undefined ? {} : { className: self.attributes.class }),
      ...(self.role === undefined ? {} : { role: self.role }),
      ...(testId === undefined ? {} : { testId }),
    })
  }
  return marks
}

function headingOf({ snapshot, tree, headings }: Surroundings, element: number): string | undefined {
  const heading = headings[element] ?? -1
  return heading < 0 ? undefined : subtreeText(snapshot, tree, heading).slice(0, 120)
}

function labelOf({ snapshot, tree, labels, ids }: Surroundings, self: SnapshotElement): string | undefined {
  const named = self.attributes['aria-labelledby']?.split(/\s+/, 8) ?? []
  const texts = named
    .map((id) => ids.get(`${self.frame} ${id}`))
    .filter((label) => label !== undefined)
    .map((label) => subtreeText(snapshot, tree, label))
  if (texts.length > 0) return squash(texts.join(' '))
  const { id } = self.attributes
  const label = id === undefined ? undefined : labels.get(`${self.frame} ${id}`)
  if (label !== undefined) return subtreeText(snapshot, tree, label).slice(0, 200)
  if (!/^(?:input|select|textarea|meter|output|progress|button)$/.test(self.tag)) return undefined
  for (let at = tree.parents[self.index] ?? -1, steps = 0; at >= 0 && steps < 6; at = tree.parents[at] ?? -1, steps++) {
    if (snapshot.elements[at]?.tag === 'label') return subtreeText(snapshot, tree, at).slice(0, 200)
  }
  return undefined
}

/** The row or card around an element, named by its first cell or heading that is not the element itself. */
function rowKeyOf({ snapshot, tree }: Surroundings, element: number): string | undefined {
  for (let at = tree.parents[element] ?? -1, steps = 0; at >= 0 && steps < 8; at = tree.parents[at] ?? -1, steps++) {
    const row = snapshot.elements[at]
    if (row === undefined || !isRow(snapshot, tree, at, row)) continue
    for (const inner of tree.descendants(at, 60)) {
      const part = snapshot.elements[inner]
      if (part === undefined || part.ownText === '' || !part.visible) continue
      if (inner === element || tree.contains(element, inner) || tree.contains(inner, element)) continue
      return part.ownText.slice(0, 120)
    }
    return undefined
  }
  return undefined
}

function isRow(snapshot: Snapshot, tree: PageTree, at: number, row: SnapshotElement): boolean {
  const named = /^(?:tr|li|article|dt)$/.test(row.tag) || /^(?:row|listitem|article|option)$/.test(row.role ?? '')
  const siblings = tree.children[tree.parents[at] ?? -1] ?? []
  if (siblings.length < 2 || (!named && row.attributes.class === undefined)) return false
  let alike = 0
  for (const sibling of siblings.slice(0, 50)) {
    const other = snapshot.elements[sibling]
    if (other?.tag === row.tag && (named || other.attributes.class === row.attributes.class)) alike++
  }
  return alike >= 2
}

function framePathOf(snapshot: Snapshot, frame: number): string[] {
  const path: string[] = []
  for (let at = frame, steps = 0; steps < 16; steps++) {
    const self = snapshot.frames[at]
    if (self === undefined || self.owner < 0) break
    const owner = snapshot.elements[self.owner]
    path.push(self.name || owner?.attributes.id || owner?.attributes.title || self.url)
    at = owner?.frame ?? 0
  }
  return path.reverse()
}

function shadowPathOf({ snapshot, tree }: Surroundings, element: number): string[] {
  const path: string[] = []
  for (let at = element, steps = 0; at >= 0 && steps < 256; steps++) {
    const parent = tree.parents[at] ?? -1
    if (snapshot.elements[at]?.inShadow === true && parent >= 0) path.push(snapshot.elements[parent]?.tag ?? '')
    at = parent
  }
  return path.reverse()
}
