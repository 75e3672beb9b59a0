/** What a call waited for. */
export interface Waiting {
  readonly text: string
  readonly state: string
}

/** `waiting for getByTestId('x') to be visible`, in older logs `waiting for selector "#x"`; other things that are waited for are no locators. */
export function readWaiting(line: string): Waiting | null {
  const selector = /^waiting for selector "(.{1,500}?)"(?: to be (visible|hidden|attached|detached))?$/.exec(line)
  if (selector?.[1] !== undefined)
    return { text: `locator('${selector[1].replaceAll("'", "\\'")}')`, state: selector[2] ?? '' }
  const match = /^waiting for (.+?)(?: to be (visible|hidden|attached|detached))?$/.exec(line)
  const text = match?.[1]
  if (text === undefined || !/^(?:get_?by|locator|frame_?locator|By|GetBy|Locator|FrameLocator|page\.)/i.test(text))
    return null
  return { text, state: match?.[2] ?? '' }
}

/** The lines of the call log without their bullets and repeat counts. */
export function callLog(whole: string): string[] {
  const message = whole.replace(/ (=+ logs =+) /g, '\n$1\n')
  const start = message.search(/^[ \t]*(?:Call log|=+ logs =+|Call Log)/m)
  if (start === -1) return []
  return message
    .slice(start)
    .split('\n', 400)
    .slice(1)
    .map((line) => line.replace(/^[\s-]*(?:\d+ × )?(?:- )?/, '').trim())
}
