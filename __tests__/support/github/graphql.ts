import { schema as github } from '@octokit/graphql-schema'
import { buildSchema, execute, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql'
import type { World } from './world.ts'

let schema: GraphQLSchema | undefined

/** GitHub's own GraphQL schema, read once. */
function githubSchema(): GraphQLSchema {
  schema ??= buildSchema(github.idl, { assumeValid: true })
  return schema
}

interface Change {
  readonly path: string
  readonly contents: string
}

interface CommitInput {
  readonly branch: { readonly repositoryNameWithOwner: string; readonly branchName: string }
  readonly expectedHeadOid: string
  readonly message: { readonly headline: string; readonly body?: string }
  readonly fileChanges?: { readonly additions?: readonly Change[]; readonly deletions?: readonly { path: string }[] }
}

interface RefUpdate {
  readonly name: string
  readonly afterOid: string
  readonly beforeOid?: string
  readonly force?: boolean
}

const ZERO = '0'.repeat(40)
/** GitHub gives no more than this of a file's text. */
const MAX_TEXT = 512_000

/** Answers a GraphQL request: the document and its variables are checked against GitHub's schema, then carried out. */
export async function answerGraphql(
  world: World,
  request: { readonly query: string; readonly variables?: { readonly [name: string]: unknown } },
): Promise<{ body: object; valid: boolean }> {
  const checked = githubSchema()
  const document = parse(request.query)
  const complaints = validate(checked, document)
  if (complaints.length > 0) return { body: { errors: complaints }, valid: false }
  const result = await execute({
    schema: checked,
    document,
    variableValues: request.variables,
    rootValue: rootOf(world),
  })
  const errors = result.errors?.map((error) => ({ ...error.toJSON(), type: error.extensions.type }))
  const coercion = result.errors?.some((error) => error.path === undefined) ?? false
  return { body: { data: result.data, ...(errors === undefined ? {} : { errors }) }, valid: !coercion }
}

function rootOf(world: World) {
  const { git } = world
  const refusal = (type: string, message: string) => new GraphQLError(message, { extensions: { type } })
  return {
    viewer: { login: world.viewer.login },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      if (owner !== world.owner || name !== world.repo) {
        throw refusal('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`)
      }
      return {
        id: 'R_standin',
        ref: ({ qualifiedName }: { qualifiedName: string }) => {
          const oid = git.read(qualifiedName)
          return oid === null ? null : { target: { __typename: 'Commit', oid } }
        },
        object: ({ expression }: { expression: string }) => {
          const entries = git.entries(expression)
          if (entries !== null) return { __typename: 'Tree', entries }
          const text = git.blob(expression)
          if (text === null) return null
          const isBinary = text.includes('\0')
          return {
            __typename: 'Blob',
            oid: git.object(expression),
            byteSize: Buffer.byteLength(text),
            text: isBinary ? null : text.slice(0, MAX_TEXT),
            isBinary,
            isTruncated: text.length > MAX_TEXT,
          }
        },
      }
    },
    createCommitOnBranch: ({ input }: { input: CommitInput }) => {
      const { branch, expectedHeadOid, message, fileChanges } = input
      if (branch.repositoryNameWithOwner !== `${world.owner}/${world.repo}`) {
        throw refusal(
          'NOT_FOUND',
          `Could not resolve to a Repository with the name '${branch.repositoryNameWithOwner}'.`,
        )
      }
      const ref = `refs/heads/${branch.branchName}`
      const head = git.read(ref)
      if (head === null) throw refusal('NOT_FOUND', `No ref found for branch '${branch.branchName}'`)
      if (head !== expectedHeadOid) {
        throw refusal('STALE_DATA', `Expected branch to point to "${head}" but it did not. Pull and try again.`)
      }
      const files = [
        ...(fileChanges?.additions ?? []).map(({ path, contents }) => ({
          path,
          content: Buffer.from(contents, 'base64'),
        })),
        ...(fileChanges?.deletions ?? []).map(({ path }) => ({ path, content: null })),
      ]
      const text = message.body ? `${message.headline}\n\n${message.body}` : message.headline
      const oid = git.commit(head, files, text)
      git.set(ref, oid, head)
      return { commit: { oid } }
    },
    updateRefs: ({ input }: { input: { refUpdates: readonly RefUpdate[] } }) => {
      for (const { name, beforeOid, afterOid, force } of input.refUpdates) {
        const now = git.read(name) ?? ZERO
        if (beforeOid !== undefined && beforeOid !== now) {
          throw refusal('UNPROCESSABLE', `Reference ${name} is at ${now} but expected ${beforeOid}`)
        }
        if (!force && afterOid !== ZERO && now !== ZERO && !git.isAncestor(now, afterOid)) {
          throw refusal('UNPROCESSABLE', `Update to ${name} is not a fast forward`)
        }
      }
      for (const { name, afterOid } of input.refUpdates) {
        if (afterOid === ZERO) git.remove(name)
        else git.set(name, afterOid)
        closeEmptyPulls(world, name)
      }
      return { clientMutationId: null }
    },
  }
}

/** Like GitHub: a pull request whose branch no longer has a commit of its own is closed. */
function closeEmptyPulls({ git, pulls }: World, name: string): void {
  for (const pull of pulls) {
    if (`refs/heads/${pull.head}` !== name || pull.state === 'closed') continue
    const head = git.read(name)
    if (head === null || git.ahead(`refs/heads/${pull.base}`, head) === 0) pull.state = 'closed'
  }
}
