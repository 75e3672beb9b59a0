import { spawn } from 'node:child_process'

/**
 * Runs a program to its end or its time limit; output is kept and shown only where it fails. Never rejects.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, timeoutMs: number, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function run(command, args, { cwd, timeoutMs, env = process.env }) {
  return new Promise((resolve) => {
    let output = ''
    const detached = process.platform !== 'win32'
    const child = spawn(command, args, { cwd, env, detached, stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setTimeout(() => {
      output += `\nstopped after ${Math.round(timeoutMs / 1000)} s`
      try {
        process.kill(detached ? -child.pid : child.pid, 'SIGKILL')
      } catch {
        child.kill('SIGKILL')
      }
    }, timeoutMs)
    const end = (ok, more = '') => {
      clearTimeout(timer)
      resolve({ ok, output: output + more })
    }
    child.on('error', (error) => end(false, error.message))
    child.on('close', (code) => end(code === 0))
  })
}
