import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ArchiveError, readFolder, readZip } from '../../src/artifacts/zip.ts'
import { makeZip } from '../support/make-zip.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
const MiB = 1024 * 1024

describe('readZip', () => {
  it('reads entries from memory and from a file, whole and in pieces', async () => {
    const bytes = makeZip({ 'a.txt': 'alpha', 'dir/b.txt': 'beta' })
    const path = join(mkdtempSync(join(tmpdir(), 'zip-')), 'x.zip')
    writeFileSync(path, bytes)
    for (const source of [bytes, path]) {
      const zip = await readZip(source)
      expect(zip.names).toEqual(['a.txt', 'dir/b.txt'])
      expect(text(await zip.read('dir/b.txt'))).toBe('beta')
      const parts: Uint8Array[] = []
      for await (const part of zip.chunks('a.txt')) parts.push(part)
      expect(text(Buffer.concat(parts))).toBe('alpha')
      zip.close()
    }
  })

  it('refuses names that point outside of the archive', async () => {
    for (const name of ['../../etc/cron.d/x', '/etc/passwd', 'a/../../b', 'C:/x'])
      await expect(readZip(makeZip({ [name]: 'x' }), {}, 'bad.zip')).rejects.toThrow(/bad\.zip.*outside/)
  })

  it('refuses an entry that grows out of proportion', async () => {
    const bomb = makeZip({ 'zeros.bin': Buffer.alloc(32 * MiB) })
    expect(bomb.length).toBeLessThan(MiB)
    await expect(readZip(bomb, {}, 'bomb.zip')).rejects.toThrow(/bomb\.zip.*"zeros\.bin" would grow \d+ times/)
  })

  it('refuses more entries, more bytes in all, and larger archives than the limits', async () => {
    const zip = makeZip({ a: 'xxxx', b: 'yyyy', c: 'zzzz' })
    await expect(readZip(zip, { maxEntries: 2 }, 'z')).rejects.toThrow(/more than 2 entries/)
    await expect(readZip(zip, { maxTotalBytes: 8 }, 'z')).rejects.toThrow(/more than 8 bytes/)
    await expect(readZip(zip, { maxArchiveBytes: 10 }, 'z')).rejects.toThrow(/more than the 10/)
    const open = await readZip(zip, { maxEntryBytes: 3 }, 'z')
    await expect(open.read('a')).rejects.toThrow(/"a" has 4 bytes, more than the 3/)
  })

  it('says what is wrong with a truncated or damaged archive, and what to do', async () => {
    const whole = makeZip({ 'a.txt': 'some content that is long enough'.repeat(50) })
    const error = await readZip(whole.subarray(0, whole.length - 30), {}, 'cut.zip').catch((thrown) => thrown)
    expect(error).toBeInstanceOf(ArchiveError)
    expect(error.message).toContain('cut.zip')
    expect(error.remedy).toMatch(/again/)
    const damaged = Buffer.from(whole)
    damaged[60] = (damaged[60] ?? 0) ^ 0xff
    const open = await readZip(damaged, {}, 'damaged.zip')
    await expect(open.read('a.txt')).rejects.toThrow(/damaged\.zip.*"a\.txt".*damaged/)
  })

  it('catches content that was changed without changing its length', async () => {
    const zip = makeZip({ a: 'x' })
    const checksum = zip.indexOf(Buffer.from('PK\x01\x02')) + 16
    zip.writeUInt32LE(1, checksum)
    await expect((await readZip(zip)).read('a')).rejects.toThrow(/checksum/)
  })

  it('names the entry that is missing', async () => {
    await expect((await readZip(makeZip({ a: 'x' }), {}, 'z.zip')).read('b')).rejects.toThrow('z.zip: has no entry "b"')
  })
})

describe('readFolder', () => {
  it('reads an unpacked folder through the same interface and follows no links', async () => {
    const root = mkdtempSync(join(tmpdir(), 'folder-'))
    mkdirSync(join(root, 'resources'))
    writeFileSync(join(root, 'test.trace'), '{}')
    writeFileSync(join(root, 'resources', 'x.css'), 'a{}')
    symlinkSync('/etc/hostname', join(root, 'resources', 'link.txt'))
    const folder = await readFolder(root)
    expect([...folder.names].sort()).toEqual(['resources/x.css', 'test.trace'])
    expect(text(await folder.read('resources/x.css'))).toBe('a{}')
    await expect(folder.read('../x')).rejects.toThrow(/has no entry/)
  })
})
