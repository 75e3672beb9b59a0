import { describe, expect, it } from 'vitest'
import { areRelatedNames } from '../../src/evidence/names.ts'
import { renamingsOf } from '../../src/evidence/renamed-names.ts'
import { schemaRenamings } from '../../src/evidence/schema-names.ts'
import { type SchemaFile, schemaObjects } from '../../src/evidence/schemas.ts'
import { syntaxParser } from '../../src/source/syntax.ts'

const parse = await syntaxParser(['typescript'])
const read = (file: string, text: string) => schemaObjects(file, text, (source) => parse('typescript', source))
const fields = (file: string, text: string) => read(file, text).map(({ path, fields: own }) => [path, ...own.keys()])

describe('schemas', () => {
  it('are read from a CRD', () => {
    const crd = (name: string) => `apiVersion: apiextensions.k8s.io/v1
spec:
  versions:
    - schema:
        openAPIV3Schema:
          properties:
            status:
              type: object
              properties:
                ${name}: { type: string }
                replicas: { type: integer }
`
    expect(fields('crd.yaml', crd('phase')).at(-1)).toEqual([
      'spec › versions › 0 › schema › openAPIV3Schema › status',
      'phase',
      'replicas',
    ])
    const file: SchemaFile = {
      file: 'crd.yaml',
      before: read('crd.yaml', crd('phase')),
      now: read('crd.yaml', crd('state')),
    }
    expect(schemaRenamings('phase', [file]).renamings).toMatchObject([{ name: 'state', isCertain: true }])
    expect(schemaRenamings('replicas', [file]).renamings).toEqual([])
  })

  it('are read from OpenAPI and JSON Schema in JSON', () => {
    const text = '{ "components": { "schemas": { "Berth": { "properties": { "phase": { "type": "string" } } } } } }'
    expect(fields('api.json', text)).toEqual([['components › schemas › Berth', 'phase']])
    expect(fields('package-lock.json', '{ "a": 1 }')).toEqual([])
    expect(fields('broken.yaml', 'properties: [')).toEqual([])
  })

  it('are read from Go structs with JSON tags', () => {
    const text =
      'package v1\n\ntype Status struct {\n\tPhase string `json:"phase,omitempty"`\n\tPeers int32 `json:"peerCount"`\n}\n'
    expect(fields('types.go', text)).toEqual([['Status', 'phase', 'peerCount']])
  })

  it('are read from types of TypeScript, nested ones too', () => {
    const text = 'export interface Berth { id: string; status: { phase: string } }\ntype Other = { a?: number }\n'
    expect(fields('types.ts', text)).toEqual([
      ['Berth', 'id', 'status'],
      ['Berth › status', 'phase'],
      ['Other', 'a'],
    ])
  })

  it('are not certain where several fields of one type came or went', () => {
    const object = (...names: string[]) => [{ path: 'S', fields: new Map(names.map((name) => [name, 'string'])) }]
    const file = { file: 'a.yaml', before: object('phase', 'reason'), now: object('state', 'detail') }
    expect(schemaRenamings('phase', [file]).renamings.map(({ isCertain }) => isCertain)).toEqual([false, false])
  })

  it('speak against a name that is declared beside the old one', () => {
    const object = [
      {
        path: 'S',
        fields: new Map([
          ['phase', 'string'],
          ['state', 'string'],
        ]),
      },
    ]
    const commit = { id: 'a'.repeat(40), author: 'A', date: '', subject: 's' }
    const history = [
      { commit, file: 's.ts', line: 1, kind: 'word' as const, old: 'phase', new: 'state', standing: 'alone' as const },
    ]
    const ask = (now: SchemaFile['now']) =>
      renamingsOf({
        old: 'phase',
        history,
        present: null,
        stillIn: () => false,
        schema: schemaRenamings('phase', [{ file: 'a.yaml', before: now, now }]),
      })
    expect(ask(object)[0]?.confidence).toBeLessThan(0.8)
    expect(ask([])[0]?.confidence).toBeGreaterThan(0.8)
    expect(areRelatedNames('phase', 'state')).toBe(true)
  })
})
