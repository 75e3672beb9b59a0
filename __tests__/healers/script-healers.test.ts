import { describe, expect, it } from 'vitest'
import { classify } from '../../src/diagnosis/classify.ts'
import type { SchemaFile } from '../../src/evidence/schemas.ts'
import type { HealContext, Probe, ProbeAnswer, Verdict } from '../../src/healers/contract.ts'
import { healerFor } from '../../src/healers/index.ts'
import type { Diagnosis, Failure, NameTree } from '../../src/model.ts'
import type { TokenChange } from '../../src/source/changes.ts'
import { parse, type SyntaxTree } from '../../src/source/syntax.ts'
import { explainUndefined } from '../../src/stages/explain-undefined.ts'

const TEST = 'tests/a.test.ts'
const COMMIT = { id: 'b'.repeat(40), author: 'A', date: '2026-10-01T00:00:00Z', subject: 'Rename it' }

const renamed = (old: string, fresh: string | null, file = 'src/server.ts', line = 1): TokenChange => ({
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
  readonly message: string
  /** Frames, innermost first. */
  readonly stack?: readonly (readonly [file: string, line: number])[]
  readonly names?: NameTree
  readonly history?: readonly TokenChange[]
  readonly schemas?: readonly SchemaFile[]
  readonly answer?: ProbeAnswer
  readonly context?: Partial<HealContext>
}

async function healed(scene: Scene): Promise<Verdict & { readonly probes: readonly Probe[] }> {
  const stack = (scene.stack ?? [[TEST, 1]]).map(([file, line]) => ({ file, line, column: 0 }))
  const [first] = stack
  if (!first) throw new Error('A failure has a frame.')
  const text = scene.files[first.file]?.split('\n')[first.line - 1] ?? ''
  const failure: Failure = {
    test: { id: 't', title: 'a', file: TEST, framework: 'vitest' },
    errors: [{ message: scene.message, stack, snippet: `> ${text}` }],
    attachments: [],
    attempts: ['failed'],
    durationMs: 0,
    artifact: '',
    ...(scene.names ? { scopes: [{ file: first.file, line: first.line, names: scene.names }] } : {}),
  }
  const read = (name: string): string | null => scene.files[name] ?? null
  const trees = new Map<string, SyntaxTree>()
  for (const [name, source] of Object.entries(scene.files))
    if (name.endsWith('.ts')) trees.set(name, await parse('typescript', source))
  const { found, place } = await explainUndefined(classify(failure), failure, first, read)
  const diagnosis: Diagnosis = {
    ...found,
    locator: undefined,
    signature: 's',
    location: place ?? first,
    message: scene.message,
  }
  const healing = healerFor(found.failureType)?.heal(diagnosis, {
    threshold: 0.8,
    baseline: { source: 'none', target: null, others: [], matches: 1 },
    page: null,
    refuted: [],
    history: scene.history ?? [],
    strategiesOff: [],
    code: {
      files: Object.keys(scene.files),
      read,
      tree: (name) => trees.get(name) ?? null,
      isTest: (name) => name.startsWith('tests/'),
      schemas: scene.schemas ?? [],
    },
    failures: [failure],
    ...scene.context,
  })
  if (!healing) throw new Error(`There is no healer for ${found.failureType}.`)
  const probes: Probe[] = []
  let next = healing.next()
  while (!next.done) {
    probes.push(next.value)
    next = healing.next(scene.answer ?? { kind: 'measure', measured: null })
  }
  return { ...next.value, probes }
}

const edits = ({ proposal }: Verdict) => (proposal?.edits ?? []).map(({ old, new: fresh }) => `${old} → ${fresh}`)

describe('a field that is undefined', () => {
  const history = [renamed('phase', 'state')]
  const undefinedWanted = "AssertionError: expected undefined to be 'Open'"

  it.each([
    ['as a member', "expect(berth.status.phase).toBe('Open')", 'phase → state'],
    ['as a key', "expect(berth.status['phase']).toBe('Open')", 'phase → state'],
    ['behind a question mark', "expect(berth?.status?.phase).toBe('Open')", 'phase → state'],
    ['through a variable', "const p = berth.status.phase\nexpect(p).toBe('Open')", 'phase → state'],
    ['through a pattern', "const { phase } = berth.status\nexpect(phase).toBe('Open')", 'phase → state: phase'],
    ['in node:assert', "assert.equal(berth.status.phase, 'Open')", 'phase → state'],
  ])('is found %s', async (_, line, wanted) => {
    const verdict = await healed({
      files: { [TEST]: `${line}\n`, 'src/server.ts': '' },
      message: undefinedWanted,
      history,
      stack: [[TEST, line.split('\n').length]],
    })
    expect(edits(verdict)).toEqual([wanted])
  })

  it('is found in the helper that returns it', async () => {
    const files = {
      [TEST]: "import { phaseOf } from './help.ts'\nexpect(phaseOf(berth)).toBe('Open')\n",
      'tests/help.ts': 'export const phaseOf = (berth: any) => berth.status.phase\n',
      'src/server.ts': '',
    }
    const verdict = await healed({ files, message: undefinedWanted, history, stack: [[TEST, 2]] })
    expect(verdict.proposal?.edits).toMatchObject([{ file: 'tests/help.ts', old: 'phase', new: 'state' }])
  })

  it('is what something else is read from', async () => {
    const verdict = await healed({
      files: { [TEST]: 'berth.status.phase.toLowerCase()\n', 'src/server.ts': '' },
      message: "TypeError: Cannot read properties of undefined (reading 'toLowerCase')",
      history,
    })
    expect(edits(verdict)).toEqual(['phase → state'])
  })

  it('takes only a name that is really there', async () => {
    const scene = {
      files: { [TEST]: "expect(berth.status.phase).toBe('Open')\n", 'src/server.ts': '' },
      message: undefinedWanted,
      history: [renamed('phase', 'state'), renamed('phase', 'stage')],
    }
    const names = { berth: { status: { stage: null } } }
    expect(edits(await healed({ ...scene, names }))).toEqual(['phase → stage'])
    expect((await healed({ ...scene, names: { berth: { status: { message: null } } } })).proposal).toBeNull()
  })

  it('is taken from schemas where commits do not pair the names', async () => {
    const object = (...fields: string[]) => ({
      path: 'Status',
      fields: new Map(fields.map((name) => [name, 'string'])),
    })
    const schema = { file: 'crd.yaml', before: [object('phase', 'id')], now: [object('state', 'id')] }
    const scene = {
      files: { [TEST]: "expect(berth.status.phase).toBe('Open')\n", 'src/server.ts': '' },
      message: undefinedWanted,
      names: { berth: { status: { state: null, id: null } } },
    }
    const verdict = await healed({ ...scene, schemas: [schema] })
    expect(edits(verdict)).toEqual(['phase → state'])
    expect(verdict.proposal?.evidence.some(({ kind }) => kind === 'schema')).toBe(true)
    expect(edits(await healed(scene))).toEqual([])
  })

  it('is left alone where the product itself stumbles over it', async () => {
    const verdict = await healed({
      files: { [TEST]: 'open(berth)\n', 'src/server.ts': 'berth.status.phase.trim()\n' },
      message: "TypeError: Cannot read properties of undefined (reading 'trim')",
      stack: [
        ['src/server.ts', 1],
        [TEST, 1],
      ],
      history,
    })
    expect(edits(verdict)).toEqual([])
  })
})

describe('an API of scripts', () => {
  const product =
    'export class Client {\n  listRecords() {}\n  create(body: object, options: { waitReady?: boolean } = {}) {}\n}\n'

  it('is called by the method that a commit put in its place', async () => {
    const verdict = await healed({
      files: { [TEST]: 'client.listAll()\n', 'src/client.ts': product },
      message: 'TypeError: client.listAll is not a function',
      history: [renamed('listAll', 'listRecords', 'src/client.ts', 2)],
    })
    expect(edits(verdict)).toEqual(['listAll → listRecords'])
  })

  it('takes the new name of an option that the function itself refuses', async () => {
    const verdict = await healed({
      files: { [TEST]: 'client.create({}, { wait: true })\n', 'src/client.ts': product },
      message: 'TypeError: create() got an unknown option "wait"',
      stack: [
        ['src/client.ts', 3],
        [TEST, 1],
      ],
      history: [renamed('wait', 'waitReady', 'src/client.ts', 3)],
    })
    expect(edits(verdict)).toEqual(['wait → waitReady'])
  })

  it.each([
    ['./clock.ts', '../src/harbour/clock.ts'],
    ['./clock.js', '../src/harbour/clock.js'],
    ['./clock', '../src/harbour/clock'],
  ])('is imported from where it went: %s', async (name, wanted) => {
    const said = `../src/${name.slice(2)}`
    const verdict = await healed({
      files: {
        [TEST]: `import { clockTime } from '${said}'\n`,
        'src/harbour/clock.ts': 'export function clockTime() {}\n',
      },
      message: `Error: Cannot find module '${said}' imported from /r/tests/a.test.ts`,
    })
    expect(edits(verdict)).toEqual([`${said} → ${wanted}`])
  })

  it('is left to a person where two modules export the name', async () => {
    const verdict = await healed({
      files: {
        [TEST]: "import { clockTime } from '../src/clock.ts'\n",
        'src/a.ts': 'export function clockTime() {}\n',
        'src/b.ts': 'export const clockTime = () => 1\n',
      },
      message: "Error: Cannot find module '../src/clock.ts' imported from /r/tests/a.test.ts",
    })
    expect(verdict.status).toBe('needs_human')
  })
})

describe('a limit that has become too short', () => {
  const scene = {
    files: {
      [TEST]: 'await waitFor(() => stay.confirmed, { timeout: 500 })\n',
      'src/stays.ts': 'const CONFIRM_DELAY_MS = 900\n',
    },
    message: 'TimeoutError: not met within 500 ms',
    history: [renamed('100', '900', 'src/stays.ts', 1)],
    answer: { kind: 'measure', measured: { passed: true, durationMs: 1_000 } } as const,
  }

  it.each([
    ['at first', {}, 'timeout=1500'],
    ['where every try failed', { repeated: true }, 'timeout=2000'],
    ['in CI', { ci: true, repeated: true }, 'timeout=2500'],
  ])('becomes measured × margin %s', async (_, context, wanted) => {
    const verdict = await healed({ ...scene, context })
    expect(verdict.proposal?.new).toBe(wanted)
    expect(verdict.probes).toMatchObject([{ kind: 'measure', edits: [{ old: '500', new: '5000' }] }])
  })

  it('is a regression where the operation never ends', async () => {
    const answer = { kind: 'measure', measured: { passed: false, durationMs: 5_000 } } as const
    expect((await healed({ ...scene, answer })).status).toBe('likely_regression')
  })

  it('is found as a constant whose name says so, and as the limit of a signal', async () => {
    const constant = {
      ...scene.files,
      [TEST]: 'const STAY_TIMEOUT = 500\nawait confirmed(stay, { timeout: STAY_TIMEOUT })\n',
    }
    expect(edits(await healed({ ...scene, files: constant, stack: [[TEST, 2]] }))).toEqual(['500 → 1500'])
    const signal = { ...scene.files, [TEST]: 'await confirmStay(AbortSignal.timeout(500))\n' }
    expect(edits(await healed({ ...scene, files: signal }))).toEqual(['500 → 1500'])
  })
})

describe('an assertion of scripts', () => {
  const said = (line: string) => ({
    files: { [TEST]: `${line}\n`, 'src/server.ts': '' },
    message: 'AssertionError: expected \'Comfort\' to be \'Standard\'\nExpected: "Standard"\nReceived: "Comfort"',
    history: [renamed('Standard', 'Comfort')],
  })

  it.each([
    "expect(stay.tier).toBe('Standard')",
    "expect((await ask()).tier).toStrictEqual('Standard')",
    "assert.strictEqual(stay.tier, 'Standard')",
    "expect(stay.tier).to.equal('Standard')",
  ])('takes the product’s own new literal: %s', async (line) => {
    expect(edits(await healed(said(line)))).toEqual(['Standard → Comfort'])
  })

  it.each([
    "expect(stay.tier).not.toBe('Standard')",
    "expect(stay.tier).toContain('Standard')",
    "expect('Standard').toBe(stay.tier)",
  ])('is not touched where it is no equality with a literal: %s', async (line) => {
    expect(edits(await healed(said(line)))).toEqual([])
  })
})

describe('a resource that is not there', () => {
  it('is asked for by its new route, through the variable that holds the answer', async () => {
    const files = {
      [TEST]: 'const response = await fetch(`${url}/v1/bookings`)\nexpect(response.status).toBe(200)\n',
      'src/server.ts': "const bookings = 1\nserve('/v1/berth-bookings')\n",
    }
    const history = [renamed('/v1/bookings', '/v1/berth-bookings')]
    const verdict = await healed({
      files,
      history,
      message: 'AssertionError: expected 404 to be 200',
      stack: [[TEST, 2]],
    })
    expect(edits(verdict)).toEqual(['/v1/bookings → /v1/berth-bookings'])
  })

  it('is a file that a commit moved', async () => {
    const files = { [TEST]: "readFileSync('config/relay.yaml')\n", 'deploy/relay.yaml': '' }
    const history: TokenChange[] = [
      { ...renamed('config/relay.yaml', 'deploy/relay.yaml', 'deploy/relay.yaml'), kind: 'file' },
    ]
    const message = "Error: ENOENT: no such file or directory, open 'config/relay.yaml'"
    expect(edits(await healed({ files, history, message }))).toEqual(['config/relay.yaml → deploy/relay.yaml'])
    expect((await healed({ files, message })).status).toBe('needs_human')
  })
})

describe('what no test could mend', () => {
  it('says whom to give which right, and which commit took it', async () => {
    const verdict = await healed({
      files: { [TEST]: 'await list()\n', 'role.yaml': '' },
      message:
        'Error: gateways.relay.example is forbidden: User "e2e" cannot list resource "gateways" in API group "relay.example" in the namespace "relay"',
      history: [renamed('gateways', null, 'role.yaml', 7)],
    })
    expect(verdict.status).toBe('environment')
    expect(verdict.reason).toContain('apiGroups: ["relay.example"], resources: ["gateways"], verbs: ["list"]')
    expect(verdict.proposal?.edits).toEqual([])
    expect(verdict.proposal?.evidence[0]?.text).toContain('role.yaml:7')
  })

  it.each([
    ['Error: connect ECONNREFUSED 127.0.0.1:8081', 'Nothing listens at 127.0.0.1:8081'],
    ['Error: getaddrinfo ENOTFOUND relay.internal', 'not known to DNS'],
    ['Error: certificate has expired\nCode: CERT_HAS_EXPIRED', 'Renew the certificate'],
    ['Error: connect ECONNREFUSED relay.internal:443 self-signed certificate', 'trust the authority'],
    ['Error: read ECONNRESET', 'closed the connection'],
  ])('says why nothing was reached: %s', async (message, wanted) => {
    const verdict = await healed({ files: { [TEST]: 'await get()\n' }, message })
    expect(verdict.status).toBe('environment')
    expect(verdict.reason).toContain(wanted)
  })
})
