/** The parts of the DOM it touches; the engine itself is compiled without DOM types. */
interface ElementLike {
  readonly localName: string
  readonly shadowRoot: RootLike | null
  value: string
  checked: boolean
  selected: boolean
  scrollTop: number
  scrollLeft: number
  getAttribute(name: string): string | null
  removeAttribute(name: string): void
  showModal?(): void
  show?(): void
  showPopover?(): void
  remove(): void
}
interface RootLike {
  querySelectorAll(selector: string): Iterable<ElementLike>
  adoptedStyleSheets: unknown[]
}

/**
 * Sets what markup cannot carry in a page rebuilt from a trace, and removes the attributes that said it: values,
 * checked and selected states, scroll positions, open dialogs and popovers, adopted style sheets, defined elements.
 * Evaluate it in every frame, in the page's own world: `await frame.evaluate(restoreTraceState)`. It uses nothing from
 * around it. Returns how many elements it changed.
 */
export function restoreTraceState(): number {
  const page = globalThis as typeof globalThis & {
    document: RootLike
    CSSStyleSheet: new () => { replaceSync(text: string): void }
    HTMLElement: new () => object
    customElements?: { get(name: string): unknown; define(name: string, element: unknown): void }
  }
  let changed = 0
  const each = (root: RootLike, name: string, apply: (element: ElementLike, value: string) => void): void => {
    for (const element of root.querySelectorAll(`[${name}]`)) {
      const value = element.getAttribute(name) ?? ''
      element.removeAttribute(name)
      changed++
      try {
        apply(element, value)
      } catch {
        // A value the element does not take (a file input's) stays as the markup has it.
      }
    }
  }
  const restore = (root: RootLike): void => {
    each(root, '__playwright_custom_elements__', (_, names) => {
      for (const name of names.split(',')) {
        if (page.customElements && !page.customElements.get(name)) {
          page.customElements.define(name, class extends page.HTMLElement {})
        }
      }
    })
    each(root, '__playwright_style_sheet_', (element, text) => {
      const sheet = new page.CSSStyleSheet()
      sheet.replaceSync(text)
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
      element.remove()
    })
    each(root, '__playwright_value_', (element, value) => {
      // Setting the value of a checkbox or a button writes an attribute that the page never had.
      if (element.value !== value) element.value = value
    })
    each(root, '__playwright_checked_', (element, value) => {
      element.checked = value === 'true'
    })
    each(root, '__playwright_selected_', (element, value) => {
      element.selected = value === 'true'
    })
    each(root, '__playwright_popover_open_', (element) => element.showPopover?.())
    each(root, '__playwright_dialog_open_', (element, value) =>
      value === 'modal' ? element.showModal?.() : element.show?.(),
    )
    for (const host of root.querySelectorAll('*')) if (host.shadowRoot) restore(host.shadowRoot)
    each(root, '__playwright_bounding_rect__', () => {})
    each(root, '__playwright_scroll_top_', (element, value) => {
      element.scrollTop = Number(value)
    })
    each(root, '__playwright_scroll_left_', (element, value) => {
      element.scrollLeft = Number(value)
    })
  }
  restore(page.document)
  return changed
}
