import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
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
  readonly archive: Partial<ArchiveLimits>
}

const MiB = 1024 * 1024

export const DOWNLOAD_LIMITS: DownloadLimits = {
  maxArtifacts: 50,
  maxArtifactBytes: 500 * MiB,
  maxTotalBytes: 1_000 * MiB,
  archive: { maxEntries: 20_000, maxStreamBytes: 512 * MiB, maxTotalBytes: 2_000 * MiB },
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
  const listed = await listArtifacts(client, runId, limits.maxArtifacts)
  for (const [index, artifact] of listed.entries()) {
    const named = `The artifact ${JSON.stringify(artifact.name.slice(0, 100))} of run ${runId}`
    const tooMuch = total + artifact.size_in_bytes > limits.maxTotalBytes
    if (artifact.expired || artifact.size_in_bytes > limits.maxArtifactBytes || tooMuch) {
      const why = artifact.expired ? 'has expired' : `has ${artifact.size_in_bytes} bytes, more than are downloaded`
      problems.push({
        message: `${named} ${why}.`,
        remedy: artifact.expired ? 'Run the tests again.' : 'Upload reports and traces of failed tests only.',
        subject: 'artifacts',
      })
      continue
    }
    try {
      const bytes = await downloadZip(client, artifact.id, limits.maxArtifactBytes)
      total += bytes.length
      await unpack(bytes, path.join(folder, String(index)), artifact.name, limits)
      names.push(artifact.name)
    } catch (error) {
      const { problem } = explain(error, { what: `downloading ${named.toLowerCase()}`, needs: NEEDS })
      problems.push(problem)
    }
  }
  return { names, patterns: names.length === 0 ? [] : [`${folder.replaceAll('\\', '/')}/**`], problems }
}

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

async function downloadZip(client: GitHubClient, artifact_id: number, max: number): Promise<Uint8Array> {
  const { data } = await client.rest.actions.downloadArtifact({
    ...client.at,
    artifact_id,
    archive_format: 'zip',
    request: { signal: AbortSignal.timeout(300_000) },
  })
  if (!(data instanceof ArrayBuffer)) {
    throw new HealFault({
      message: 'The download is not an archive.',
      remedy: 'Run the job again.',
      subject: 'artifacts',
    })
  }
  if (data.byteLength > max) {
    throw new HealFault({
      message: `The download has ${data.byteLength} bytes, more than announced.`,
      remedy: 'Upload reports and traces of failed tests only.',
      subject: 'artifacts',
    })
  }
  return new Uint8Array(data)
}

/** Writes the files of an archive below `folder`; names that would leave it are refused by the reader of archives. */
async function unpack(bytes: Uint8Array, folder: string, label: string, limits: DownloadLimits): Promise<void> {
  let entries: ZipEntries | undefined
  try {
    entries = await readZip(bytes, limits.archive, label)
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

/**
 * The last successful run of a workflow on a branch before `notRun`: its artifacts show what the elements were. Null
 * where there is none, or where the token may not look.
 */
export async function findGreenRun(
  client: GitHubClient,
  workflowId: number,
  branch: string,
): Promise<{ id: number; sha: string } | null> {
  try {
    const { data } = await client.rest.actions.listWorkflowRuns({
      ...client.at,
      workflow_id: workflowId,
      branch,
      status: 'success',
      exclude_pull_requests: true,
      per_page: 1,
    })
    const [run] = data.workflow_runs
    return run === undefined ? null : { id: run.id, sha: run.head_sha }
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
