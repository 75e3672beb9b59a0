import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Context, Evaluator, LocatorValue } from '../source/values.ts'
import { argumentStep } from './playwright-chain.ts'

/** Methods of Page and Frame whose first argument is a selector. */
export const SELECTOR_ACTIONS: ReadonlySet<string> = new Set(
  (
    'click dblclick tap fill type press check uncheck setChecked hover focus selectOption setInputFiles dispatchEvent ' +
    'waitForSelector textContent innerText innerHTML inputValue getAttribute isVisible isHidden isEnabled isDisabled ' +
    'isEditable isChecked dragAndDrop $eval $$eval'
  ).split(' '),
)

/** `page.click('#buy')`: the selector is an argument, and there is no locator call. */
export function selectorArguments(ev: Evaluator, call: SyntaxNode, context: Context): LocatorValue[] {
  const callee = child(call, 'function')
  const method = callee === undefined ? undefined : child(callee, 'property')
  const object = callee === undefined ? undefined : child(callee, 'object')
  if (method === undefined || object === undefined) return []
  const { tree, file } = context.module
  const name = textOf(tree, method)
  if (!SELECTOR_ACTIONS.has(name)) return []
  const receiver = ev.evaluate(object, context)
  const base: LocatorValue =
    receiver.kind === 'locator' ? receiver : { kind: 'locator', steps: [], inFrame: false, base: 'unknown' }
  const args = (child(call, 'arguments')?.children ?? []).filter((each) => each.type !== 'comment')
  return args.slice(0, name === 'dragAndDrop' ? 2 : 1).flatMap((node) => {
    const value = ev.evaluate(node, context)
    const texts = value.kind === 'choice' ? value.options : [value]
    return texts.flatMap((each) => {
      if (each.kind !== 'text') return []
      const step = argumentStep(each.text, { file, start: node.start, end: node.end })
      return [{ ...base, steps: [...base.steps, step] }]
    })
  })
}
