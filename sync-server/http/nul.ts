/** Is there a NUL in a text or a key anywhere inside? Without recursion: the depth is the caller's. */
export function holdsNul(value: unknown): boolean {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string' && next.includes('\u0000')) return true
    if (typeof next === 'object' && next !== null)
      for (const entry of Object.entries(next)) open.push(...entry)
  }
  return false
}
