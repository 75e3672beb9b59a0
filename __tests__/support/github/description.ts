import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Document } from 'openapi-backend'

type Json = { [key: string]: unknown }

const require = createRequire(import.meta.url)
const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete'])

export interface Description {
  /** GitHub's own description of the operations, cut down to them and what they refer to. */
  readonly definition: Document
  /** A fresh copy of one of GitHub's example answers. */
  example(name: string): Json
}

/**
 * GitHub's OpenAPI description for some of its operations. Bodies of requests are closed: a property that the
 * description does not know is refused, as a misspelt field should be.
 */
export function describeGitHub(operations: readonly string[]): Description {
  const file = require.resolve('@octokit/openapi/package.json').replace('package.json', 'generated/api.github.com.json')
  const whole = JSON.parse(readFileSync(file, 'utf8')) as Json & { components: { [kind: string]: Json } }
  const paths: Json = {}
  const missing = new Set(operations)
  for (const [path, item] of Object.entries(whole.paths as { [path: string]: Json })) {
    const kept = Object.entries(item).filter(([key, operation]) => {
      const id = (operation as Json).operationId
      return METHODS.has(key) && typeof id === 'string' && missing.delete(id)
    })
    if (kept.length > 0) paths[path] = Object.fromEntries(kept)
  }
  if (missing.size > 0) throw new Error(`GitHub describes no ${[...missing].join(', ')}`)
  for (const item of Object.values(paths)) {
    for (const operation of Object.values(item as Json)) closeBodies(operation as Json)
  }
  const components = reachable(paths, whole.components)
  for (const parameter of Object.values(components.parameters ?? {})) widen((parameter as { schema?: Json }).schema)
  const definition = { openapi: '3.0.3', info: whole.info, paths, components } as unknown
  return {
    definition: definition as Document,
    example: (name) => structuredClone(exampleValue(whole.components.examples?.[name])),
  }
}

function exampleValue(example: unknown): Json {
  if (typeof example !== 'object' || example === null || !('value' in example)) throw new Error('no such example')
  return example.value as Json
}

function closeBodies(operation: Json): void {
  const body = operation.requestBody as { content?: { [type: string]: { schema?: Json } } } | undefined
  for (const { schema } of Object.values(body?.content ?? {})) close(schema)
}

function close(schema: Json | undefined): void {
  if (schema === undefined) return
  if (schema.type === 'object' && schema.properties !== undefined) {
    schema.additionalProperties ??= false
    for (const property of Object.values(schema.properties as { [name: string]: Json })) close(property)
  }
  for (const key of ['oneOf', 'anyOf', 'allOf']) for (const item of (schema[key] as Json[]) ?? []) close(item)
  close(schema.items as Json | undefined)
}

/** A number in a path is a text as well, so "exactly one of number and text" cannot be asked of it. */
function widen(schema: Json | undefined): void {
  if (schema?.oneOf === undefined) return
  schema.anyOf = schema.oneOf
  delete schema.oneOf
}

/** The components that `root` refers to, directly or by way of others. */
function reachable(root: unknown, all: { [kind: string]: Json }): { [kind: string]: Json } {
  const kept: { [kind: string]: Json } = {}
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const ref = (value as Json).$ref
    if (typeof ref === 'string') {
      const [kind = '', name = ''] = ref.replace('#/components/', '').split('/')
      if (kind === 'examples' || kept[kind]?.[name] !== undefined) return
      const target = all[kind]?.[name]
      kept[kind] = { ...kept[kind], [name]: target }
      visit(target)
      return
    }
    for (const [key, item] of Object.entries(value)) {
      if (key === 'examples') delete (value as Json)[key]
      else visit(item)
    }
  }
  visit(root)
  return kept
}
