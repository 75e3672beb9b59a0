import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

const PAPERS = /^(licen[cs]e|notice|copying|thirdpartynotices)(\b|[-._])/i

/** The folder of the package that holds `file`, the innermost one; null for a file of the project itself. */
export function packageFolder(file: string): string | null {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll('\\', '/'))
  return match?.[1] ?? null
}

/** One text with name, version, licence and the papers of every package that `files` come from, in order of names. */
export async function collectLicenses(root: string, files: readonly string[]): Promise<string> {
  const folders = new Set(files.map(packageFolder).filter((folder) => folder !== null))
  const sections = new Map<string, string>()
  for (const folder of folders) {
    const about = await describePackage(path.join(root, folder))
    sections.set(about.title, about.text)
  }
  const ordered = [...sections].sort(([a], [b]) => (a < b ? -1 : 1))
  const head = 'This folder holds code of the following packages.\n'
  return [head, ...ordered.map(([title, text]) => `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n\n${text}\n`)].join(
    '\n',
  )
}

async function describePackage(folder: string): Promise<{ title: string; text: string }> {
  const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: string
  }
  if (about.license === undefined)
    throw new Error(`${folder}/package.json names no licence; look at it before bundling.`)
  const names = (await readdir(folder)).filter((name) => PAPERS.test(name) && !/\.(js|ts)$/.test(name)).sort()
  const papers = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))
  const text = papers.map((paper) => paper.replace(/\r\n/g, '\n').trim()).join('\n\n')
  return { title: `${about.name} ${about.version} (${about.license})`, text: text || 'No licence text in the package.' }
}
