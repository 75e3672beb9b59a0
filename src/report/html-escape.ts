import { showHidden } from './visible.ts'

/**
 * Markup that is known to be safe. Only the `html` tag makes one, and its content is private, so that data read from a
 * file can never pass itself off as markup.
 */
export class Markup {
  readonly #text: string
  private constructor(text: string) {
    this.#text = text
  }

  static join(strings: readonly string[], values: readonly MarkupValue[]): Markup {
    let text = strings[0] ?? ''
    for (const [i, value] of values.entries()) text += render(value) + (strings[i + 1] ?? '')
    return new Markup(text)
  }

  static textOf(markup: Markup): string {
    return markup.#text
  }
}

export type MarkupValue = Markup | string | number | null | undefined | false | readonly MarkupValue[]

/** Template tag: every substitution is escaped unless it is `Markup`; lists are joined; null, undefined, false are empty. */
export function html(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return Markup.join(strings, values)
}

/** Markup that this project wrote itself, such as the style sheet. Never call it with anything that was read. */
export function ownMarkup(text: string): Markup {
  return Markup.join([text], [])
}

/** Data for a `<script type="application/json">`: no character of it can end the element or open a comment. */
export function jsonForScript(value: unknown): Markup {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return ownMarkup(text)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(value: MarkupValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Markup) return Markup.textOf(value)
  if (Array.isArray(value)) return value.map(render).join('')
  return showHidden(String(value)).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)
}
