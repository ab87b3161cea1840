/** Which of the things that two lists share stand in another order: as few as explain the difference. Pure. */

/** What is left in its order is a longest rising run of the old places; all else moved. */
export function movedAmong(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const places = new Map(before.map((name, place) => [name, place]))
  const shared = after.flatMap((name) => {
    const place = places.get(name)
    return place === undefined ? [] : [{ name, place }]
  })
  // Of each length of run, the one that ends at the lowest place; every entry knows the one before it.
  const ends: number[] = []
  const earlier: (number | undefined)[] = []
  const placeOf = (index: number | undefined) => shared[index ?? -1]?.place ?? -1
  for (const [index, { place }] of shared.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (placeOf(ends[middle]) < place) low = middle + 1
      else high = middle
    }
    earlier[index] = ends[low - 1]
    ends[low] = index
  }
  const moved = new Set(shared.map(({ name }) => name))
  for (let index = ends.at(-1); index !== undefined; index = earlier[index])
    moved.delete(shared[index]?.name ?? '')
  return moved
}
