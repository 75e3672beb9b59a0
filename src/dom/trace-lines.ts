/** Values out of files that others wrote: anything that is not of the expected kind counts as absent. */
export type Json = Readonly<Record<string, unknown>>

export function asRecord(value: unknown): Json {
  return isRecord(value) ? value : {}
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

const NEWLINE = 10

/** Lines of a stream of bytes, without their ends. Lines above `maxBytes` come as null. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Buffer | null, void> {
  let parts: Buffer[] = []
  let held = 0
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const length = held + end - start
      if (length > maxBytes) yield null
      else if (length > 0) yield Buffer.concat([...parts, bytes.subarray(start, end)])
      parts = []
      held = 0
      start = end + 1
    }
    held += bytes.length - start
    if (held <= maxBytes) parts.push(Buffer.from(bytes.subarray(start)))
    else parts = []
  }
  if (held > maxBytes) yield null
  else if (held > 0) yield Buffer.concat(parts)
}

/** Terminal colour codes removed. */
export function stripAnsi(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it removes
  return text.replace(/\u001b\[[0-9;:?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '')
}
