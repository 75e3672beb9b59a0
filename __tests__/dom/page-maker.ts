import type { Snapshot, SnapshotElement, Target } from '../../src/model.ts'

/** One element of a made-up page, its children inside. */
export interface Made extends Partial<Omit<SnapshotElement, 'index' | 'parent' | 'frame'>> {
  readonly tag: string
  readonly children?: readonly Made[]
}

/** An element in short form: `el('a', { href: '/' }, 'Home')`, or with children instead of a text. */
export function el(
  tag: string,
  attributes: Record<string, string> = {},
  inside: string | readonly Made[] = '',
  more: Partial<Made> = {},
): Made {
  return { tag, attributes, ...(typeof inside === 'string' ? { ownText: inside } : { children: inside }), ...more }
}

/** A snapshot of a page; boxes are laid out one below the other where `lay` is given. */
export function pageOf(root: Made, lay = true): Snapshot {
  const elements: SnapshotElement[] = []
  const add = ({ children = [], ...made }: Made, parent: number): void => {
    const index = elements.length
    const box = lay ? { x: 20, y: index * 40, width: 60 + 10 * (made.ownText ?? '').length, height: 30 } : undefined
    elements.push({
      attributes: {},
      ownText: '',
      visible: true,
      enabled: true,
      ...(box === undefined ? {} : { box }),
      ...made,
      index,
      parent,
      frame: 0,
    })
    for (const child of children) add(child, index)
  }
  add(root, -1)
  return {
    url: 'http://127.0.0.1/',
    title: '',
    viewport: { width: 1280, height: 720 },
    frames: [{ url: 'http://127.0.0.1/', name: '', owner: -1 }],
    elements,
    truncated: false,
  }
}

/** A target as a green trace gives it. */
export function targetOf(fingerprint: Target['fingerprint'], action: Target['action'] = 'click'): Target {
  return { fingerprint, action, testIdAttributes: ['data-testid'] }
}
