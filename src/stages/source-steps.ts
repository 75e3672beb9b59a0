import { devices } from 'playwright-core'
import { classify } from '../diagnosis/classify.ts'
import { playwright } from '../locators/playwright.ts'
import { fromSelector, toSelector } from '../locators/playwright-selector.ts'
import type { Locator } from '../model.ts'
import type { ReadFile } from '../source/patch-set.ts'
import { languageOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { readSteps, type SourceSteps } from '../steps/read-steps.ts'
import type { Case } from './state.ts'

/**
 * What the source of a test says of its steps up to the call it failed at; for a test that left no trace, and null for
 * one that did, or whose source is none of JavaScript or TypeScript.
 */
export const readSourceSteps = async (
  { test, failure, trace }: Pick<Case, 'test' | 'failure' | 'trace'>,
  root: string,
  readFile: ReadFile,
  cache: Map<string, Module>,
): Promise<SourceSteps | null> => {
  const language = languageOf(test.file)
  if (trace || test.framework !== 'playwright' || language === null || language === 'python') return null
  const [error] = failure.errors
  const failedAt = error?.stack.length ? error.stack : error?.location ? [error.location] : []
  const isReported = await reportedSelector(classify(failure).locatorText)
  return readSteps({
    file: test.file,
    title: test.title,
    failedAt,
    root,
    readFile,
    devices,
    cache,
    ...(test.line === undefined ? {} : { line: test.line }),
    ...(test.project === undefined ? {} : { project: test.project }),
    ...(isReported ? { isReported } : {}),
  })
}

/** Whether a selector is the one a report names as its author would; null where the report names none that can be read. */
const reportedSelector = async (text: string | undefined): Promise<((selector: string) => boolean) | null> => {
  const named = text === undefined ? null : await playwright.parse(`page.${text}`)
  if (named === null || named.dynamic) return null
  const wanted = plainSelector(named.locator)
  return (selector) => {
    const locator = fromSelector(selector)
    return locator !== null && plainSelector(locator) === wanted
  }
}

/** The selector without the attribute that holds test ids: reports do not say it. */
const plainSelector = (locator: Locator): string => {
  const canonical = fromSelector(toSelector(locator)) ?? locator
  return toSelector(canonical.map((step) => (step.kind === 'testId' ? { kind: 'testId', value: step.value } : step)))
}
