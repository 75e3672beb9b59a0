import { explainRename } from '../evidence/explain.ts'
import { areOppositeNames, areRelatedNames } from '../evidence/names.ts'
import { type WrittenElement, writtenElements } from '../evidence/page-source.ts'
import { type Renaming, removalOf } from '../evidence/renamed-names.ts'
import {
  type AskedValue,
  askedValues,
  sentAs,
  type WebDriverLocator,
  webDriverLocators,
} from '../locators/webdriver.ts'
import type { Edit } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import type { SyntaxTree } from '../source/syntax.ts'
import { chosenFirst } from './choice.ts'
import { isProduct, nodesAt, type Place, percent, placesOf, propose, refuse } from './code-places.ts'
import type { CodeView, HealContext, Verdict } from './contract.ts'
import { alternativesOf, doubtOf } from './field-renamed.ts'

/** A locator in the tests, and which of the values that it asks for no element has. */
interface Broken {
  readonly file: string
  readonly tree: SyntaxTree
  readonly locator: WebDriverLocator
  readonly asked: AskedValue
}

/** That a commit turned one value into the other with all around it as it was; the page has it once, and the old one no more. */
const BY_COMMIT = { renamed: 0.92, 'same-commit': 0.6, replaced: 0.4 } as const
const ONLY_ALIKE = 0.5
const STRATEGY = { ID: 'id', NAME: 'name', CLASS_NAME: 'class', CSS_SELECTOR: 'css', XPATH: 'xpath' } as const
/** What can be typed into. */
const FIELD = /^(?:input|textarea)$/

/**
 * Heals a locator of Selenium in a Python suite: the one value that no element of the page has any more, by the commit that
 * renamed it, where exactly one element of the page has the new one. Without such a commit a person has to say which it is.
 */
export const healWebDriver = (context: HealContext): Verdict | null => {
  const { code, pageSource } = context
  const [place] = code ? placesOf(context).filter(({ tree }) => tree.language === 'python') : []
  if (!code || !place) return null
  const message = place.failure.errors[0]?.message ?? ''
  const [locator, ...others] = locatorsAt(place, message, code)
  if (!locator || others.length > 0)
    return refuse('needs_human', 'Which locator found nothing cannot be told from the failing line.')
  if (!pageSource)
    return refuse(
      'needs_human',
      'The page at the failing step is not known: no browser was found in the failing frames.',
    )
  const elements = writtenElements(pageSource)
  const lost = askedValues(locator.locator).filter((asked) => !elements.some((each) => has(each, asked)))
  const [asked] = lost
  if (!asked || lost.length > 1)
    return refuse(
      'needs_human',
      lost.length > 1
        ? 'Several of the values that the locator asks for are on no element of the page.'
        : 'Each value that the locator asks for is on the page, but no element has them all, or it is asked for by its place or text.',
    )
  return verdictOn({ ...locator, asked }, elements, place, code, context)
}

const verdictOn = (
  { file, tree, locator, asked }: Broken,
  elements: readonly WrittenElement[],
  place: Place,
  code: CodeView,
  context: HealContext,
): Verdict => {
  const { history } = context
  const old = asked.value
  const what = `${asked.attribute} “${old}”`
  const counts = isProduct(code)
  const present = [...new Set(elements.flatMap((each) => valuesOf(each, asked.attribute)))]
  const changes = (history ?? []).filter(counts)
  const renamings = present.flatMap((name) => renamingTo(name, asked, changes))
  const found = chosenFirst(
    renamings.map((one) => heldToPage(one, asked, elements, place)).toSorted((a, b) => b.confidence - a.confidence),
    context,
  )
  const [first] = found
  const removal = removalOf(old, history, counts)
  if (!first || (removal && first.confidence <= context.threshold))
    return removal
      ? refuse('likely_regression', `The ${what} is gone, and nothing takes its place.`, {
          old,
          absent: 0.9,
          evidence: [removal],
        })
      : refuse('needs_human', `No element has the ${what} any more, and no commit says what takes its place.`)
  const shown = { old, new: first.name, confidence: first.confidence, evidence: first.evidence }
  const doubt = doubtOf(found, context)
  if (doubt) return refuse('needs_human', doubt, { ...shown, alternatives: alternativesOf(found) })
  const start = locator.node.start + asked.at
  const edit: Edit = { file, start, end: start + old.length, old, new: first.name }
  if (tree.text.slice(edit.start, edit.end) !== old)
    return refuse('needs_human', `The ${what} is not written as it is meant.`, shown)
  return propose(`The ${what} is “${first.name}” now (${percent(first.confidence)}).`, {
    ...shown,
    description: `Find the element by its ${asked.attribute} ${first.name} in place of ${old}`,
    strategy: STRATEGY[locator.by],
    edits: [edit],
    alternatives: alternativesOf(found.slice(1)),
  })
}

/** What commits say of a value of the page: whether it is the old one renamed, with all around it as it was. */
const renamingTo = (
  name: string,
  { attribute, value: old }: AskedValue,
  changes: readonly TokenChange[],
): readonly Renaming[] => {
  const { explanation, evidence } = explainRename({ what: attribute, old, new: name }, changes)
  if (explanation === 'none') {
    if (!areRelatedNames(old, name)) return []
    const text = `“${name}” is on the page and may be it by its name; no commit says so`
    return [{ name, confidence: ONLY_ALIKE, evidence: [{ kind: 'identity', for: true, weight: 0.3, text }] }]
  }
  const found = evidence ? [evidence] : []
  if (!areOppositeNames(old, name)) return [{ name, confidence: BY_COMMIT[explanation], evidence: found }]
  const text = `“${name}” says the opposite of “${old}”`
  return [{ name, confidence: ONLY_ALIKE, evidence: [...found, { kind: 'identity', for: false, weight: 0.6, text }] }]
}

/** Locators of the failing statement; where it has none, those of the tests' files that are what the browser was asked for. */
const locatorsAt = (place: Place, message: string, code: CodeView) => {
  const [statement] = nodesAt(place)
  const { file, tree } = place
  const here = statement ? webDriverLocators(tree, statement).map((locator) => ({ file, tree, locator })) : []
  if (here.length > 0) return here
  const sent = /"selector"\s?:\s?"([\s\S]{1,2000}?)"\s?\}/.exec(message)?.[1]?.replace(/\\(["'\\])/g, '$1')
  const files = [...new Set((place.failure.errors[0]?.stack ?? []).map((frame) => frame.file))].filter(code.isTest)
  return files.slice(0, 10).flatMap((name) => {
    const own = code.tree(name)
    const all = own ? webDriverLocators(own, own.root) : []
    return own
      ? all.filter((locator) => sentAs(locator) === sent).map((locator) => ({ file: name, tree: own, locator }))
      : []
  })
}

const valuesOf = ({ attributes }: WrittenElement, attribute: string): readonly string[] => {
  const value = attributes.get(attribute)
  if (value === undefined) return []
  return attribute === 'class' ? value.split(/\s+/).filter(Boolean) : [value]
}

const has = (element: WrittenElement, { attribute, value }: Pick<AskedValue, 'attribute' | 'value'>): boolean =>
  valuesOf(element, attribute).includes(value)

/** What the new value is on has to be one element, and one that the step can be done to. */
const heldToPage = (
  one: Renaming,
  { attribute }: AskedValue,
  elements: readonly WrittenElement[],
  place: Place,
): Renaming => {
  const own = elements.filter((element) => has(element, { attribute, value: one.name }))
  const [element] = own
  const line = place.tree.text.split('\n', place.line)[place.line - 1] ?? ''
  const isTyped = /\.(?:send_keys|clear)\(/.test(line)
  const wrong =
    own.length !== 1
      ? `${own.length} elements of the page have “${one.name}”`
      : isTyped && element && !FIELD.test(element.tag) && !element.attributes.has('contenteditable')
        ? `“${one.name}” is on a <${element.tag}>, which nothing can be typed into`
        : null
  if (wrong === null) return one
  return {
    ...one,
    confidence: Math.min(one.confidence, 0.5),
    evidence: [...one.evidence, { kind: 'identity', for: false, weight: 0.6, text: wrong }],
  }
}
