/**
 * One life of one tab: from its start to its crash or close. When it has ended, nothing of it reaches disk or network
 * any more, whatever its code still tries. Between the two it passes boundaries (a transaction begins, is about to be
 * committed, is committed; a message goes out or comes in), and may be told to die at any of them.
 */
export type Boundary = 'before' | 'in' | 'after' | 'send' | 'receive'

export interface Life {
  readonly alive: boolean
  /** Dies at the boundary with this number from now on; null calls it off. */
  dieAt(boundaries: number | null): void
  /** The same from the next answer of this kind on. */
  dieAfter(answer: string, boundaries: number): void
  heard(answer: string): void
  /** The next commits find the disk full. */
  fillDisk(commits: number): void
  /** True if the life ended right here. */
  pass(boundary: Boundary): boolean
  /** Is the disk full for the commit at hand? */
  diskFull(): boolean
  /** The browser stops the tab: it keeps its locks and connections, and does nothing until it thaws. */
  readonly frozen: boolean
  freeze(): void
  /** Soon after it has sent the next message of this kind. */
  afterSent(message: string, run: () => void): void
  sent(message: string): void
  thaw(): void
  /** Runs at once, or when the tab thaws. */
  whenAwake(run: () => void): void
  onEnd(run: () => void): void
  end(): void
}

/** `soon`: in a turn of its own. */
export function createLife(note: (line: string) => void, soon: (run: () => void) => void): Life {
  let alive = true
  let left: number | null = null
  let waitsFor: { readonly answer: string; readonly boundaries: number } | null = null
  let full = 0
  let frozen = false
  let waitsToSend: { readonly message: string; readonly run: () => void } | null = null
  let asleep: (() => void)[] = []
  const endings: (() => void)[] = []
  const life: Life = {
    get alive() {
      return alive
    },
    dieAt(boundaries) {
      left = boundaries
      waitsFor = null
    },
    dieAfter(answer, boundaries) {
      waitsFor = { answer, boundaries }
    },
    heard(answer) {
      if (waitsFor?.answer === answer) life.dieAt(waitsFor.boundaries)
    },
    fillDisk(commits) {
      full = commits
    },
    pass(boundary) {
      if (!alive) return true
      if (left === null) return false
      left -= 1
      if (left > 0) return false
      note(`dies: ${boundary}`)
      life.end()
      return true
    },
    diskFull() {
      if (full === 0) return false
      full -= 1
      note('the disk is full')
      return true
    },
    get frozen() {
      return frozen
    },
    freeze() {
      if (!alive || frozen) return
      frozen = true
      note('freezes')
    },
    afterSent(message, run) {
      waitsToSend = { message, run }
    },
    sent(message) {
      if (message !== waitsToSend?.message) return
      soon(waitsToSend.run)
      waitsToSend = null
    },
    thaw() {
      waitsToSend = null
      if (!frozen) return
      frozen = false
      note('thaws')
      const missed = asleep
      asleep = []
      for (const run of missed) soon(() => life.whenAwake(run))
    },
    whenAwake(run) {
      if (frozen) asleep.push(run)
      else run()
    },
    onEnd(run) {
      endings.push(run)
    },
    end() {
      if (!alive) return
      alive = false
      for (const run of endings) run()
    },
  }
  return life
}
