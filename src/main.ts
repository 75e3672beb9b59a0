import { heal } from './heal.ts'
import { startAction } from './start.ts'

await startAction(heal)
