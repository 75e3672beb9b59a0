/**
 * Milliseconds of computing since the call, for bounds on what code costs. The time of a clock on the wall depends on
 * what else the machine does; this much less.
 */
export const startCpuClock = (): (() => number) => {
  const begun = process.cpuUsage()
  return () => process.cpuUsage(begun).user / 1_000
}
