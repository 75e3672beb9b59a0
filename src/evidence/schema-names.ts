import type { SchemaFile, SchemaObject } from './schemas.ts'

/** What schemas say took the place of a field. */
export interface SchemaRenaming {
  readonly name: string
  readonly file: string
  readonly path: string
  /** True where it is the only field that came, the old one the only one that went, and both are of one type. */
  readonly isCertain: boolean
}

export interface SchemaFindings {
  readonly renamings: readonly SchemaRenaming[]
  /** Objects that declare a field, as `file (path)`. */
  declaring(name: string): readonly string[]
  /** Objects that declare both names today: then the one did not take the other's place. */
  both(old: string, fresh: string): readonly string[]
}

/** Compares schemas as they are with what they were: which fields came where the old one went. */
export const schemaRenamings = (old: string, schemas: readonly SchemaFile[]): SchemaFindings => {
  const renamings = schemas.flatMap(({ file, now, before }) =>
    before.flatMap((was) => {
      const is = now.find(({ path }) => path === was.path)
      return is && was.fields.has(old) && !is.fields.has(old) ? comparedObjects(old, file, was, is) : []
    }),
  )
  const places = (wanted: (fields: ReadonlyMap<string, string>) => boolean): readonly string[] =>
    schemas.flatMap(({ file, now }) =>
      now.filter(({ fields }) => wanted(fields)).map(({ path }) => `${file} (${path})`),
    )
  return {
    renamings,
    declaring: (name) => places((fields) => fields.has(name)),
    both: (one, other) => places((fields) => fields.has(one) && fields.has(other)),
  }
}

const comparedObjects = (old: string, file: string, was: SchemaObject, is: SchemaObject): readonly SchemaRenaming[] => {
  const came = [...is.fields].filter(([name]) => !was.fields.has(name))
  const went = [...was.fields].filter(([name]) => !is.fields.has(name))
  const type = was.fields.get(old)
  const alike = came.filter(([, own]) => own === type)
  return alike.map(([name]) => ({
    name,
    file,
    path: is.path,
    isCertain: alike.length === 1 && went.filter(([, own]) => own === type).length === 1,
  }))
}
