import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Edit } from '../../src/model.ts'
import { toJson } from '../../src/report/json.ts'
import { applyEdits, unifiedDiff } from '../../src/source/edits.ts'
import { FIX, makeRepository, PAGE, PAGE_TEXT, put, selfHeal } from '../support/cli.ts'
import { sampleProposal, sampleReport, sampleResult } from '../support/reports.ts'

const edit = (base: string, old: string, next: string): Edit => {
  const start = base.indexOf(old)
  return { file: 'tests/names.ts', start, end: start + old.length, old, new: next }
}

const read = (root: string, file = PAGE): string => readFileSync(path.join(root, file), 'utf8')

describe('self-heal apply', () => {
  it('applies a fix, once', async () => {
    const cwd = makeRepository()
    put(cwd, '.healing_fixes/buy.patch', FIX)
    const first = await selfHeal(['apply', '.healing_fixes/buy.patch'], { cwd })
    expect(first).toEqual({ code: 0, stdout: `✔ .healing_fixes/buy.patch → ${PAGE}\n`, stderr: '' })
    expect(read(cwd)).toBe(PAGE_TEXT.replace("'buy'", "'purchase'"))
    const second = await selfHeal(['apply', '.healing_fixes/buy.patch'], { cwd })
    expect(second).toMatchObject({ code: 0, stdout: '= .healing_fixes/buy.patch was applied before\n' })
  })

  it('works from a subfolder', async () => {
    const root = makeRepository()
    put(root, '.healing_fixes/buy.patch', FIX)
    const ran = await selfHeal(['apply', '../.healing_fixes/buy.patch'], { cwd: path.join(root, 'tests') })
    expect(ran.code).toBe(0)
    expect(read(root)).toContain("'purchase'")
  })

  it.each(['tests/my page.ts', 'tests/Größe.ts', 'tests/a"b\\c.ts', '-tests/x.ts'])(
    'applies to a file named %s',
    async (name) => {
      const cwd = makeRepository({ [name]: PAGE_TEXT })
      put(cwd, 'x.patch', unifiedDiff(name, PAGE_TEXT, PAGE_TEXT.replace("'buy'", "'purchase'")))
      expect(await selfHeal(['apply', 'x.patch'], { cwd })).toMatchObject({ code: 0, stderr: '' })
      expect(read(cwd, name)).toContain("'purchase'")
    },
  )

  describe('of neighbouring lines', () => {
    const BASE = "const a = get('one')\nconst b = get('two')\n"
    const edits = [edit(BASE, "'one'", "'uno'"), edit(BASE, "'two'", "'due'")]

    /** A repository after a run that made one fix for each of two lines that follow each other. */
    function afterRun(change: (diff: string) => string = (diff) => diff): string {
      const cwd = makeRepository({ 'tests/names.ts': BASE })
      const results = edits.map((one, i) => {
        const diff = unifiedDiff('tests/names.ts', BASE, applyEdits(BASE, [one]))
        put(cwd, `.healing_fixes/${i}.patch`, change(diff))
        return sampleResult({ proposal: sampleProposal({ edits: [one], diff, patch: `${i}.patch` }) })
      })
      const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd, encoding: 'utf8' }).trim()
      const report = sampleReport(results)
      put(cwd, 'self-heal-report/healing-report.json', toJson({ ...report, run: { ...report.run, commit } }))
      return cwd
    }

    it.each([
      [['.healing_fixes/0.patch', '.healing_fixes/1.patch']],
      [['.healing_fixes/1.patch', '.healing_fixes/0.patch']],
    ])('are applied one after the other: %j', async (patches) => {
      const cwd = afterRun()
      for (const patch of patches)
        expect(await selfHeal(['apply', patch], { cwd })).toMatchObject({ code: 0, stderr: '' })
      expect(read(cwd, 'tests/names.ts')).toBe("const a = get('uno')\nconst b = get('due')\n")
      expect((await selfHeal(['apply', ...patches], { cwd })).stdout.match(/applied before/g)).toHaveLength(2)
    })

    it('are still told from a file that somebody changed', async () => {
      const cwd = afterRun()
      put(cwd, 'tests/names.ts', BASE.replace("'one'", "'eins'"))
      expect((await selfHeal(['apply', '.healing_fixes/0.patch'], { cwd })).code).toBe(2)
      expect(read(cwd, 'tests/names.ts')).toContain("'eins'")
    })

    it('apply what the patch says, not what the report says', async () => {
      const cwd = afterRun((diff) => diff.replace("'uno'", "'edited'"))
      await selfHeal(['apply', '.healing_fixes/0.patch'], { cwd })
      expect(read(cwd, 'tests/names.ts')).toContain("'edited'")
    })
  })

  it('leaves everything as it is where the file changed since', async () => {
    const cwd = makeRepository()
    put(cwd, 'buy.patch', FIX)
    const changed = put(cwd, PAGE, PAGE_TEXT.replace("'buy'", "'order'"))
    const ran = await selfHeal(['apply', 'buy.patch'], { cwd })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('does not apply')
    expect(ran.stderr).toContain(`${PAGE} changed since the fix was made`)
    expect(readFileSync(changed, 'utf8')).toContain("'order'")
  })

  it('applies none of several where one is refused', async () => {
    const cwd = makeRepository()
    put(cwd, 'good.patch', FIX)
    put(cwd, 'bad.patch', FIX.replaceAll(PAGE, '../outside.ts'))
    const ran = await selfHeal(['apply', 'good.patch', 'bad.patch'], { cwd })
    expect(ran.code).toBe(2)
    expect(read(cwd)).toBe(PAGE_TEXT)
  })

  it.each([
    ['a path outside the repository', FIX.replaceAll(PAGE, '../outside.ts'), /outside/],
    ['git itself', FIX.replaceAll(PAGE, '.git/config'), /\.git/],
    ['workflows', FIX.replaceAll(PAGE, '.github/workflows/ci.yml'), /\.github/],
    ['workflows in other letters', FIX.replaceAll(PAGE, '.GitHub/workflows/ci.yml'), /\.GitHub/],
    ['a file git does not track', FIX.replaceAll(PAGE, 'tests/new.ts'), /does not track/],
    ['a new file', `--- /dev/null\n+++ b/x.ts\n@@ -0,0 +1 @@\n+evil\n`, /creates, deletes or renames/],
    ['a deleted file', `--- a/${PAGE}\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n`, /creates, deletes or renames/],
    ['a mode', `diff --git a/${PAGE} b/${PAGE}\nold mode 100644\nnew mode 100755\n${FIX}`, /mode/],
    ['nothing', 'hello\n', /holds no change|is no patch/],
  ])('refuses a patch that changes %s', async (_, patch, why) => {
    const cwd = makeRepository({
      [PAGE]: PAGE_TEXT,
      '.github/workflows/ci.yml': PAGE_TEXT,
      '.GitHub/workflows/ci.yml': PAGE_TEXT,
    })
    put(cwd, 'tests/new.ts', PAGE_TEXT)
    put(cwd, 'x.patch', patch)
    const ran = await selfHeal(['apply', 'x.patch'], { cwd })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(why)
    expect(read(cwd)).toBe(PAGE_TEXT)
    expect(read(cwd, 'tests/new.ts')).toBe(PAGE_TEXT)
  })

  it('refuses to write through a symlink', async () => {
    const cwd = makeRepository({ [PAGE]: PAGE_TEXT, 'other/product-page.ts': PAGE_TEXT })
    rmSync(path.join(cwd, 'tests/pages'), { recursive: true })
    symlinkSync(path.join(cwd, 'other'), path.join(cwd, 'tests/pages'))
    put(cwd, 'x.patch', FIX)
    const ran = await selfHeal(['apply', 'x.patch'], { cwd })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('symlink')
    expect(read(cwd, 'other/product-page.ts')).toBe(PAGE_TEXT)
  })

  it('names a patch that is not there', async () => {
    const ran = await selfHeal(['apply', 'none.patch'], { cwd: makeRepository() })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('There is no patch')
  })
})
