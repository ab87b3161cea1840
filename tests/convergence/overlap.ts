/**
 * Transactions that overlap, as on servers with several connections: every statement takes virtual time, in which
 * others go on. Those of one transaction stay in their order. One that waits for another's lock leaves the world free to
 * go on; when it has got the lock, it goes on in an event of its own, so that the seed alone decides who is next. Needs
 * a Postgres, which is asked who waits.
 */
import type { Database } from '../../sync-server/platform/database.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** One transaction's way through. */
export interface Lane {
  pause(): Promise<void>
  run<T>(statement: () => Promise<T>): Promise<T>
  /** The transaction is over: what it has not asked yet is not asked any more. */
  end(): void
}

export interface Overlap {
  lane(): Lane
  /** A transaction has ended: who got its locks? */
  ended(): Promise<void>
  /** Nobody pauses any longer: the process has died. */
  hurry(): void
}

/** One after the other: PGlite has a single connection. */
export const NO_OVERLAP: Overlap = {
  lane: () => ({ pause: async () => {}, run: (statement) => statement(), end: () => {} }),
  ended: async () => {},
  hurry: () => {},
}

const LONGEST_STATEMENT_MS = 40
const moment = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
/** Of real time, until a statement that has no answer is asked after; then twice as long. */
const FIRST_LOOK_MS = 4

interface Blocked {
  answered: boolean
  goOn(): void
}

/** Whoever waits for a lock, in all processes: the database tells only how many do. */
interface Waiting {
  /** One more than those that are known? */
  someoneNew(): Promise<boolean>
  untilLockIsFree(each: Blocked): Promise<void>
  wake(each: Blocked): void
  ended(): Promise<void>
}

/** Each call of what is returned is for one more process of that database. */
export function createOverlap(database: Database, world: World, random: Random): () => Overlap {
  const waiting = createWaiting(database, world)
  return () => createProcess(waiting, world, random)
}

function createWaiting(database: Database, world: World): Waiting {
  const blocked = new Set<Blocked>()
  // What others wait for is hidden from the application's role; who waits is not.
  const count = async () => {
    const [row] = await database.ask<{ count: number }[]>`
      SELECT count(DISTINCT pid)::integer AS count FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE NOT granted AND datname = current_database()`
    return row?.count ?? 0
  }
  /** An answered one waits here alone, for its turn. */
  const left = () => [...blocked].filter(({ answered }) => !answered).length
  const wake = (each: Blocked) => {
    if (blocked.delete(each)) each.goOn()
  }
  return {
    someoneNew: async () => (await count()) > left(),
    wake,
    untilLockIsFree: (each) =>
      new Promise<void>((resolve) => {
        each.goOn = () => {
          world.begin()
          resolve()
        }
        blocked.add(each)
        world.end()
      }),
    async ended() {
      if (blocked.size === 0) return
      while (left() > (await count())) await moment(1)
      for (const each of [...blocked]) if (each.answered) wake(each)
    },
  }
}

function createProcess(
  { someoneNew, untilLockIsFree, wake, ended }: Waiting,
  world: World,
  random: Random,
): Overlap {
  const pauses = new Set<() => void>()
  let life = 0

  /** The world goes on meanwhile; this one after a while of its time, or at once where its process has died. */
  const away = (mine: number, own: Set<() => void>) =>
    new Promise<void>((resolve) => {
      if (mine !== life) return resolve()
      const back = () => {
        cancel()
        pauses.delete(back)
        own.delete(back)
        world.begin()
        resolve()
      }
      const cancel = world.after(random.between(0, LONGEST_STATEMENT_MS), back)
      pauses.add(back)
      own.add(back)
      world.end()
    })

  async function unlessBlocked<T>(answer: Promise<T>, mine: number, own: Set<() => void>): Promise<T> {
    const each: Blocked = { answered: false, goOn: () => {} }
    const settled = () => {
      each.answered = true
      // Of a process that has died nobody waits to be told.
      if (mine !== life) wake(each)
    }
    const done = answer.then(settled, settled)
    for (let patience = FIRST_LOOK_MS; !each.answered; patience *= 2) {
      await Promise.race([done, moment(patience)])
      if (each.answered || mine !== life || !(await someoneNew()) || each.answered) continue
      world.note('waits for a lock')
      await untilLockIsFree(each)
      await away(mine, own)
    }
    return answer
  }

  return {
    lane() {
      const mine = life
      const own = new Set<() => void>()
      let last: Promise<unknown> = Promise.resolve()
      let over = false
      const pause = async () => {
        if (!over) await away(mine, own)
      }
      return {
        pause,
        run(statement) {
          const turn = last.then(pause).then(() => {
            if (over) throw new Error('the transaction is over')
            return unlessBlocked(statement(), mine, own)
          })
          last = turn.catch(() => {})
          return turn
        },
        end() {
          over = true
          for (const back of [...own]) back()
        },
      }
    },
    ended,
    hurry() {
      life += 1
      for (const back of [...pauses]) back()
    },
  }
}
