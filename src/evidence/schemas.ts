import { parseAllDocuments } from 'yaml'
import { child, languageOf, type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'

/** One object of a schema: where it stands, and the fields it declares with their types as written. */
export interface SchemaObject {
  /** `BerthStatus`, `spec › versions › 0 › schema › status`. */
  readonly path: string
  readonly fields: ReadonlyMap<string, string>
}

/** A schema file as it is and as it was before the commits that are looked at. */
export interface SchemaFile {
  readonly file: string
  readonly now: readonly SchemaObject[]
  readonly before: readonly SchemaObject[]
}

const LIMITS = { length: 1_000_000, depth: 40, objects: 2_000 } as const

/** Whether a file may declare fields: OpenAPI, JSON Schema and CRDs; Go; types of TypeScript. */
export const mayBeSchema = (file: string): boolean =>
  /\.(?:ya?ml|json|go|[cm]?tsx?)$/.test(file) && !/(?:^|\/)(?:package(?:-lock)?|tsconfig[\w.]*)\.json$/.test(file)

/** The objects a schema file declares; none where it is no schema, or cannot be read. */
export const schemaObjects = (
  file: string,
  text: string,
  parse: (text: string) => SyntaxTree | null,
): readonly SchemaObject[] => {
  if (text.length > LIMITS.length) return []
  if (file.endsWith('.go')) return goStructs(text)
  if (/\.(?:ya?ml|json)$/.test(file)) return /\bproperties\b/.test(text) ? describedObjects(text) : []
  const language = languageOf(file)
  const tree = language === 'typescript' || language === 'tsx' ? parse(text) : null
  return tree ? declaredTypes(tree) : []
}

/** Every mapping with `properties` below it, as OpenAPI, JSON Schema and CRDs have them. */
const describedObjects = (text: string): readonly SchemaObject[] => {
  const found: SchemaObject[] = []
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== 'object' || value === null || path.length > LIMITS.depth || found.length >= LIMITS.objects)
      return
    const properties = 'properties' in value ? value.properties : null
    if (typeof properties === 'object' && properties !== null && !Array.isArray(properties)) {
      const fields = Object.entries(properties).map(([name, own]) => [name, typeOf(own)] as const)
      found.push({ path: path.filter((part) => part !== 'properties').join(' › ') || 'root', fields: new Map(fields) })
    }
    for (const [key, own] of Object.entries(value)) visit(own, [...path, key])
  }
  try {
    for (const document of parseAllDocuments(text, { logLevel: 'silent' }).slice(0, 100))
      if ('toJS' in document && document.errors.length === 0) visit(document.toJS({ maxAliasCount: 100 }), [])
  } catch {
    // What is no YAML and no JSON declares nothing.
  }
  return found
}

const typeOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return ''
  if ('type' in value) return String(value.type)
  return '$ref' in value ? String(value.$ref) : 'properties' in value ? 'object' : ''
}

/** Structs with JSON tags. */
const goStructs = (text: string): readonly SchemaObject[] =>
  [...text.matchAll(/^type (\w{1,200}) struct \{\n([\s\S]*?)^\}/gm)]
    .slice(0, LIMITS.objects)
    .flatMap(([, name = '', body = '']) => {
      const fields = [...body.matchAll(/^\s*\w{1,200}\s+([^\s`]{1,200})\s+`[^`]*?json:"([\w.-]{1,200})[^`]*`/gm)]
      return fields.length > 0
        ? [{ path: name, fields: new Map(fields.map(([, type = '', tag = '']) => [tag, type])) }]
        : []
    })

/** Interfaces and object types by name. */
const declaredTypes = (tree: SyntaxTree): readonly SchemaObject[] =>
  [...walk(tree.root)].flatMap((node): readonly SchemaObject[] => {
    if (node.type !== 'interface_declaration' && node.type !== 'type_alias_declaration') return []
    const name = child(node, 'name')
    const body = child(node, 'body') ?? child(node, 'value')
    return name && body ? objectTypes(tree, body, textOf(tree, name)) : []
  })

const objectTypes = (tree: SyntaxTree, body: SyntaxNode, path: string): readonly SchemaObject[] => {
  if (!/^(?:interface_body|object_type)$/.test(body.type)) return []
  const own = body.children.flatMap((each) => {
    const name = each.type === 'property_signature' ? child(each, 'name') : undefined
    const type = child(each, 'type')?.children[0]
    return name ? [{ name: textOf(tree, name).replace(/^['"]|['"]$/g, ''), type }] : []
  })
  const inner = own.flatMap(({ name, type }) => (type ? objectTypes(tree, type, `${path} › ${name}`) : []))
  return own.length === 0
    ? inner
    : [
        { path, fields: new Map(own.map(({ name, type }) => [name, type ? plainType(textOf(tree, type)) : ''])) },
        ...inner,
      ]
}

/** A type that is an object is described below it. */
const plainType = (text: string): string => (text.startsWith('{') ? 'object' : text)
