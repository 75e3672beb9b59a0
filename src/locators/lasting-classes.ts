import { stableClass } from '../dom/identity/generated.ts'

/** `_card_1l15i_1`: what Vite makes of a class of a CSS module. */
const MODULE_CLASS = /^_?[\w-]+?_[0-9a-zA-Z]{5}_\d+$/

/** Classes of an element that an author could write down: those no tool made up, as they stand in the page. */
export function lastingClasses(classAttribute: string | undefined): string[] {
  const tokens = (classAttribute ?? '').slice(0, 4_000).split(/\s+/, 60)
  return [...new Set(tokens)].filter(
    (token) => token !== '' && stableClass(token) === token && !MODULE_CLASS.test(token),
  )
}
