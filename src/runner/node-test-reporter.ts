/** A reporter for `node --test`: one JSON line for every test that ends and for every file that does not load. */
export const NODE_TEST_REPORTER_SOURCE = String.raw`const cut = (text) => (typeof text === 'string' ? text.slice(0, 20000) : undefined)
const say = (value) => (value === undefined ? undefined : typeof value === 'string' ? JSON.stringify(value) : cut(String(value)))

const errorOf = (error) => {
  const inner = error?.cause && typeof error.cause === 'object' ? error.cause : error
  const compared = inner?.code === 'ERR_ASSERTION' && inner.operator && 'actual' in inner
  const plain = (value) => typeof value !== 'object' || value === null
  const known = compared && plain(inner.actual) && plain(inner.expected)
  return {
    name: cut(inner?.name), message: cut(inner?.message ?? String(inner)), stack: cut(inner?.stack),
    expected: known ? say(inner.expected) ?? 'undefined' : undefined, actual: known ? say(inner.actual) ?? 'undefined' : undefined,
    cause: inner?.cause ? cut(String(inner.cause.message || inner.cause.code || inner.cause)) : undefined,
    code: cut(inner?.code ?? inner?.cause?.code), kind: cut(error?.failureType), frames: [],
  }
}

export default async function* lines(events) {
  const open = new Map()
  const said = new Map()
  for await (const { type, data } of events) {
    const file = data?.file ?? ''
    if (type === 'test:start') {
      const path = (open.get(file) ?? []).slice(0, data.nesting)
      path[data.nesting] = data.name
      open.set(file, path)
    } else if (type === 'test:stderr' || type === 'test:stdout') {
      said.set(file, ((said.get(file) ?? '') + data.message).slice(-20000))
    } else if ((type === 'test:pass' || type === 'test:fail') && data.details?.type !== 'suite') {
      const isFile = data.nesting === 0 && (data.name === file || (file && file.endsWith('/' + data.name)) || /\.[cm]?[jt]sx?$/.test(data.name))
      const status = data.skip !== undefined || data.todo !== undefined ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed'
      if (isFile && status !== 'failed') continue
      const titles = isFile ? [] : [...(open.get(file) ?? []).slice(0, data.nesting), data.name]
      const errors = data.details?.error ? [errorOf(data.details.error)] : []
      if (isFile) errors.unshift({ name: undefined, message: said.get(file) ?? '', stack: said.get(file), frames: [] })
      yield JSON.stringify({ file: isFile && !file ? data.name : file, titles, status, ms: data.details?.duration_ms ?? 0, errors }) + '\n'
    }
  }
}
`
