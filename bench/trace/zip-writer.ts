import { closeSync, openSync, writeSync } from 'node:fs'
import { crc32, deflateRawSync } from 'node:zlib'

/** A zip archive that is written piece by piece. */
export interface ZipWriter {
  /** Bytes so far. */
  readonly size: number
  add(name: string, content: Buffer, compress?: boolean): void
  finish(): void
}

/** Archives of less than 4 GB and 65,535 entries, as runners write them. */
export function writeZip(file: string): ZipWriter {
  const fd = openSync(file, 'w')
  const directory: Buffer[] = []
  let offset = 0
  const put = (bytes: Buffer) => {
    writeSync(fd, bytes)
    offset += bytes.length
  }
  return {
    get size() {
      return offset
    },
    add(name, content, compress = true) {
      const data = compress ? deflateRawSync(content) : content
      const title = Buffer.from(name)
      const head = Buffer.alloc(26)
      head.writeUInt16LE(20, 0)
      head.writeUInt16LE(compress ? 8 : 0, 4)
      head.writeUInt32LE(crc32(content), 10)
      head.writeUInt32LE(data.length, 14)
      head.writeUInt32LE(content.length, 18)
      head.writeUInt16LE(title.length, 22)
      const tail = Buffer.alloc(14)
      tail.writeUInt32LE(offset, 10)
      directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), head, tail, title]))
      put(Buffer.concat([Buffer.from('PK\x03\x04'), head, title, data]))
    },
    finish() {
      const start = offset
      for (const entry of directory) put(entry)
      const end = Buffer.alloc(22)
      end.write('PK\x05\x06', 0, 'latin1')
      end.writeUInt16LE(directory.length, 8)
      end.writeUInt16LE(directory.length, 10)
      end.writeUInt32LE(offset - start, 12)
      end.writeUInt32LE(start, 16)
      put(end)
      closeSync(fd)
    },
  }
}
