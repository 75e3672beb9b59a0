import type { ActionKind } from '../../model.ts'
import type { Profile } from './profile.ts'

/**
 * How well an element suits what the test wants to do with it, in (0, 1]: 1 fits, less makes it less likely to be the
 * one that was lost. Only actions that most elements cannot take part in say anything.
 */
export function actionFit(action: ActionKind, now: Profile): number {
  const { kind, tag, type, fingerprint } = now
  switch (action) {
    case 'fill':
      if (fingerprint.editable === true || fingerprint.attributes.contenteditable === 'true') return 1
      return kind === 'field' && tag !== 'select' ? 1 : 0.01
    case 'select':
      return tag === 'select' || /^(?:combobox|listbox)$/.test(now.role) ? 1 : 0.02
    case 'check':
      return kind === 'choice' || now.role === 'switch' ? 1 : tag === 'label' ? 0.3 : 0.02
    case 'upload':
      return type === 'file' ? 1 : kind === 'button' || tag === 'label' ? 0.2 : 0.01
    default:
      return 1
  }
}

/** Why an element cannot be acted on as it stands, in words; null where nothing is in the way. */
export function obstacleTo(action: ActionKind, old: Profile, now: Profile): string | null {
  const { visible, enabled } = now.fingerprint
  const unseen = action === 'upload' || action === 'absent' || action === 'expect' || old.fingerprint.visible === false
  if (visible === false && !unseen) return 'it is not visible'
  const acts = action !== 'read' && action !== 'expect' && action !== 'absent' && action !== 'hover'
  if (acts && enabled === false && old.fingerprint.enabled !== false) return 'it is disabled'
  return null
}

const USABLE: ReadonlySet<string> = new Set(['link', 'button', 'field', 'choice'])

/**
 * Which of several elements that are the same thing the action needs: the one it can act on, then the one most like the
 * lost one. `likeness` is any number that rises with likeness.
 */
export function representative<T extends { readonly now: Profile; readonly likeness: number }>(
  action: ActionKind,
  old: Profile,
  same: readonly T[],
): T | undefined {
  const acts = !['read', 'expect', 'absent'].includes(action)
  const worth = ({ now, likeness }: T): number => {
    const free = obstacleTo(action, old, now) === null ? 10 : 0
    const made = acts && USABLE.has(now.kind) ? 1 : 0
    return free + actionFit(action, now) * 4 + made + (now.kind === old.kind ? 0.3 : 0) + likeness * 0.5
  }
  return [...same].sort((a, b) => worth(b) - worth(a))[0]
}
