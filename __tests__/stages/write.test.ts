import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { Fault } from '../../src/fault.ts'
import { writeReport } from '../../src/stages/write.ts'
import { sampleReport } from '../support/reports.ts'

const root = mkdtempSync(path.join(tmpdir(), 'write-'))
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('names the folder in which the report could not be written, and what to do', async () => {
  const taken = path.join(root, 'report')
  writeFileSync(taken, 'a file where the folder should be')
  const fault = await writeReport(sampleReport(), taken, root).catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(Fault)
  expect((fault as Fault).problem).toMatchObject({ subject: 'report_dir' })
  expect((fault as Fault).problem.message).toContain(taken)
  expect((fault as Fault).problem.remedy).toContain('report_dir')
})
