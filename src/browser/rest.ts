/** The parts of a page that its rest depends on; this code knows no DOM types. */
interface Moving {
  readonly document: {
    getAnimations(): readonly { finish(): void; cancel(): void }[]
    readonly fonts: { readonly ready: Promise<unknown> }
  }
}

/**
 * Runs in a page: brings every animation to its end, as Playwright does for pictures, and waits for fonts. What fades in
 * is then there to be seen. Uses nothing from around it.
 */
export async function comeToRest(): Promise<void> {
  const { document } = globalThis as unknown as Moving
  for (const animation of document.getAnimations()) {
    try {
      animation.finish()
    } catch {
      // One that never ends has no end to be brought to.
      animation.cancel()
    }
  }
  await document.fonts.ready
}
