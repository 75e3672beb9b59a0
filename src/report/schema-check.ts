import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import schema from '../../healing-report.schema.json' with { type: 'json' }
import type { Report } from '../model.ts'

/** Says whether data is a report by the schema that ships. A module of its own: loaded only where a report is read. */
export const isReport: ValidateFunction<Report> = new Ajv2020({ strict: true, allowUnionTypes: true }).compile<Report>(
  schema,
)
