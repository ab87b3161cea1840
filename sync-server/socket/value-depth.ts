/** Does a parsed value nest no deeper than `limit`? Without recursion, so that the question itself is safe to ask. */
export function depthWithin(value: unknown, limit: number): boolean {
  const open: [value: object, depth: number][] = []
  if (typeof value === 'object' && value !== null) open.push([value, 1])
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [container, depth] = next
    if (depth > limit) return false
    for (const item of Object.values(container))
      if (typeof item === 'object' && item !== null && !ArrayBuffer.isView(item)) open.push([item, depth + 1])
  }
  return true
}
