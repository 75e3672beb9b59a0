import type { Failure } from '../model.ts'

const placeOf = ({ errors }: Failure): { readonly file: string; readonly line: number } | null => {
  const [first] = errors
  return first?.location ?? first?.stack[0] ?? null
}

const nameOf = (file: string): string => file.split(/[\\/]/).at(-1) ?? file

/**
 * Where a test failed when it was reported, in words, if that is another place than where it fails now; null where it is
 * the same, or where one of the two is not known.
 */
export const failedElsewhere = (reported: Failure, now: Failure): string | null => {
  const [was, is] = [placeOf(reported), placeOf(now)]
  if (!was || !is || (was.line === is.line && nameOf(was.file) === nameOf(is.file))) return null
  return `It was reported to fail at ${nameOf(was.file)}:${was.line}; run again without any patch it fails at ${nameOf(is.file)}:${is.line}`
}

/** How often a test that passes now had failed, as far as the report tells. */
export const howOften = ({ attempts }: Failure): string => {
  const failed = attempts.filter((one) => one === 'failed' || one === 'timedOut').length
  const before =
    failed > 0
      ? ` It had failed ${failed === attempts.length ? `all ${failed}` : `${failed} of ${attempts.length}`} times.`
      : ''
  return `It passed when it was run again without any patch.${attempts.length > 1 ? before : ''}`
}
