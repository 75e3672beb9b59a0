import { describe, expect, it } from 'vitest'
import { classify } from '../../src/diagnosis/classify.ts'
import type { HealContext, ProbeAnswer, Verdict } from '../../src/healers/contract.ts'
import { healerFor } from '../../src/healers/index.ts'
import type { Diagnosis, Failure, NameTree } from '../../src/model.ts'
import type { TokenChange } from '../../src/source/changes.ts'
import { parse, type SyntaxTree } from '../../src/source/syntax.ts'

const TEST = 'tests/test_a.py'
const COMMIT = { id: 'b'.repeat(40), author: 'A', date: '2026-10-01T00:00:00Z', subject: 'Rename it' }

const renamed = (old: string, fresh: string | null, file = 'server.py', line = 1): TokenChange => ({
  commit: COMMIT,
  file,
  line,
  kind: /^\d/.test(old) ? 'number' : 'string',
  old,
  new: fresh,
  standing: 'alone',
})

interface Scene {
  readonly files: Readonly<Record<string, string>>
  readonly type: string
  readonly message: string
  /** Frames, innermost first. */
  readonly stack: readonly (readonly [file: string, line: number])[]
  readonly names?: NameTree
  readonly history?: readonly TokenChange[]
  readonly answer?: ProbeAnswer
  readonly healedBefore?: HealContext['healedBefore']
}

async function healed(scene: Scene): Promise<Verdict> {
  const stack = scene.stack.map(([file, line]) => ({ file, line, column: 0 }))
  const [file, line] = scene.stack[0] ?? [TEST, 1]
  const failure: Failure = {
    test: { id: 't', title: 'test_a', file: TEST, framework: 'pytest' },
    errors: [{ type: scene.type, message: scene.message, stack }],
    attachments: [],
    attempts: ['failed'],
    durationMs: 0,
    artifact: '',
    ...(scene.names ? { scopes: [{ file, line, names: scene.names }] } : {}),
  }
  const trees = new Map<string, SyntaxTree>()
  for (const [name, text] of Object.entries(scene.files))
    if (name.endsWith('.py')) trees.set(name, await parse('python', text))
  const found = classify(failure)
  const diagnosis: Diagnosis = { ...found, locator: undefined, signature: 's', location: null, message: scene.message }
  const context: HealContext = {
    threshold: 0.8,
    baseline: { source: 'none', target: null, others: [], matches: 1 },
    page: null,
    refuted: [],
    history: scene.history ?? [],
    strategiesOff: [],
    code: {
      files: Object.keys(scene.files),
      read: (name) => scene.files[name] ?? null,
      tree: (name) => trees.get(name) ?? null,
      isTest: (name) => name.startsWith('tests/'),
    },
    failures: [failure],
    ...(scene.healedBefore ? { healedBefore: scene.healedBefore } : {}),
  }
  const healing = healerFor(found.failureType)?.heal(diagnosis, context)
  if (!healing) throw new Error(`There is no healer for ${found.failureType}.`)
  let next = healing.next()
  while (!next.done) next = healing.next(scene.answer ?? { kind: 'measure', measured: null })
  return next.value
}

const edits = (verdict: Verdict) => (verdict.proposal?.edits ?? []).map(({ old, new: fresh }) => `${old} → ${fresh}`)

describe('a renamed field', () => {
  const files = {
    [TEST]:
      'def test_a(pod, node):\n    status = pod["status"]\n    assert status["phase"]\n    assert node["phase"] == status["phase"]\n',
    'server.py': 'found["state"] = 1\n',
  }
  const base = { files, type: 'KeyError', message: "KeyError: 'phase'", history: [renamed('phase', 'state')] }

  it('is changed on the same variable of the function, and on no other', async () => {
    const verdict = await healed({
      ...base,
      stack: [[TEST, 3]],
      names: { status: { state: null }, node: { phase: null } },
    })
    expect(verdict.status).toBe('proposed')
    expect(edits(verdict)).toEqual(['phase → state', 'phase → state'])
    expect(verdict.proposal?.edits.map(({ start }) => files[TEST]?.slice(start - 8, start))).toEqual(
      [' status["', ' status["'].map((each) => each.slice(-8)),
    )
  })

  it('is left alone where the new name is not there', async () => {
    const verdict = await healed({ ...base, stack: [[TEST, 3]], names: { status: { replicas: null } } })
    expect(verdict.status).not.toBe('proposed')
    expect(edits(verdict)).toEqual([])
  })

  it('is left alone where the product itself stumbles over it', async () => {
    const verdict = await healed({
      ...base,
      stack: [
        ['server.py', 1],
        [TEST, 3],
      ],
    })
    expect(verdict.status).toBe('needs_human')
  })
})

describe('an assertion', () => {
  const base = {
    type: 'AssertionError',
    message: "AssertionError: assert 'Sealed' == 'Shut'\nE   assert 'Sealed' == 'Shut'",
    stack: [[TEST, 2]] as const,
  }
  const asserting = (line: string) => ({ [TEST]: `def test_a(x):\n    ${line}\n`, 'server.py': 'replicas = 3\n' })

  it('takes the value that a commit of the product gave it', async () => {
    const verdict = await healed({
      ...base,
      files: asserting('assert x == "Shut"'),
      history: [renamed('Shut', 'Sealed')],
    })
    expect(edits(verdict)).toEqual(['Shut → Sealed'])
  })

  it('is right where no commit says so', async () => {
    const verdict = await healed({
      ...base,
      files: asserting('assert x == "Shut"'),
      history: [renamed('Shut', 'Ajar')],
    })
    expect(verdict.status).toBe('likely_regression')
  })

  it('is never touched where a test changed its own value, or where it is no equality', async () => {
    const history = [renamed('Shut', 'Sealed', 'tests/other.py')]
    expect((await healed({ ...base, files: asserting('assert x == "Shut"'), history })).status).toBe(
      'likely_regression',
    )
    const verdict = await healed({
      ...base,
      files: asserting('assert x != "Shut"'),
      history: [renamed('Shut', 'Sealed')],
    })
    expect(edits(verdict)).toEqual([])
  })

  it('takes a number only from a line that names what is compared', async () => {
    const number = { ...base, message: 'assert 3 == 2\nE   assert 3 == 2', history: [renamed('2', '3')] }
    expect(edits(await healed({ ...number, files: asserting('assert x["replicas"] == 2') }))).toEqual(['2 → 3'])
    expect((await healed({ ...number, files: asserting('assert x["rules"] == 2') })).status).toBe('likely_regression')
  })
})

describe('a call of an API', () => {
  const product = 'class Client:\n    def create(self, name, wait_ready=False):\n        pass\n'
  const base = {
    type: 'TypeError',
    message: "TypeError: Client.create() got an unexpected keyword argument 'wait'",
    files: { [TEST]: 'def test_a(client):\n    client.create("a", wait=True)\n', 'client.py': product },
  }

  it('takes the new name of a keyword that a commit gave that very function', async () => {
    const verdict = await healed({
      ...base,
      stack: [[TEST, 2]],
      history: [renamed('wait', 'wait_ready', 'client.py', 2)],
    })
    expect(edits(verdict)).toEqual(['wait → wait_ready'])
  })

  it('ignores what a commit renamed elsewhere in the file', async () => {
    const verdict = await healed({
      ...base,
      stack: [[TEST, 2]],
      history: [renamed('wait', 'wait_ready', 'client.py', 9)],
    })
    expect(verdict.status).toBe('needs_human')
  })

  it('is left alone where two modules define the moved name', async () => {
    const verdict = await healed({
      type: 'ModuleNotFoundError',
      message: "ModuleNotFoundError: No module named 'lib.wait'",
      stack: [[TEST, 1]],
      files: {
        [TEST]: 'from lib.wait import until\n',
        'lib/a.py': 'def until():\n    pass\n',
        'lib/b.py': 'def until():\n    pass\n',
      },
    })
    expect(verdict.status).toBe('needs_human')
  })
})

describe('a time limit', () => {
  const base = {
    type: 'TimeoutError',
    message: 'TimeoutError: timed out after 1 s',
    stack: [[TEST, 2]] as const,
    files: {
      [TEST]: 'def test_a(gate):\n    gate.wait_for("gateway", timeout=1)\n',
      'gateway.py': 'GATEWAY_SECONDS = 2\n',
    },
  }
  const slower = [renamed('1', '2', 'gateway.py')]

  it('gets what was measured and a margin, where a commit made it slower', async () => {
    const verdict = await healed({
      ...base,
      history: slower,
      answer: { kind: 'measure', measured: { passed: true, durationMs: 2_100 } },
    })
    expect(edits(verdict)).toEqual(['1 → 4'])
  })

  it('gets more where it was lengthened before and is too short again, not where that heal was never merged', async () => {
    const healing = (old: string, fresh: string) =>
      healed({
        ...base,
        history: slower,
        answer: { kind: 'measure', measured: { passed: true, durationMs: 2_100 } },
        healedBefore: [{ old: `timeout=${old}`, new: `timeout=${fresh}`, at: '2026-10-02T00:00:00.000Z' }],
      })
    const again = await healing('0.5', '1')
    expect(edits(again)).toEqual(['1 → 5'])
    expect(again.proposal?.evidence.map(({ text }) => text)).toContain(
      'timeout=0.5 was too short before and became timeout=1 (2026-10-02); it is too short again',
    )
    expect(edits(await healing('1', '4'))).toEqual(['1 → 4'])
  })

  it('stays where nothing says that it is meant to take longer', async () => {
    const verdict = await healed({
      ...base,
      answer: { kind: 'measure', measured: { passed: true, durationMs: 2_100 } },
    })
    expect(verdict.status).toBe('needs_human')
  })

  it('is a regression where it never ends', async () => {
    const verdict = await healed({
      ...base,
      history: slower,
      answer: { kind: 'measure', measured: { passed: false, durationMs: 9_000 } },
    })
    expect(verdict.status).toBe('likely_regression')
  })
})

describe('a resource', () => {
  const base = {
    type: 'kubernetes.client.exceptions.ApiException',
    message: 'ApiException: (404)\nReason: Not Found\nHTTP response body: could not find the requested resource',
    stack: [
      ['client.py', 1],
      [TEST, 2],
    ] as const,
    files: { [TEST]: 'def test_a(client):\n    client.get("/apis/x/v1/agents/a")\n', 'client.py': '', 'server.py': '' },
  }

  it('is asked for under the name that a commit gave its route', async () => {
    const verdict = await healed({ ...base, history: [renamed('/apis/x/v1/agents', '/apis/x/v1/nodeagents')] })
    expect(edits(verdict)).toEqual(['/apis/x/v1/agents/a → /apis/x/v1/nodeagents/a'])
  })

  it('is a regression where a commit took it away', async () => {
    expect((await healed({ ...base, history: [renamed('/apis/x/v1/agents', null)] })).status).toBe('likely_regression')
  })
})
