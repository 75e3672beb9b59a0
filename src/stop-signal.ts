/**
 * Aborts at the first signal to stop, so that a run can restore the checkout and write its report; a second signal ends
 * the process at once, which still restores the checkout and stops what was started. The listeners stay: without
 * them the first signal would end the process.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(code)
      stop.abort()
    })
  }
  return stop.signal
}
