import { lstatSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { glob } from 'tinyglobby'

/** Where test runners leave their reports when nobody tells them otherwise. */
export const DEFAULT_PATTERNS: readonly string[] = [
  '**/test-results/**/*.{json,xml,zip}',
  '**/playwright-report/**/*.{json,xml,html,zip}',
  '**/{blob-report,all-blob-reports}/**/*.zip',
  '**/{reports,report,test-reports,test-output,junit,artifacts}/**/*.{json,xml,zip,html}',
  '**/{surefire-reports,failsafe-reports}/**/*.xml',
  '**/build/test-results/**/*.xml',
  '**/{junit,results,report,test-results,test-report,pytest,TEST-}*.xml',
  '**/{results,report,test-results,playwright-results,playwright-report}.json',
  '**/{jest,vitest,mocha,mochawesome,cucumber,rspec,go-test}{,-report,-results}.json',
  '**/{testng-results,TestResult,TestResults}.xml',
  '**/*.trx',
  '**/pytest{,-output,-log}.{log,txt}',
  '**/.healing_captures/*.jsonl',
  '**/*.trace.zip',
  '**/trace.zip',
]

const IGNORED = ['**/node_modules/**', '**/.git/**', '**/.venv/**', '**/site-packages/**', '**/self-heal-report/**']
/** The trace viewer that comes with every HTML report. */
const VIEWER = '**/playwright-report/trace/**'
const NEAR = '**/*{junit,report,result,trace,playwright,pytest,surefire}*{,/*}'
const MAX_NEAR = 20

export interface FoundFiles {
  /** Absolute paths, sorted. */
  readonly paths: readonly string[]
  /** True where there were more than the limit. */
  readonly truncated: boolean
}

/** Files that match; symbolic links are not followed. */
export async function findFiles(patterns: readonly string[], root: string, maxFiles: number): Promise<FoundFiles> {
  const paths = await glob([...patterns].map(toPosix), {
    cwd: root,
    absolute: true,
    dot: true,
    onlyFiles: true,
    followSymbolicLinks: false,
    ignore: [...IGNORED, VIEWER],
    deep: 20,
    expandDirectories: true,
  })
  const sorted = [...new Set(paths.map((path) => resolve(path)))].filter(isPlainFile).sort()
  return { paths: sorted.slice(0, maxFiles), truncated: sorted.length > maxFiles }
}

/** Files whose names look like reports although no pattern matched them; relative to the root. */
export async function findNearMisses(root: string): Promise<string[]> {
  const paths = await glob([NEAR], {
    cwd: root,
    dot: true,
    onlyFiles: true,
    followSymbolicLinks: false,
    ignore: [...IGNORED, VIEWER, '**/*.{ts,tsx,js,jsx,mjs,cjs,py,java,css,map,md,lock}'],
    deep: 6,
  })
  return paths.sort((a, b) => a.length - b.length).slice(0, MAX_NEAR)
}

/** Path relative to the root for messages; absolute where it lies outside. */
export function displayPath(root: string, path: string): string {
  const own = relative(root, path)
  return own === '' || own.startsWith('..') || isAbsolute(own) ? path : own.split(sep).join('/')
}

function toPosix(pattern: string): string {
  return sep === '\\' ? pattern.split('\\').join('/') : pattern
}

function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
