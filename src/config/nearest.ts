/** Edit distance in single insertions, deletions and substitutions (Levenshtein, two rows). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(substituted, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

/** The known name that a person most likely meant by `name`, or null where none is close; spelling of words is free. */
export function nearest(name: string, known: readonly string[]): string | null {
  const plain = (text: string) =>
    text
      .slice(0, 80)
      .toLowerCase()
      .replaceAll(/[-_\s.]/g, '')
  const wanted = plain(name)
  let best: { name: string; distance: number } | null = null
  for (const candidate of known) {
    const distance = editDistance(wanted, plain(candidate))
    if (best === null || distance < best.distance) best = { name: candidate, distance }
  }
  return best !== null && best.distance <= Math.max(2, Math.floor(wanted.length / 3)) ? best.name : null
}
