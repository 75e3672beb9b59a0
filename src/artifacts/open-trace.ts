import { statSync } from 'node:fs'
import { readTrace, type Trace } from '../dom/trace.ts'
import type { TraceFile } from './types.ts'
import { readFolder, readZip, type ZipEntries } from './zip.ts'

/** A trace and the archive behind it, which stays open for resources until `close`. */
export type OpenTrace = Trace & { close(): void }

/**
 * Opens a trace wherever it lies: a zip, a folder, or a zip inside a report's zip. Rejects with an `ArchiveError` or a
 * `TraceError`, both of which say what to do.
 */
export async function openTrace(file: Pick<TraceFile, 'path' | 'entry'>): Promise<OpenTrace> {
  const entries = await openEntries(file)
  try {
    return { ...(await readTrace(entries)), close: () => entries.close() }
  } catch (error) {
    entries.close()
    throw error
  }
}

async function openEntries(file: Pick<TraceFile, 'path' | 'entry'>): Promise<ZipEntries> {
  if (statSync(file.path, { throwIfNoEntry: false })?.isDirectory()) return readFolder(file.path)
  const outer = await readZip(file.path)
  if (file.entry === undefined) return outer
  try {
    return await readZip(await outer.read(file.entry), {}, `${file.path} (${file.entry})`)
  } finally {
    outer.close()
  }
}
