/** Last parts of names with dots that people do read: domains and files. */
const READABLE_ENDS = new Set(
  'com org net edu gov io dev app co uk de fr eu ch at me ai info test local js ts jsx tsx md txt csv pdf json xml html css png jpg svg zip yml yaml py go rs'.split(
    ' ',
  ),
)

const PATTERNS: readonly RegExp[] = [
  // Values that never arrived.
  /\bundefined\b|\[object \w+\]|\bNaN\b|\bInvalid Date\b|^null$/,
  // Placeholders of templates: {{name}}, ${name}, %{name}, {0}, <%= name %>.
  /\{\{\s*[\w.$-]+\s*\}\}|\$\{[\w.]+\}|%\{\w+\}|^[^{}]*\{\w+\}[^{}]*$|<%=?\s*[\w.]+/,
  // What i18n libraries show for a key they do not find: Rails, JSF, browser extensions.
  /\btranslation missing\b|\bmissing "[\w.]+" translation\b|^\?{3}[\w.]+\?{3}$|__MSG_\w+__/i,
  // A constant's name.
  /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/,
]

/** `orders.empty.title`, `cart:checkout.button`: the key of a message, as i18next and vue-i18n show it where it has no text. */
const MESSAGE_KEY = /^[a-z][\w-]{0,60}(?:[.:][a-z][\w-]{0,60}){1,8}$/i

const MAX_LENGTH = 200

/** True for a label that the product failed to fill: the key of a message, a placeholder, `undefined`. */
export const isUnresolved = (label: string): boolean => {
  const text = label.trim().slice(0, MAX_LENGTH)
  if (PATTERNS.some((pattern) => pattern.test(text))) return true
  const last = text.slice(text.search(/[^.:]*$/)).toLowerCase()
  return MESSAGE_KEY.test(text) && !READABLE_ENDS.has(last)
}
