import { createReadStream, type Stats } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { fromBufferPromise, openPromise } from 'yauzl'

/** Named files that can be read one at a time: a zip archive, or the folder it was unpacked to. */
export interface ZipEntries {
  readonly names: readonly string[]
  has(name: string): boolean
  /** Declared size in bytes; 0 for a name that is not there. */
  size(name: string): number
  /** The whole content; throws `ArchiveError` where the entry is missing, too large or damaged. */
  read(name: string): Promise<Uint8Array>
  /** The content piece by piece, for entries too large to hold. */
  chunks(name: string): AsyncIterable<Uint8Array>
  close(): void
}

/** Limits that keep a hostile archive from costing memory or time. Sizes in bytes. */
export interface ArchiveLimits {
  /** Size of the archive itself. */
  readonly maxArchiveBytes: number
  readonly maxEntries: number
  /** Unpacked size of one entry read whole. */
  readonly maxEntryBytes: number
  /** Unpacked size of one entry read piece by piece. */
  readonly maxStreamBytes: number
  /** Unpacked size of all entries as declared. */
  readonly maxTotalBytes: number
  /** Unpacked to packed; applies to entries above `ratioFreeBytes`. Real trace files stay under 150. */
  readonly maxRatio: number
  readonly ratioFreeBytes: number
}

const MiB = 1024 * 1024

export const ARCHIVE_LIMITS: ArchiveLimits = {
  maxArchiveBytes: 2048 * MiB,
  maxEntries: 100_000,
  maxEntryBytes: 256 * MiB,
  maxStreamBytes: 1024 * MiB,
  maxTotalBytes: 8192 * MiB,
  maxRatio: 400,
  ratioFreeBytes: 8 * MiB,
}

/** An archive that cannot be read or must not be; `remedy` says what to do about it. */
export class ArchiveError extends Error {
  readonly remedy: string
  constructor(message: string, remedy: string) {
    super(message)
    this.name = 'ArchiveError'
    this.remedy = remedy
  }
}

const REMEDY_BROKEN = 'Upload the file again; it is damaged or was cut off on the way.'
const REMEDY_HOSTILE = 'Check where this archive comes from; a test runner does not write such a file.'

/**
 * Opens a zip archive from a file or from memory. Nothing is unpacked to disk, and entries are inflated only when read.
 * `label` names the archive in errors where it comes from memory. Throws `ArchiveError`.
 */
export async function readZip(
  source: string | Uint8Array,
  limits: Partial<ArchiveLimits> = {},
  label = typeof source === 'string' ? source : 'archive in memory',
): Promise<ZipEntries> {
  const caps = { ...ARCHIVE_LIMITS, ...limits }
  const bytes = typeof source === 'string' ? (await statFile(source, label)).size : source.length
  if (bytes > caps.maxArchiveBytes) {
    throw new ArchiveError(
      `${label}: the archive has ${bytes} bytes, more than the ${caps.maxArchiveBytes} that are read.`,
      'Split the artifacts, or keep traces of failed tests only.',
    )
  }
  const zip = await openArchive(source, label)
  try {
    const entries = await listEntries(zip, caps, label)
    return makeEntries(zip, entries, caps, label)
  } catch (error) {
    zip.close()
    throw asArchiveError(error, label)
  }
}

/** Reads an unpacked folder through the same interface; symbolic links are not followed. */
export async function readFolder(root: string, limits: Partial<ArchiveLimits> = {}): Promise<ZipEntries> {
  const caps = { ...ARCHIVE_LIMITS, ...limits }
  const sizes = new Map<string, number>()
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    if (sizes.size >= caps.maxEntries) throw tooMany(root, caps)
    const path = join(entry.parentPath, entry.name)
    sizes.set(relative(root, path).split(sep).join('/'), (await stat(path)).size)
  }
  const pathOf = (name: string, cap: number): string => {
    const size = sizes.get(name)
    if (size === undefined) throw missing(root, name)
    if (size > cap) throw tooLarge(root, name, size, cap)
    return join(root, name)
  }
  return {
    names: [...sizes.keys()],
    has: (name) => sizes.has(name),
    size: (name) => sizes.get(name) ?? 0,
    read: async (name) => readFile(pathOf(name, caps.maxEntryBytes)),
    async *chunks(name) {
      yield* createReadStream(pathOf(name, caps.maxStreamBytes))
    },
    close: () => {},
  }
}

async function statFile(path: string, label: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (error) {
    throw new ArchiveError(`${label}: cannot be opened (${reason(error)}).`, 'Check the path and its permissions.')
  }
}

async function openArchive(source: string | Uint8Array, label: string): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false }
  try {
    return typeof source === 'string'
      ? await openPromise(source, options)
      : await fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options)
  } catch (error) {
    throw new ArchiveError(`${label}: not a readable zip archive (${reason(error)}).`, REMEDY_BROKEN)
  }
}

async function listEntries(zip: ZipFile, caps: ArchiveLimits, label: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > caps.maxEntries) throw tooMany(label, caps)
  const entries = new Map<string, Entry>()
  let total = 0
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue
    if (entries.size >= caps.maxEntries) throw tooMany(label, caps)
    total += entry.uncompressedSize
    if (total > caps.maxTotalBytes) {
      throw new ArchiveError(
        `${label}: would unpack to more than ${caps.maxTotalBytes} bytes (a zip bomb?).`,
        REMEDY_HOSTILE,
      )
    }
    const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize)
    if (entry.uncompressedSize > caps.ratioFreeBytes && ratio > caps.maxRatio) {
      throw new ArchiveError(
        `${label}: "${entry.fileName}" would grow ${Math.round(ratio)} times when unpacked (a zip bomb?).`,
        REMEDY_HOSTILE,
      )
    }
    entries.set(entry.fileName, entry)
  }
  return entries
}

function makeEntries(zip: ZipFile, entries: Map<string, Entry>, caps: ArchiveLimits, label: string): ZipEntries {
  async function* chunks(name: string, cap: number): AsyncGenerator<Uint8Array> {
    const entry = entries.get(name)
    if (!entry) throw missing(label, name)
    if (entry.uncompressedSize > cap) throw tooLarge(label, name, entry.uncompressedSize, cap)
    if (entry.isEncrypted()) {
      throw new ArchiveError(`${label}: "${name}" is encrypted.`, 'Upload the archive without a password.')
    }
    let seen = 0
    let checksum = 0
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        const bytes: Uint8Array = chunk
        seen += bytes.length
        if (seen > cap) throw tooLarge(label, name, seen, cap)
        checksum = crc32(bytes, checksum)
        yield bytes
      }
    } catch (error) {
      throw asArchiveError(error, label, name)
    }
    if (checksum !== entry.crc32) {
      throw new ArchiveError(`${label}: "${name}" is damaged (its checksum does not match).`, REMEDY_BROKEN)
    }
  }
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    size: (name) => entries.get(name)?.uncompressedSize ?? 0,
    read: async (name) => {
      const parts: Uint8Array[] = []
      for await (const part of chunks(name, caps.maxEntryBytes)) parts.push(part)
      return Buffer.concat(parts)
    },
    chunks: (name) => chunks(name, caps.maxStreamBytes),
    close: () => zip.close(),
  }
}

function asArchiveError(error: unknown, label: string, name?: string): ArchiveError {
  if (error instanceof ArchiveError) return error
  const where = name === undefined ? label : `${label}: "${name}"`
  const text = reason(error)
  if (/relative path|absolute path|invalid characters in fileName/.test(text)) {
    return new ArchiveError(`${where}: holds an entry that points outside of it (${text}).`, REMEDY_HOSTILE)
  }
  return new ArchiveError(`${where}: damaged zip archive (${text}).`, REMEDY_BROKEN)
}

function missing(label: string, name: string): ArchiveError {
  return new ArchiveError(`${label}: has no entry "${name}".`, REMEDY_BROKEN)
}

function tooMany(label: string, caps: ArchiveLimits): ArchiveError {
  return new ArchiveError(`${label}: has more than ${caps.maxEntries} entries.`, REMEDY_HOSTILE)
}

function tooLarge(label: string, name: string, size: number, cap: number): ArchiveError {
  return new ArchiveError(
    `${label}: "${name}" has ${size} bytes, more than the ${cap} that are read.`,
    'Keep traces of failed tests only, or record them without screenshots and sources.',
  )
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
