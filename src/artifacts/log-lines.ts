import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ArtifactFile } from './types.ts'

/** Of a longer line the beginning is kept. */
const MAX_LINE = 4_000
const CHUNK = 1024 * 1024

/**
 * The lines of a log of any size, the last `most` bytes of it. UTF-16 where a byte order mark says so; else UTF-8, and
 * Windows-1252 for the lines that are none. Never holds more than a chunk; a line without end is cut.
 */
export async function* logLines({ path, size }: ArtifactFile, most: number): AsyncGenerator<readonly string[]> {
  const start = Math.max(0, size - most)
  const decoder = await decoderFor(path)
  let rest = ''
  // An even place, so that no half of a UTF-16 unit is left over.
  for await (const chunk of createReadStream(path, { start: start - (start % 2), highWaterMark: CHUNK })) {
    const lines = (rest + decoder.next(chunk as Buffer)).split('\n')
    rest = (lines.pop() ?? '').slice(0, MAX_LINE * 2)
    yield lines.map(cut)
  }
  yield (rest + decoder.end()).split('\n').map(cut)
}

const cut = (line: string): string => {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  return text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text
}

interface Decoder {
  next(bytes: Buffer): string
  end(): string
}

async function decoderFor(path: string): Promise<Decoder> {
  const file = await open(path, 'r')
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0).finally(() => file.close())
  const mark = buffer.toString('hex')
  if (mark !== 'fffe' && mark !== 'feff') return mixedDecoder()
  const decoder = new TextDecoder(mark === 'fffe' ? 'utf-16le' : 'utf-16be')
  return { next: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
}

/** Whole lines are decoded at once; what comes after the last line end waits for the next chunk. */
function mixedDecoder(): Decoder {
  const windows = new TextDecoder('windows-1252')
  const decode = (bytes: Buffer): string => (isUtf8(bytes) ? bytes.toString('utf8') : windows.decode(bytes))
  let held = Buffer.alloc(0)
  return {
    next(bytes) {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      const end = all.lastIndexOf(10) + 1
      // A line that is longer than a chunk is not waited for.
      const whole = end === 0 ? all : all.subarray(0, end)
      held = end === 0 ? Buffer.alloc(0) : Buffer.from(all.subarray(end))
      if (isUtf8(whole)) return whole.toString('utf8')
      const texts: string[] = []
      for (let start = 0; start < whole.length; ) {
        const next = whole.indexOf(10, start) + 1 || whole.length
        texts.push(decode(whole.subarray(start, next)))
        start = next
      }
      return texts.join('')
    },
    end: () => decode(held),
  }
}
