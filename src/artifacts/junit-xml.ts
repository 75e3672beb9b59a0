import type { Framework, Problem } from '../model.ts'
import { type JunitCase, readCase } from './junit-case.ts'
import { readText } from './text-file.ts'
import { ArtifactError, type ArtifactFile, type ArtifactReader, type TestOutcome } from './types.ts'
import { readXml, type XmlNode } from './xml.ts'

/** JUnit XML in the variants of its many producers: nested suites, no suites, retries as elements or as repeated cases. */
export const junitXml: ArtifactReader = {
  name: 'junit-xml',
  sniff: (file) => rootName(file.head) === 'testsuites' || rootName(file.head) === 'testsuite',
  async read(file, context) {
    const { root, error } = readXml(await readText(file, context.limits.maxReportBytes), 'testcase')
    if (!root) {
      throw new ArtifactError(
        `${file.name}: the JUnit report is not well-formed XML: ${error ?? 'it is empty'}.`,
        'It was probably cut off while it was written or uploaded. Run the tests again, or upload the report after they ended.',
      )
    }
    const cases: JunitCase[] = []
    collectCases(root, [], cases, context.limits.maxTests)
    const framework = guessFramework(root, cases)
    const tests = joinRepeats(cases.map((each) => readCase(each, framework, file, context)))
    return { format: 'junit-xml', tests, problems: error === null ? [] : [cutOff(file, error, tests.length)] }
  },
}

/** Name of a document's root element; null for what is not XML. */
export function rootName(head: string): string | null {
  const bare = head
    .replace(/^\uFEFF|^\u00EF\u00BB\u00BF/, '')
    .replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?\s*>/gi, '')
  return /^\s*<([A-Za-z_][\w.:-]*)/.exec(bare)?.[1] ?? null
}

function cutOff(file: ArtifactFile, error: string, count: number): Problem {
  return {
    message: `${file.name}: the JUnit report is not well-formed XML: ${error}; ${count} tests before that point were read.`,
    remedy: 'It was probably cut off while it was written or uploaded. Tests after that point are not healed.',
    subject: file.name,
  }
}

function collectCases(node: XmlNode, suites: readonly XmlNode[], cases: JunitCase[], max: number): void {
  const around = node.name === 'testsuite' ? [...suites, node] : suites
  for (const child of node.children) {
    if (child.name === 'testcase') {
      if (cases.length < max) cases.push({ node: child, suites: around })
    } else if (child.name === 'testsuite' || child.name === 'testsuites') {
      collectCases(child, around, cases, max)
    }
  }
}

function guessFramework(root: XmlNode, cases: readonly JunitCase[]): Framework {
  const names = [root.attributes.name ?? '', ...root.children.slice(0, 20).map((child) => child.attributes.name ?? '')]
  const sample = cases.slice(0, 200)
  const some = (test: (one: JunitCase) => boolean): boolean => sample.some(test)
  if (names.some((name) => /^pytest/.test(name))) return 'pytest'
  if (/^vitest/.test(names[0] ?? '')) return 'vitest'
  if (/^jest/.test(names[0] ?? '')) return 'jest'
  if (/^Mocha Tests/.test(names[0] ?? '') && names.some((name) => /Root Suite/.test(name))) return 'cypress'
  const suite = sample[0]?.suites.at(-1)?.attributes
  if (root.attributes.id === '' && root.attributes.name === '' && suite?.hostname !== undefined && isScript(suite.name))
    return 'playwright'
  if (
    some((one) => isScript(one.node.attributes.classname) && /^Error: .*expect|playwright|Retry #\d/.test(bodies(one)))
  )
    return 'playwright'
  if (some((one) => /\.py(?:"|:\d+|$)/m.test(`${one.node.attributes.file ?? ''}\n${bodies(one)}`))) return 'pytest'
  if (some((one) => /^\s*at (?:[\w$]+\.)+[\w$<>]+\([\w$]+\.(?:java|kt)/m.test(bodies(one)))) return 'junit-java'
  if (
    root.children
      .concat(root)
      .some((child) =>
        child.children.some((inner) => inner.name === 'properties' && /java\.version/.test(JSON.stringify(inner))),
      )
  )
    return 'junit-java'
  if (some((one) => one.node.attributes.classname === 'test' && /node:|code: 'ERR_TEST_FAILURE'/.test(bodies(one))))
    return 'node-test'
  return 'unknown'
}

function isScript(text: string | undefined): boolean {
  return /\.[cm]?[jt]sx?$/.test(text ?? '')
}

function bodies(one: JunitCase): string {
  return one.node.children
    .map((child) => `${child.attributes.message ?? ''}\n${child.text}`)
    .join('\n')
    .slice(0, 5_000)
}

/** Runners that retry may write the same case once per try: those are attempts of one test. */
function joinRepeats(tests: readonly TestOutcome[]): TestOutcome[] {
  const byKey = new Map<string, TestOutcome>()
  for (const test of tests) {
    const key = `${test.file}\0${test.title}\0${test.project ?? ''}`
    const earlier = byKey.get(key)
    byKey.set(key, earlier ? joinTwo(earlier, test) : test)
  }
  return [...byKey.values()]
}

function joinTwo(a: TestOutcome, b: TestOutcome): TestOutcome {
  const attempts = [...a.attempts, ...b.attempts]
  const failed = attempts.some((status) => status !== 'passed' && status !== 'skipped')
  const passed = attempts.includes('passed')
  const base = b.errors.length > 0 ? b : a
  return {
    ...base,
    attempts,
    outcome: failed ? (passed ? 'flaky' : 'failed') : passed ? 'passed' : 'skipped',
    attachments: [...a.attachments, ...b.attachments],
    durationMs: Math.max(a.durationMs, b.durationMs),
  }
}
