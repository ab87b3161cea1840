/**
 * The database as the server reaches it: the process may die at any round trip of any transaction, at the commit, or
 * between the commit and whatever it would have done next. What was not committed is rolled back, as Postgres does
 * with the work of a connection that is gone.
 */
import type { Database } from '../../sync-server/platform/database.ts'
import type { Lane, Overlap } from './overlap.ts'
import type { World } from './world.ts'

export interface FaultyDatabase {
  readonly database: Database
  /** The server process dies at the round trip with this number from now on; null calls it off. */
  dieAt(roundTrips: number | null): void
  /** The connection breaks at that round trip, and the process goes on. */
  failAt(roundTrips: number | null): void
  /** The process has died: nothing that it had begun goes on. */
  kill(): void
}

class ProcessGone extends Error {
  override readonly name = 'ProcessGone'
}

class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** Was it this file that made it fail? Whoever catches it may have wrapped it. */
export const isInjected = (error: unknown): boolean =>
  error instanceof ProcessGone ||
  error instanceof ConnectionLost ||
  (error instanceof Error && error.cause !== undefined && isInjected(error.cause))

export function breakable(
  real: Database,
  world: World,
  overlap: Overlap,
  onDeath: () => void,
): FaultyDatabase {
  let left: number | null = null
  let life = 0
  let untilFailure: number | null = null
  const pass = (mine: number, where: string) => {
    if (mine !== life) throw new ProcessGone()
    // After the commit there is no connection whose end could be noticed.
    if (untilFailure !== null && where !== 'committed') {
      untilFailure -= 1
      if (untilFailure <= 0) {
        untilFailure = null
        world.note(`database fails: ${where}`)
        throw new ConnectionLost()
      }
    }
    if (left === null) return
    left -= 1
    if (left > 0) return
    left = null
    life += 1
    world.note(`server dies: ${where}`)
    overlap.hurry()
    onDeath()
    throw new ProcessGone()
  }
  const watched = <T extends object>(target: T, mine: number, lane: Lane, name: string): T =>
    new Proxy(target, {
      get(from, key) {
        const value: unknown = Reflect.get(from, key)
        // The commit stays a step of its own, before which a process may die.
        if (key === 'commitWith') return (last: () => Promise<unknown>) => last()
        if (typeof value === 'function')
          return async (...input: unknown[]) => {
            const answer: unknown = await lane.run(() => {
              pass(mine, `before ${name}${String(key)}`)
              return Reflect.apply(value, from, input) as Promise<unknown>
            })
            pass(mine, `after ${name}${String(key)}`)
            return answer
          }
        return typeof value === 'object' && value !== null
          ? watched(value, mine, lane, `${String(key)}.`)
          : value
      },
    })
  const through =
    <Tx extends object>(begin: <T>(run: (tx: Tx) => Promise<T>) => Promise<T>) =>
    <T>(run: (tx: Tx) => Promise<T>): Promise<T> => {
      const work = async () => {
        const mine = life
        pass(mine, 'begin')
        const lane = overlap.lane()
        const value = await begin(async (tx) => {
          const result = await run(watched(tx, mine, lane, ''))
          await lane.pause()
          pass(mine, 'commit')
          return result
        }).finally(() => {
          lane.end()
          return overlap.ended()
        })
        pass(mine, 'committed')
        return value
      }
      return world.busy(work())
    }
  const database: Database = {
    ...real,
    ask: (text, ...values) => world.busy(real.ask(text, ...values)),
    transaction: through(real.transaction),
    direct: through(real.direct),
  }
  return {
    database,
    dieAt(roundTrips) {
      left = roundTrips
    },
    failAt(roundTrips) {
      untilFailure = roundTrips
    },
    kill() {
      life += 1
      left = null
      overlap.hurry()
    },
  }
}
