export type State = 'checked' | 'expanded' | 'selected' | 'pressed' | 'disabled' | 'filled'

export type Attributes = ReadonlyMap<string, string>

/** Elements with a role of their own, by HTML-AAM; the others say nothing but their text. */
const BY_TAG: Readonly<Record<string, string>> = {
  button: 'button',
  dialog: 'dialog',
  h1: 'heading',
  h2: 'heading',
  h3: 'heading',
  h4: 'heading',
  h5: 'heading',
  h6: 'heading',
  li: 'listitem',
  output: 'status',
  select: 'combobox',
  summary: 'button',
  textarea: 'textbox',
  tr: 'row',
}
const BY_TYPE: Readonly<Record<string, string | null>> = {
  button: 'button',
  checkbox: 'checkbox',
  file: null,
  hidden: null,
  image: 'button',
  number: 'spinbutton',
  radio: 'radio',
  range: 'slider',
  reset: 'button',
  search: 'searchbox',
  submit: 'button',
}
const WRITTEN = new Set(
  `alert alertdialog button checkbox combobox dialog heading link listitem log menuitem menuitemcheckbox menuitemradio
  radio row searchbox slider spinbutton status switch tab textbox treeitem`.split(/\s+/),
)
const LIVE = new Set(['alert', 'log', 'status'])
const TYPED = new Set(['textbox', 'combobox', 'searchbox', 'spinbutton'])
const FORM = new Set(['button', 'input', 'select', 'textarea'])

/** Whether changes of such an element are read out. */
export const isLive = (role: string): boolean => LIVE.has(role)

/** The role of an element that is looked at, null for all others: those that are there to be used, and those that tell. */
export const roleOf = (tag: string, attributes: Attributes): string | null => {
  const written = attributes.get('role')?.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? ''
  if (WRITTEN.has(written)) return written
  const politeness = attributes.get('aria-live')
  if (politeness === 'polite') return 'status'
  if (politeness === 'assertive') return 'alert'
  if (written !== '') return null
  if (tag === 'a') return attributes.has('href') ? 'link' : null
  if (tag !== 'input') return BY_TAG[tag] ?? null
  const type = attributes.get('type')?.toLowerCase() ?? 'text'
  const role = BY_TYPE[type]
  return role === undefined ? 'textbox' : role
}

/** Style sheets are not applied: what they hide counts as shown. */
export const isHidden = (attributes: Attributes): boolean =>
  attributes.has('hidden') ||
  attributes.get('aria-hidden') === 'true' ||
  /(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)/i.test(attributes.get('style') ?? '')

/**
 * The states that an element has at all. What the markup does not carry stands in the attributes that the trace reader
 * leaves.
 *
 * @param around attributes of the `details` that a `summary` belongs to
 */
export const statesOf = (
  tag: string,
  role: string,
  attributes: Attributes,
  around: Attributes | null,
): Readonly<Partial<Record<State, boolean>>> => {
  const states: Partial<Record<State, boolean>> = {}
  for (const state of ['checked', 'expanded', 'selected', 'pressed'] as const) {
    const value = attributes.get(`aria-${state}`)
    if (value === 'true' || value === 'false') states[state] = value === 'true'
  }
  const checked = attributes.get('__playwright_checked_')
  if (checked !== undefined) states.checked = checked === 'true'
  else if (tag === 'input' && (role === 'checkbox' || role === 'radio')) states.checked = attributes.has('checked')
  if (tag === 'summary' && around) states.expanded = around.has('open')
  if (FORM.has(tag) || attributes.has('aria-disabled'))
    states.disabled = attributes.has('disabled') || attributes.get('aria-disabled') === 'true'
  if (TYPED.has(role) && (tag === 'input' || tag === 'textarea'))
    states.filled = (attributes.get('__playwright_value_') ?? attributes.get('value') ?? '') !== ''
  return states
}
