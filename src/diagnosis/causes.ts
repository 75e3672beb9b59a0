const MAX_CAUSES = 8
/** What wraps a message that says more: a thread's last words, a cause, the description of a call that ended. */
const WRAPPED =
  /(?:^|\n)[ \t]{0,40}(?:Caused by:?|\[?cause\]?:)[ \t]{1,4}\[?|; nested exception is |\bException in thread "[^"\n]{0,200}" |\bcode = \w+ desc = (?=\S)/g
/** Between two exceptions of Python, the earlier one above. */
const CHAINED =
  /\n(?:E[ \t]{0,9})?(?:The above exception was the direct cause of the following exception|During handling of the above exception, another exception occurred):\n/

/**
 * The messages that a message wraps, the deepest first: an exception that only passes another one on says nothing of the
 * cause. At most 8.
 */
export const wrappedIn = (message: string): readonly string[] => {
  const inner = [...message.matchAll(WRAPPED)].map((match) => message.slice(match.index + match[0].length))
  const earlier = message.split(CHAINED).slice(0, -1)
  return [...inner.reverse().filter((text) => text.trim() !== ''), ...earlier.reverse()].slice(0, MAX_CAUSES)
}
