/**
 * Transactions that overlap, as on a server with several connections: every statement takes virtual time, in which
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
  lane: () => ({ pause: async () => {}, run: (statement) => statement() }),
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

export function createOverlap(database: Database, world: World, random: Random): Overlap {
  const blocked = new Set<Blocked>()
  const pauses = new Set<() => void>()
  let life = 0

  const waiting = async () => {
    const [row] = await database.ask<{ count: number }[]>`
      SELECT count(*)::integer AS count FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`
    return row?.count ?? 0
  }
  /** The world goes on meanwhile; this one after a while of its time, or at once where its process has died. */
  const away = (mine: number) =>
    new Promise<void>((resolve) => {
      if (mine !== life) return resolve()
      const back = () => {
        cancel()
        pauses.delete(back)
        world.begin()
        resolve()
      }
      const cancel = world.after(random.between(0, LONGEST_STATEMENT_MS), back)
      pauses.add(back)
      world.end()
    })
  const wake = (each: Blocked) => {
    if (blocked.delete(each)) each.goOn()
  }
  const untilLockIsFree = (each: Blocked) =>
    new Promise<void>((resolve) => {
      each.goOn = () => {
        world.begin()
        resolve()
      }
      blocked.add(each)
      world.end()
    })

  async function unlessBlocked<T>(answer: Promise<T>, mine: number): Promise<T> {
    const each: Blocked = { answered: false, goOn: () => {} }
    const settled = () => {
      each.answered = true
      // Of a process that has died nobody waits to be told.
      if (mine !== life) wake(each)
    }
    const done = answer.then(settled, settled)
    for (let patience = FIRST_LOOK_MS; !each.answered; patience *= 2) {
      await Promise.race([done, moment(patience)])
      if (each.answered || mine !== life || (await waiting()) <= blocked.size || each.answered) continue
      world.note('waits for a lock')
      await untilLockIsFree(each)
      await away(mine)
    }
    return answer
  }

  return {
    lane() {
      const mine = life
      let last: Promise<unknown> = Promise.resolve()
      const pause = () => away(mine)
      return {
        pause,
        run(statement) {
          const turn = last.then(pause).then(() => unlessBlocked(statement(), mine))
          last = turn.catch(() => {})
          return turn
        },
      }
    },
    async ended() {
      if (blocked.size === 0) return
      const left = () => [...blocked].filter(({ answered }) => !answered).length
      while (left() > (await waiting())) await moment(1)
      for (const each of [...blocked]) if (each.answered) wake(each)
    },
    hurry() {
      life += 1
      for (const back of [...pauses]) back()
    },
  }
}
