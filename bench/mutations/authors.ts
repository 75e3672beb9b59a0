import type { PageIndex } from '../../src/dom/page-index.ts'
import type { Locator, LocatorStep } from '../../src/model.ts'
import {
  attributeStep,
  classStep,
  frameSteps,
  idStep,
  roleStep,
  testIdStep,
  textStep,
} from '../../strategies/pinpoint.ts'
import { quote } from '../../strategies/xpath-write.ts'

/** The locators that authors of test suites write for an element, in every style that has something to go by. */
export function authorLocators(page: PageIndex, element: number): Locator[] {
  const { label, attributes, idxpath, text = '' } = page.fingerprint(element)
  const tag = page.tag(element)
  const frames = frameSteps(page, element)
  const classes = classStep(page, element)
  const parent = page.tree.parents[element] ?? -1
  const around = parent < 0 ? null : classStep(page, parent)
  const own: (LocatorStep | null)[] = [
    testIdStep(page, element),
    roleStep(page, element),
    textStep(page, element),
    label ? { kind: 'label', value: label, exact: true } : null,
    attributes.placeholder ? { kind: 'placeholder', value: attributes.placeholder, exact: true } : null,
    attributes.title ? { kind: 'title', value: attributes.title, exact: true } : null,
    idStep(page, element),
    attributeStep(page, element, 'name'),
    attributeStep(page, element, 'href'),
    classes,
    classes?.kind === 'css' && around?.kind === 'css'
      ? { kind: 'css', value: `${around.value} > ${classes.value}` }
      : null,
    idxpath === undefined ? null : { kind: 'xpath', value: idxpath },
    text !== '' && text.length < 60 ? { kind: 'xpath', value: `//${tag}[normalize-space()=${quote(text)}]` } : null,
    attributes.class ? { kind: 'xpath', value: `//${tag}[@class=${quote(attributes.class)}]` } : null,
  ]
  return own.filter((step) => step !== null).map((step) => [...frames, step])
}
