import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A real repository in a temporary folder: a bare one that GitHub serves, and a checkout of it. */
export interface TestRepository {
  readonly bare: string
  readonly checkout: string
  /** Commits files to the checkout and pushes the branch; returns the commit. */
  push(branch: string, files: { readonly [path: string]: string }, message?: string): string
  /** Commits to a branch on the server alone, like a push by somebody else. */
  pushElsewhere(branch: string, files: { readonly [path: string]: string }, message?: string): string
  git(...args: string[]): string
  dispose(): void
}

const IDENTITY = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main']

export function makeRepository(files: { readonly [path: string]: string }): TestRepository {
  const folder = mkdtempSync(path.join(tmpdir(), 'self-heal-repo-'))
  const bare = path.join(folder, 'origin.git')
  const checkout = path.join(folder, 'checkout')
  const gitIn = (cwd: string, args: readonly string[]) =>
    execFileSync('git', [...IDENTITY, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
      .toString('utf8')
      .trim()
  const write = (root: string, contents: { readonly [path: string]: string }) => {
    for (const [file, text] of Object.entries(contents)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
      writeFileSync(path.join(root, file), text)
    }
  }
  mkdirSync(bare)
  gitIn(bare, ['init', '--quiet', '--bare'])
  gitIn(folder, ['clone', '--quiet', bare, checkout])
  const pushFrom = (root: string, branch: string, contents: { readonly [path: string]: string }, message: string) => {
    write(root, contents)
    gitIn(root, ['add', '-A'])
    gitIn(root, ['commit', '--quiet', '--allow-empty', '-m', message])
    gitIn(root, ['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`])
    return gitIn(root, ['rev-parse', 'HEAD'])
  }
  pushFrom(checkout, 'main', files, 'Start')
  return {
    bare,
    checkout,
    push: (branch, contents, message = 'Change') => pushFrom(checkout, branch, contents, message),
    pushElsewhere: (branch, contents, message = 'Change elsewhere') => {
      const other = mkdtempSync(path.join(folder, 'other-'))
      gitIn(folder, ['clone', '--quiet', '--branch', branch, bare, other])
      return pushFrom(other, branch, contents, message)
    },
    git: (...args) => gitIn(checkout, args),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}
