import type { Problem } from '../model.ts'
import { rootName } from './junit-xml.ts'
import { type PlainCase, toPlainOutcome } from './plain-case.ts'
import { readText } from './text-file.ts'
import { ArtifactError, type ArtifactFile, type ArtifactReader } from './types.ts'
import { readXml, type XmlNode } from './xml.ts'

/** A format by its root element: what it is called, its element for one test, and how that is read. */
interface Format {
  readonly name: string
  readonly unit: string
  read(root: XmlNode): readonly PlainCase[]
}

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['test-run', { name: 'nunit', unit: 'test-case', read: (root) => all(root, 'test-case').map(nunit3) }],
  ['test-results', { name: 'nunit', unit: 'test-case', read: (root) => all(root, 'test-case').map(nunit2) }],
  ['assemblies', { name: 'xunit-net', unit: 'test', read: (root) => all(root, 'test').map(xunit) }],
  ['assembly', { name: 'xunit-net', unit: 'test', read: (root) => all(root, 'test').map(xunit) }],
  ['testng-results', { name: 'testng', unit: 'test-method', read: testng }],
  ['TestRun', { name: 'trx', unit: 'UnitTestResult', read: (root) => all(root, 'UnitTestResult').map(trx) }],
])

/** XML of NUnit, xUnit.net, TestNG and Visual Studio. Their failures are diagnosed; their sources are found by frames. */
export const otherXml: ArtifactReader = {
  name: 'other-xml',
  sniff: (file) => FORMATS.has(rootName(file.head) ?? ''),
  async read(file, context) {
    const format = FORMATS.get(rootName(file.head) ?? '')
    const text = await readText(file, context.limits.maxReportBytes)
    const { root, error } = readXml(text, format?.unit ?? '')
    if (!root || !format) {
      throw new ArtifactError(
        `${file.name}: the report is not well-formed XML: ${error ?? 'it is empty'}.`,
        'It was probably cut off while it was written or uploaded. Run the tests again, or upload the report after they ended.',
      )
    }
    const tests = format
      .read(root)
      .slice(0, context.limits.maxTests)
      .map((one) => toPlainOutcome(one, file, context))
    return { format: format.name, tests, problems: error === null ? [] : [cutOff(file, error, tests.length)] }
  },
}

const cutOff = (file: ArtifactFile, error: string, count: number): Problem => ({
  message: `${file.name}: the report is not well-formed XML: ${error}; ${count} tests before that point were read.`,
  remedy: 'It was probably cut off while it was written or uploaded. Tests after that point are not healed.',
  subject: file.name,
})

/** All elements of a name below one, in order. */
const all = (node: XmlNode, name: string): readonly XmlNode[] =>
  node.children.flatMap((child) => (child.name === name ? [child] : all(child, name)))

const inner = (node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined =>
  path.reduce<XmlNode | undefined>((here, name) => here?.children.find((child) => child.name === name), node)

const textIn = (node: XmlNode, ...path: readonly string[]): string => inner(node, ...path)?.text.trim() ?? ''

const seconds = (value: string | undefined): number => (Number(value ?? 0) || 0) * 1000

const outcomeOf = (said: string | undefined): PlainCase['outcome'] => {
  if (/^(?:fail|error|timeout|aborted)/i.test(said ?? '')) return 'failed'
  return /^(?:pass|success|completed)/i.test(said ?? '') ? 'passed' : 'skipped'
}

const nunit3 = (node: XmlNode): PlainCase => {
  const { fullname, name, result, duration, time } = node.attributes
  return {
    title: (fullname ?? name ?? '').replace(/^(.*)\.([^.(]+)(\(.*)?$/, '$1 › $2$3'),
    source: '',
    framework: 'unknown',
    outcome: outcomeOf(result),
    message: textIn(node, 'failure', 'message'),
    trace: textIn(node, 'failure', 'stack-trace'),
    durationMs: seconds(duration ?? time),
  }
}

const nunit2 = (node: XmlNode): PlainCase => nunit3(node)

const xunit = (node: XmlNode): PlainCase => {
  const failure = inner(node, 'failure')
  return {
    title: [node.attributes.type, node.attributes.method ?? node.attributes.name].filter(Boolean).join(' › '),
    source: node.attributes['source-file'] ?? '',
    framework: 'unknown',
    outcome: outcomeOf(node.attributes.result),
    type: failure?.attributes['exception-type'],
    message: textIn(node, 'failure', 'message'),
    trace: textIn(node, 'failure', 'stack-trace'),
    durationMs: seconds(node.attributes.time),
  }
}

/** Methods that set up and clear away count only where they failed. */
function testng(root: XmlNode): readonly PlainCase[] {
  return all(root, 'class').flatMap((group) => {
    const owner = group.attributes.name ?? ''
    return group.children.flatMap((node): readonly PlainCase[] => {
      if (node.name !== 'test-method') return []
      const outcome = outcomeOf(node.attributes.status)
      if (node.attributes['is-config'] === 'true' && outcome !== 'failed') return []
      const values = all(node, 'value').map((value) => value.text.trim().slice(0, 80))
      const parameters = values.length > 0 ? `(${values.join(', ')})` : ''
      return [
        {
          title: `${owner} › ${node.attributes.name ?? ''}${parameters}`,
          source: `${owner.replace(/\$.*$/, '').split('.').join('/')}.java`,
          framework: 'junit-java',
          outcome,
          type: inner(node, 'exception')?.attributes.class,
          message: textIn(node, 'exception', 'message'),
          trace: textIn(node, 'exception', 'full-stacktrace'),
          durationMs: Number(node.attributes['duration-ms'] ?? 0) || 0,
        },
      ]
    })
  })
}

const trx = (node: XmlNode): PlainCase => {
  const [hours = 0, minutes = 0, rest = 0] = (node.attributes.duration ?? '').split(':').map(Number)
  return {
    title: (node.attributes.testName ?? '').replace(/^(.*)\.([^.(]+)(\(.*)?$/, '$1 › $2$3'),
    source: '',
    framework: 'unknown',
    outcome: outcomeOf(node.attributes.outcome),
    message: textIn(node, 'Output', 'ErrorInfo', 'Message'),
    trace: textIn(node, 'Output', 'ErrorInfo', 'StackTrace'),
    durationMs: (hours * 3600 + minutes * 60 + rest) * 1000,
  }
}
