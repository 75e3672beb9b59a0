import { createWriteStream } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { type ArchiveLimits, readZip, type ZipEntries } from '../artifacts/zip.ts'
import { HealFault } from '../engine.ts'
import type { Problem } from '../model.ts'
import type { GitHubClient } from './client.ts'
import { explain } from './errors.ts'

/** Limits of what is downloaded from one run; sizes in bytes. */
export interface DownloadLimits {
  readonly maxArtifacts: number
  readonly maxArtifactBytes: number
  readonly maxTotalBytes: number
  /** All downloads of a run together, in milliseconds. */
  readonly maxMs: number
  readonly archive: Partial<ArchiveLimits>
}

const MiB = 1024 * 1024

export const DOWNLOAD_LIMITS: DownloadLimits = {
  maxArtifacts: 50,
  maxArtifactBytes: 500 * MiB,
  maxTotalBytes: 1_000 * MiB,
  maxMs: 300_000,
  archive: { maxEntries: 20_000, maxStreamBytes: 512 * MiB, maxTotalBytes: 2_000 * MiB },
}

/** Of green runs: they make heals surer, and are worth less than the time and space of the failed run's own. */
export const BASELINE_LIMITS: DownloadLimits = {
  ...DOWNLOAD_LIMITS,
  maxArtifacts: 20,
  maxTotalBytes: 500 * MiB,
  maxMs: 120_000,
}

export interface Downloaded {
  /** Names of the artifacts that were unpacked. */
  readonly names: readonly string[]
  /** Globs, absolute, that cover everything unpacked. */
  readonly patterns: readonly string[]
  readonly problems: readonly Problem[]
}

const NEEDS = { actions: 'read' } as const

/**
 * Downloads the artifacts of a run and unpacks them into `folder`, a folder of our own. What is too large, expired or
 * broken is left out and named; a fault only where the run itself cannot be read.
 */
export async function downloadArtifacts(
  client: GitHubClient,
  runId: number,
  folder: string,
  limits: DownloadLimits = DOWNLOAD_LIMITS,
): Promise<Downloaded> {
  const problems: Problem[] = []
  const names: string[] = []
  let total = 0
  const late = AbortSignal.timeout(Math.ceil(limits.maxMs))
  const listed = await listArtifacts(client, runId, limits.maxArtifacts)
  for (const [index, artifact] of listed.entries()) {
    const named = `The artifact ${JSON.stringify(artifact.name.slice(0, 100))} of run ${runId}`
    const why = artifact.expired
      ? EXPIRED
      : artifact.size_in_bytes > limits.maxArtifactBytes || total + artifact.size_in_bytes > limits.maxTotalBytes
        ? tooMuch(artifact.size_in_bytes)
        : late.aborted
          ? outOfTime(limits)
          : null
    if (why !== null) {
      problems.push({ ...why, message: `${named} ${why.message}` })
      continue
    }
    const target = path.join(folder, String(index))
    try {
      total += await downloadZip(client, artifact.id, `${target}.zip`, limits.maxArtifactBytes, late)
      await unpack(`${target}.zip`, target, artifact.name, limits)
      names.push(artifact.name)
    } catch (error) {
      problems.push(
        late.aborted
          ? { ...outOfTime(limits), message: `${named} ${outOfTime(limits).message}` }
          : explain(error, { what: `downloading ${named.toLowerCase()}`, needs: NEEDS }).problem,
      )
    } finally {
      await rm(`${target}.zip`, { force: true })
    }
  }
  return { names, patterns: names.length === 0 ? [] : [`${folder.replaceAll('\\', '/')}/**`], problems }
}

const EXPIRED: Problem = {
  message: 'has expired.',
  remedy: 'Run the tests again, or raise `retention-days` where it is uploaded.',
  subject: 'artifacts',
}
const tooMuch = (bytes: number): Problem => ({
  message: `has ${bytes} bytes, more than are downloaded.`,
  remedy: 'Upload reports and traces only, and of green runs only those of tests that matter.',
  subject: 'artifacts',
})
const outOfTime = ({ maxMs }: DownloadLimits): Problem => ({
  message: `was left out: the downloads took longer than ${Math.round(maxMs / 1_000)} seconds.`,
  remedy: 'Upload less, or heal in the job of the tests, where the artifacts lie already.',
  subject: 'artifacts',
})

async function listArtifacts(client: GitHubClient, runId: number, max: number) {
  try {
    const artifacts = await client.paginate(
      client.rest.actions.listWorkflowRunArtifacts,
      { ...client.at, run_id: runId, per_page: 100 },
      (response, done) => {
        if (response.data.length >= max) done()
        return response.data
      },
    )
    return artifacts.slice(0, max)
  } catch (error) {
    throw explain(error, { what: `listing the artifacts of run ${runId}`, needs: NEEDS })
  }
}

/** Streams an artifact into a file, so that its size never counts as memory. Returns its bytes. */
async function downloadZip(
  client: GitHubClient,
  artifact_id: number,
  target: string,
  max: number,
  late: AbortSignal,
): Promise<number> {
  const { data } = await client.rest.actions.downloadArtifact({
    ...client.at,
    artifact_id,
    archive_format: 'zip',
    request: { signal: late, parseSuccessResponseBody: false },
  })
  if (!(data instanceof globalThis.ReadableStream)) {
    throw new HealFault({
      message: 'The download is not an archive.',
      remedy: 'Run the job again.',
      subject: 'artifacts',
    })
  }
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      done(bytes > max ? new HealFault(tooMuchSent(max)) : null, chunk)
    },
  })
  await mkdir(path.dirname(target), { recursive: true })
  await pipeline(Readable.fromWeb(data as ReadableStream), counted, createWriteStream(target), { signal: late })
  return bytes
}

const tooMuchSent = (max: number): Problem => ({
  message: `The download has more than ${max} bytes, and more than was announced.`,
  remedy: 'Upload reports and traces only.',
  subject: 'artifacts',
})

/** Writes the files of an archive below `folder`; names that would leave it are refused by the reader of archives. */
async function unpack(archive: string, folder: string, label: string, limits: DownloadLimits): Promise<void> {
  let entries: ZipEntries | undefined
  try {
    entries = await readZip(archive, limits.archive, label)
    for (const name of entries.names) {
      const target = path.join(folder, name)
      if (!target.startsWith(folder + path.sep)) continue
      await mkdir(path.dirname(target), { recursive: true })
      await writeFile(target, entries.chunks(name))
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new HealFault(
      { message: reason, remedy: 'Upload the artifact again, or leave it out.', subject: 'artifacts' },
      { cause: error },
    )
  } finally {
    entries?.close()
  }
}

/** A run whose tests were green. */
export interface GreenRun {
  readonly id: number
  readonly sha: string
}

/**
 * The last successful runs of a workflow on a branch, newest first: their artifacts show what the elements were. Runs of
 * forks are none, whatever their branches are called.
 */
export async function findGreenRuns(
  client: GitHubClient,
  workflowId: number,
  branch: string,
  max = 5,
): Promise<readonly GreenRun[]> {
  try {
    const { data } = await client.rest.actions.listWorkflowRuns({
      ...client.at,
      workflow_id: workflowId,
      branch,
      status: 'success',
      exclude_pull_requests: true,
      per_page: 30,
    })
    const home = `${client.owner}/${client.repo}`.toLowerCase()
    return data.workflow_runs
      .filter((run) => run.head_branch === branch && run.head_repository?.full_name.toLowerCase() === home)
      .slice(0, max)
      .map((run) => ({ id: run.id, sha: run.head_sha }))
  } catch (error) {
    throw explain(error, { what: `looking for the last green run on ${branch}`, needs: NEEDS })
  }
}

/** Id of the workflow that a run belongs to. */
export async function readWorkflowId(client: GitHubClient, runId: number): Promise<number> {
  try {
    const { data } = await client.rest.actions.getWorkflowRun({ ...client.at, run_id: runId })
    return data.workflow_id
  } catch (error) {
    throw explain(error, { what: `reading run ${runId}`, needs: NEEDS })
  }
}
