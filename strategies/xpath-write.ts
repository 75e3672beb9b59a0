import type { Expression, Step, XPath } from '../src/dom/match/xpath-parse.ts'

/** A path as text again. */
export function writeXPath(path: XPath): string {
  const steps = path.steps.map((step, i) => {
    const text = writeStep(step)
    if (step.axis === 'descendant') return `${path.absolute || i > 0 ? '//' : './/'}${text}`
    return `${path.absolute || i > 0 ? '/' : ''}${text}`
  })
  const text = steps.join('')
  return path.position === undefined ? text : `(${text})[${path.position === 'last' ? 'last()' : path.position}]`
}

function writeStep(step: Step): string {
  const axis = step.axis === 'child' || step.axis === 'descendant' ? '' : `${step.axis}::`
  return `${axis}${step.tag}${step.predicates.map((one) => `[${writeExpression(one)}]`).join('')}`
}

function writeExpression(one: Expression): string {
  switch (one.kind) {
    case 'literal':
      return typeof one.value === 'number' ? String(one.value) : quote(one.value)
    case 'attribute':
      return `@${one.name}`
    case 'ownText':
      return 'text()'
    case 'text':
      return '.'
    case 'position':
    case 'last':
      return `${one.kind}()`
    case 'has':
      return writeXPath({ absolute: false, steps: one.steps })
    case 'and':
    case 'or':
      return one.of
        .map((each) => (each.kind === 'or' ? `(${writeExpression(each)})` : writeExpression(each)))
        .join(` ${one.kind} `)
    case 'not':
      return `not(${writeExpression(one.of)})`
    case 'call':
      return `${one.name}(${one.of.map(writeExpression).join(', ')})`
    case 'compare':
      return `${writeExpression(one.left)}${one.operator}${writeExpression(one.right)}`
  }
}

/** XPath 1.0 has no escapes: a text with both kinds of quotes is put together by `concat`. */
export function quote(text: string): string {
  if (!text.includes('"')) return `"${text}"`
  if (!text.includes("'")) return `'${text}'`
  return `concat(${text
    .split('"')
    .map((part) => `"${part}"`)
    .join(`, '"', `)})`
}
