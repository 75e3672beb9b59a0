import { startAction } from './start.ts'

// The engine is loaded only once there is something to heal: most events end before that.
await startAction(async (config, io) => (await import('./heal.ts')).heal(config, io))
