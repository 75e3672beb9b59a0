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

const LOOKS: readonly RegExp[] = [
  // Bootstrap: components and grid. https://getbootstrap.com/docs/5.3/
  /^(?:btn|badge|alert|card|table|form-control|form-select|row|container(?:-fluid)?|col(?:-(?:sm|md|lg|xl|xxl))?(?:-(?:\d+|auto))?|clearfix)$/,
  /^(?:btn|badge|alert|table)-(?:outline-)?(?:primary|secondary|success|danger|warning|info|light|dark|link|default|ghost|text|sm|lg|xl|block|icon|striped|hover|bordered)$/,
  /^d-(?:(?:sm|md|lg|xl)-)?(?:none|block|flex|grid|inline.*)$/,
  // Utilities as Tailwind and Bootstrap name them. https://tailwindcss.com/docs/styling-with-utility-classes
  /^-?[mp][trblxyse]?-(?:\d+(?:\.\d+)?|auto|px|\[.*)$/,
  /^-?(?:w|h|size|min-w|min-h|max-w|max-h|gap|gap-x|gap-y|space-x|space-y|inset|top|left|right|bottom|z|order|opacity|basis)-(?:\d.*|full|screen|auto|fit|xs|sm|md|lg|xl|\dxl|\[.*)$/,
  /^(?:items|self|justify|align|content|align-items|justify-content|place-items)-(?:center|start|end|between|around|evenly|stretch|baseline|middle|top|bottom)$/,
  /^(?:text|font|bg|border|ring|shadow|rounded|leading|tracking|from|to|via|fill|stroke|divide)-(?:xs|sm|base|md|lg|xl|\dxl|none|full|left|right|center|start|end|muted|white|black|light|dark|primary|secondary|success|danger|warning|info|bold|semibold|medium|normal|mono|sans|serif|tight|\d+|[a-z]+-\d{2,3}|[trbl]|\[.*)(?:\/\d+)?$/,
  /^(?:flex|grid|block|inline|inline-block|inline-flex|hidden|invisible|relative|absolute|fixed|sticky|static|truncate|uppercase|lowercase|capitalize|underline|italic|rounded|border|shadow|container|sr-only|visually-hidden|flex-(?:row|col|wrap|1|auto|none|grow|shrink).*|grid-(?:cols|rows)-.*|col-span-.*|overflow-.*|cursor-.*|transition.*|float-(?:left|right))$/,
  /^(?:sm|md|lg|xl|2xl|hover|focus|active|disabled|dark|group-hover|first|last):/,
  // States, which come and go. https://smacss.com/book/type-state/
  /^(?:is|has)-/,
  /^(?:active|disabled|selected|open|closed|loading|primary|secondary|danger|small|large)$/,
]

/**
 * True for classes that say how an element looks or what state it is in, by the naming of the style libraries in wide use: others
 * look so too, or will, and it will look otherwise one day.
 */
export const saysLooks = (name: string): boolean => name.length > 80 || LOOKS.some((pattern) => pattern.test(name))
