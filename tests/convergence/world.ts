/**
 * Virtual time. One event at a time: it runs, everything it caused inside the process (IndexedDB, database, promises)
 * comes to rest, then the next event runs. So the order of all that happens follows from the seed alone.
 */
import { createHash } from 'node:crypto'

export interface World {
  /** ms since 1970. */
  readonly now: number
  /** What happened, oldest first; empty where it is not kept. */
  readonly trace: readonly string[]
  /** Runs after `ms` of virtual time; returns how to call it off. */
  after(ms: number, run: () => unknown): () => void
  note(line: string): void
  /** Work outside of the event loop's sight: the world does not go on before it is done. */
  busy<T>(work: Promise<T>): Promise<T>
  /**
   * Work that waits for the server's. Where the server's takes virtual time (`overlap.ts`), the world goes on meanwhile:
   * then only what the server itself does is counted.
   */
  attend<T>(work: Promise<T>): Promise<T>
  begin(): void
  end(): void
  /** Runs what is due within `ms`. */
  run(ms: number): Promise<void>
  /** Waits until nothing moves; time stands still. */
  rest(): Promise<void>
  hash(): string
}

interface Event {
  readonly at: number
  readonly order: number
  readonly run: () => unknown
}

const immediate = () => new Promise<void>((resolve) => setImmediate(resolve))

export function createWorld(start: number, keepTrace: boolean, overlaps = false): World {
  let now = start
  let order = 0
  let working = 0
  let queue: Event[] = []
  const trace: string[] = []
  const hash = createHash('sha256')
  const names = new Map<string, string>()

  const world: World = {
    get now() {
      return now
    },
    trace,
    after(ms, run) {
      // Clocks tell whole milliseconds, whatever a timer was set to.
      const event: Event = { at: now + Math.max(0, Math.ceil(ms)), order: order++, run }
      insert(queue, event)
      return () => {
        queue = queue.filter((other) => other !== event)
      }
    },
    note(line) {
      // Ids are made outside of the seed here and there: what counts is which is which.
      const plain = line.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => {
        const known = names.get(id) ?? `#${names.size}`
        names.set(id, known)
        return known
      })
      const entry = `${((now - start) / 1000).toFixed(3)} ${plain}`
      hash.update(`${entry}\n`)
      if (keepTrace) trace.push(entry)
    },
    begin() {
      working += 1
    },
    end() {
      working -= 1
    },
    async busy(work) {
      working += 1
      try {
        return await work
      } finally {
        working -= 1
      }
    },
    attend: (work) => (overlaps ? work : world.busy(work)),
    async rest() {
      // Two turns without work: a promise chain between two transactions takes no turn of its own.
      for (let quiet = 0; quiet < 3; quiet = working === 0 ? quiet + 1 : 0) await immediate()
    },
    async run(ms) {
      const until = now + ms
      for (let event = queue[0]; event !== undefined && event.at <= until; event = queue[0]) {
        queue.shift()
        now = Math.max(now, event.at)
        await event.run()
        await world.rest()
      }
      now = until
    },
    hash: () => hash.copy().digest('hex').slice(0, 16),
  }
  return world
}

function insert(queue: Event[], event: Event): void {
  let at = queue.length
  while (at > 0) {
    const before = queue[at - 1]
    if (before === undefined || before.at <= event.at) break
    at -= 1
  }
  queue.splice(at, 0, event)
}
