import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../src/fault.ts'
import { recoverJournal, withPatchedFiles } from '../../src/runner/journal.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'journal-'))
  await mkdir(join(root, '.git'))
  await mkdir(join(root, 'tests'))
  await writeFile(join(root, 'tests/a.spec.ts'), 'original a\r\n')
  await writeFile(join(root, 'tests/b.spec.ts'), Buffer.from([0xff, 0x00, 0x0a]))
  await chmod(join(root, 'tests/a.spec.ts'), 0o751)
  await utimes(join(root, 'tests/a.spec.ts'), 1_600_000_000.123, 1_600_000_001.456)
})
afterEach(() => rm(root, { recursive: true, force: true }))

const read = (path: string) => readFile(join(root, path), 'utf8')
async function state(): Promise<unknown[]> {
  const names = ['tests/a.spec.ts', 'tests/b.spec.ts']
  return Promise.all(
    names.map(async (name) => {
      const { mode, mtimeNs, ino } = await stat(join(root, name), { bigint: true })
      return [name, await readFile(join(root, name), 'hex'), mode, mtimeNs, ino]
    }),
  )
}
const leftovers = () => readdir(join(root, '.git/self-heal/journal')).catch(() => [])

describe('withPatchedFiles', () => {
  it('shows the patched content inside and puts back bytes, mode and time, to the nanosecond', async () => {
    const before = await state()
    const seen = await withPatchedFiles(
      root,
      [
        { path: 'tests/a.spec.ts', content: 'patched', before: 'original a\r\n' },
        { path: 'tests/b.spec.ts', content: 'patched too' },
      ],
      async () => [
        await read('tests/a.spec.ts'),
        await read('tests/b.spec.ts'),
        (await stat(join(root, 'tests/a.spec.ts'))).mode & 0o777,
      ],
    )
    expect(seen).toEqual(['patched', 'patched too', 0o751])
    expect(await state()).toEqual(before)
    expect(await leftovers()).toEqual([])
  })

  it('puts everything back when the work throws, or rewrites, replaces or deletes the patched files', async () => {
    const before = await state()
    const work = async () => {
      await writeFile(join(root, 'tests/a.spec.ts'), 'rewritten by the test run')
      await rm(join(root, 'tests/b.spec.ts'))
      throw new Error('the run failed')
    }
    const files = ['tests/a.spec.ts', 'tests/b.spec.ts'].map((path) => ({ path, content: 'x' }))
    await expect(withPatchedFiles(root, files, work)).rejects.toThrow('the run failed')
    expect(await state()).toEqual(before)
  })

  it('makes files that were not there and takes them away again', async () => {
    const file = { path: 'tests/.generated.config.ts', content: 'export default {}', before: null }
    expect(await withPatchedFiles(root, [file], () => read(file.path))).toBe('export default {}')
    await expect(lstat(join(root, file.path))).rejects.toThrow('ENOENT')
  })

  it('nests: the inner patch ends as the outer one left the file', async () => {
    const before = await state()
    await withPatchedFiles(root, [{ path: 'tests/a.spec.ts', content: 'outer' }], async () => {
      await withPatchedFiles(root, [{ path: 'tests/a.spec.ts', content: 'inner', before: 'outer' }], async () => {
        expect(await read('tests/a.spec.ts')).toBe('inner')
      })
      expect(await read('tests/a.spec.ts')).toBe('outer')
    })
    expect(await state()).toEqual(before)
  })

  it.each([
    ['is no longer what was analysed', { path: 'tests/a.spec.ts', content: 'x', before: 'something else' }],
    ['does not exist', { path: 'tests/missing.ts', content: 'x' }],
    ['exists already', { path: 'tests/a.spec.ts', content: 'x', before: null }],
    ['outside of the repository', { path: '../outside.ts', content: 'x', before: null }],
    ['not a path inside', { path: '/etc/hosts', content: 'x' }],
    ['belongs to git', { path: '.git/config', content: 'x', before: null }],
    ['reached through a symlink', { path: 'linked/a.spec.ts', content: 'x' }],
    ['reached through a symlink', { path: 'link.ts', content: 'x' }],
    ['not a regular file', { path: 'tests', content: 'x' }],
  ])('refuses a file that %s and changes none', async (why, file) => {
    await symlink(join(root, 'tests'), join(root, 'linked'))
    await symlink(join(root, 'tests/a.spec.ts'), join(root, 'link.ts'))
    const before = await state()
    const work = withPatchedFiles(root, [{ path: 'tests/b.spec.ts', content: 'y' }, file], () => 'never')
    await expect(work).rejects.toThrow(why)
    await expect(work).rejects.toBeInstanceOf(Fault)
    expect(await state()).toEqual(before)
    expect(await leftovers()).toEqual([])
  })

  it('keeps any text whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (original, patched) => {
        await writeFile(join(root, 'tests/a.spec.ts'), original)
        const bytes = await readFile(join(root, 'tests/a.spec.ts'))
        const inside = await withPatchedFiles(root, [{ path: 'tests/a.spec.ts', content: patched }], () =>
          readFile(join(root, 'tests/a.spec.ts')),
        )
        expect(inside).toEqual(Buffer.from(patched))
        expect(await readFile(join(root, 'tests/a.spec.ts'))).toEqual(bytes)
      }),
      { numRuns: 30 },
    )
  })
})

describe('recoverJournal', () => {
  it('leaves the journal of a run that is still at work alone', async () => {
    await withPatchedFiles(root, [{ path: 'tests/a.spec.ts', content: 'mine' }], async () => {
      expect(recoverJournal(root)).toEqual({ restored: [], conflicts: [] })
      expect(await read('tests/a.spec.ts')).toBe('mine')
    })
  })

  it('has nothing to do where there is no journal', () => {
    expect(recoverJournal(root)).toEqual({ restored: [], conflicts: [] })
  })
})
