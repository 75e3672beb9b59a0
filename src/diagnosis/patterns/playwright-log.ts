/** What a call waited for. */
export interface Waiting {
  readonly text: string
  readonly state: string
}

/** `waiting for getByTestId('x') to be visible`; other things that are waited for are no locators. */
export function readWaiting(line: string): Waiting | null {
  const match = /^waiting for (.+?)(?: to be (visible|hidden|attached|detached))?$/.exec(line)
  const text = match?.[1]
  if (text === undefined || !/^(?:get_?by|locator|frame_?locator|By|GetBy|Locator|FrameLocator|page\.)/i.test(text))
    return null
  return { text, state: match?.[2] ?? '' }
}

/** The lines of the call log without their bullets and repeat counts. */
export function callLog(message: string): string[] {
  const start = message.search(/^[ \t]*(?:Call log|=+ logs =+|Call Log)/m)
  if (start === -1) return []
  return message
    .slice(start)
    .split('\n', 400)
    .slice(1)
    .map((line) => line.replace(/^[\s-]*(?:\d+ × )?(?:- )?/, '').trim())
}
