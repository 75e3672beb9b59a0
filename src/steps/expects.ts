import { type LocatorCalls, selectorOf, textOfLocator } from './locators.ts'
import { type Machine, suppose, untold } from './machine.ts'
import { as, type Host, isCallable, isUnknown, type LocatorHost, native, unknown, type Value } from './values.ts'

/** An expected text as a trace holds it; none where only a run can tell it. */
const textsOf = (wanted: Value): unknown[] => {
  if (typeof wanted === 'string') return [{ string: wanted }]
  const pattern = as(wanted, 'pattern')
  return pattern ? [{ regexSource: pattern.source, regexFlags: pattern.flags }] : []
}

/** Names of Playwright's own for what a matcher asks, where they differ from the matcher's. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  toContainText: 'to.have.text',
  toContainClass: 'to.contain.class',
}

/** Playwright's `expect`: an assertion on an element is what the test waited for. */
export const expectHost = (machine: Machine, calls: LocatorCalls): Host => {
  const expect: Host = {
    kind: 'host',
    name: 'expect',
    call: ([subject]) => matchers(subject, false),
    member(name) {
      if (name === 'soft') return expect
      if (name === 'configure' || name === 'extend') return native(() => expect)
      if (name === 'poll') return native(([fn]) => polled(fn))
      return native(() => unknown(`expect.${name}()`))
    },
  }
  const matchers = (subject: Value, isNot: boolean): Host => ({
    kind: 'host',
    name: 'expect()',
    member(name) {
      if (name === 'not') return matchers(subject, !isNot)
      if (name === 'resolves' || name === 'rejects') return matchers(unknown('a promise'), isNot)
      const locator = as(subject, 'locator')
      if (locator) return native((args) => assertElement(locator, name, isNot, args))
      if (as(subject, 'host')?.name === 'page') return native((args) => assertPage(subject, name, isNot, args))
      if (name === 'toPass') return native(() => tried(subject))
      return native(() =>
        isUnknown(subject) && subject.acts
          ? untold(machine, `What \`${subject.why}\` is is not told by the source.`)
          : undefined,
      )
    },
  })

  const assertElement = (locator: LocatorHost, matcher: string, isNot: boolean, args: readonly Value[]): undefined => {
    const selector = selectorOf(locator, calls)
    calls.recorder().record({
      class: 'Frame',
      method: 'expect',
      selector,
      params: { selector, isNot, ...asked(matcher, args) },
      title: `Expect "${isNot ? 'not ' : ''}${matcher}" ${textOfLocator(locator)}`,
      apiName: `expect.${matcher}`,
      pageId: locator.pageId,
      does: matcher === 'toHaveScreenshot' ? 'looks' : 'waits',
    })
  }

  const asked = (
    matcher: string,
    args: readonly Value[],
  ): { readonly expression: string; readonly expectedNumber?: number } => {
    if (matcher === 'toHaveCount') {
      const [count] = args
      if (typeof count !== 'number')
        return untold(machine, 'How many elements are expected is known only when the test runs.')
      return { expression: 'to.have.count', expectedNumber: count }
    }
    if (matcher === 'toBeVisible') return { expression: flag(args, 'visible') ? 'to.be.visible' : 'to.be.hidden' }
    if (matcher === 'toBeAttached') return { expression: flag(args, 'attached') ? 'to.be.attached' : 'to.be.detached' }
    const dotted = matcher.replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`)
    return { expression: EXPRESSIONS[matcher] ?? dotted }
  }

  const flag = ([options]: readonly Value[], name: string): boolean => {
    const value = options === undefined ? undefined : machine.member(options, name)
    if (isUnknown(value)) return untold(machine, `Whether \`${name}\` is expected is known only when the test runs.`)
    return value !== false
  }

  const assertPage = (page: Value, matcher: string, isNot: boolean, [wanted]: readonly Value[]): undefined => {
    const expression = matcher.replace(/[A-Z]+/g, (letters) => `.${letters.toLowerCase()}`)
    calls.recorder().record({
      class: 'Frame',
      method: 'expect',
      params: { expression, isNot, expectedText: textsOf(wanted) },
      title: `Expect "${matcher}"`,
      apiName: `expect.${matcher}`,
      pageId: calls.idOf(page),
      does: 'waits',
    })
  }

  /** What is tried again and again must not do steps: how often it did them is not known. */
  const tried = (fn: Value): undefined => {
    if (isCallable(fn)) suppose(machine, 'how often something is tried', () => machine.call(fn, [], undefined))
  }
  const polled = (fn: Value): Value => {
    tried(fn)
    return matchers(unknown('what is polled'), false)
  }
  return expect
}
