import { open, readFile } from 'node:fs/promises'
import { ArtifactError, type ArtifactFile } from './types.ts'

const HEAD_BYTES = 16 * 1024
const TAIL_BYTES = 4 * 1024

/** Beginning and end of a file, as Latin-1 so that no byte is lost, or as text where a byte order mark says how. */
export async function probeFile(path: string): Promise<{ head: string; tail: string; size: number; mtimeMs: number }> {
  const file = await open(path, 'r')
  try {
    const { size, mtimeMs } = await file.stat()
    const head = Buffer.alloc(Math.min(HEAD_BYTES, size))
    await file.read(head, 0, head.length, 0)
    const tail = Buffer.alloc(Math.min(TAIL_BYTES, size))
    await file.read(tail, 0, tail.length, size - tail.length)
    return {
      head: hasMark(head) ? decodeText(head) : head.toString('latin1'),
      tail: tail.toString('latin1'),
      size,
      mtimeMs,
    }
  } finally {
    await file.close()
  }
}

/** Reads a report as text in the encoding it says it has. Throws `ArtifactError` above `maxBytes`. */
export async function readText(file: ArtifactFile, maxBytes: number): Promise<string> {
  if (file.size > maxBytes) {
    throw new ArtifactError(
      `${file.name}: has ${file.size} bytes, more than the ${maxBytes} that are read.`,
      'Split the report, or leave the output of passed tests out of it.',
    )
  }
  return decodeText(await readFile(file.path))
}

/** UTF-8, UTF-16 by byte order mark, or what an XML declaration names. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(200, bytes.byteLength)).toString('latin1')
  const declared = /^\s*<\?xml[^>]*encoding=["']([\w.-]+)["']/.exec(start)?.[1]
  return decoderFor(declared).decode(bytes)
}

function decoderFor(label: string | undefined): InstanceType<typeof TextDecoder> {
  // A file that claims UTF-16 and has no mark was converted on the way.
  if (label === undefined || /^utf-?(?:8|16)/i.test(label)) return new TextDecoder('utf-8')
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder('utf-8')
  }
}

function hasMark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}
