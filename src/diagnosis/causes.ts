const MAX_CAUSES = 8
/**
 * What wraps a message that says more: a thread's last words, a cause, the description of a call that ended, an exception
 * that stands behind another one or below a line of a log.
 */
const WRAPPED =
  /(?:(?:^|[\s.])\w{1,80}(?:Exception|Error):|(?<!:)\n)[ \t]{1,40}(?=(?:[a-z]\w{0,80}\.){1,12}[A-Z]\w{0,80}(?:Exception|Error)\b)|(?:^|\n)[ \t]{0,40}(?:Caused by:?|\[?cause\]?:)[ \t]{1,4}\[?|; nested exception is |\bException in thread "[^"\n]{0,200}" |\bcode = \w+ desc = (?=\S)/g
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

const EXCEPTION =
  '(?:[a-zA-Z_]\\w{0,80}[.$]){0,12}[A-Z]\\w{0,80}(?:Error|Exception|Failure|Fault|Timeout|TimedOut|NotFound|Denied|Refused)(?=:| \\[|$)'
/** Names that only say that something failed; what they pass on stands right behind them. */
const CARRIER =
  '(?:Uncaught|Error|Exception|(?:\\w{1,80}[.$]){0,12}(?:RuntimeException|ExecutionException|CompletionException|InvocationTargetException|UndeclaredThrowableException))'
const CARRIED = new RegExp(`^\\s{0,200}${CARRIER}:? +(?=${EXCEPTION})`)
const PREFIXED = new RegExp(`^[^\\n]{0,300}?[\\s\\])›]((?:${EXCEPTION}|E {3,20}\\S|expect\\()[\\s\\S]*)$`)
const BEGINS = new RegExp(`^\\s{0,200}(?:${EXCEPTION}|E\\s|>|expect\\(|Traceback|File ")`)

/** Whether an exception of this name says nothing but that another one came. */
export const isCarrier = (type: string): boolean => new RegExp(`^${CARRIER}$`).test(type)

/** The message without exceptions that carry others, and without what a log or a reporter put before it on its line. */
export const unwrapped = (message: string): string => {
  // Surefire's summary: `CartTest.pays:18 » IllegalState the cart is empty`.
  let text = message.replace(
    /^\s{0,200}[\w.$>]{1,300}:\d{1,6} » ([A-Z]\w{1,80}?)(?:Exception)?(?=[ \n]|$)/,
    '$1Exception:',
  )
  for (let depth = 0; depth < 4; depth++) {
    const carried = CARRIED.exec(text)?.[0]
    if (carried === undefined) break
    text = text.slice(carried.length)
  }
  if (BEGINS.test(text)) return text
  const start = text.search(/\S/)
  return PREFIXED.exec(start === -1 ? text : text.slice(start))?.[1] ?? text
}
