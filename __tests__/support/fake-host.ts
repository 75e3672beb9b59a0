import type { Annotation } from '../../src/github/annotations.ts'
import type { Host } from '../../src/github/host.ts'

/** A runner that remembers everything it was told. */
export interface FakeHost extends Host {
  readonly log: string[]
  readonly annotations: Annotation[]
  readonly outputs: Record<string, string>
  readonly secrets: string[]
  readonly failures: string[]
  summary: string
}

export function makeHost(): FakeHost {
  const host: FakeHost = {
    log: [],
    annotations: [],
    outputs: {},
    secrets: [],
    failures: [],
    summary: '',
    info: (line) => void host.log.push(line),
    startGroup: (title) => void host.log.push(`▸ ${title}`),
    endGroup: () => {},
    annotate: (annotation) => void host.annotations.push(annotation),
    setSecret: (value) => void host.secrets.push(value),
    setOutput: (name, value) => {
      host.outputs[name] = value
    },
    writeSummary: (markdown) => {
      host.summary += markdown
    },
    fail: (message) => void host.failures.push(message),
  }
  return host
}
