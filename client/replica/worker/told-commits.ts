/**
 * Which commits to the replica this tab was told of: its own, and those of other tabs. Words may come out of order; one
 * that never comes is of a tab that died between its commit and the word of it.
 */
export interface ToldCommits {
  /** Every commit up to this version was told, or read. */
  readonly upTo: number
  /** Told of a later version, but not of this one; undefined: of none. */
  readonly missing: number | undefined
  tell(version: number): void
  /** All that is stored up to this version was read. It may have been read before the latest word. */
  read(version: number): void
}

export function createToldCommits(): ToldCommits {
  let upTo = 0
  let later = new Set<number>()
  const goOn = () => {
    while (later.delete(upTo + 1)) upTo += 1
  }
  return {
    get upTo() {
      return upTo
    },
    get missing() {
      return later.size > 0 ? upTo + 1 : undefined
    },
    tell(version) {
      if (version > upTo) later.add(version)
      goOn()
    },
    read(version) {
      if (version <= upTo) return
      upTo = version
      later = new Set([...later].filter((each) => each > version))
      goOn()
    },
  }
}
