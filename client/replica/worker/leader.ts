/**
 * One socket among the tabs of a device: the tab that holds the lock leads. When it dies, the browser gives the lock
 * to the next. A tab that was frozen does not die: it keeps its lock and answers nothing. So the others ask, and the
 * one that asked in vain three times steals the lock. The tab that wakes finds it stolen and follows.
 * Exactly-once makes a moment with two leaders harmless. Without Web Locks the leader of the highest name stays.
 * SPEC: client/replica/SPEC.md, R21 and R22.
 */
import type { LockManagerLike } from './environment.ts'

export interface LeadershipDeps {
  readonly locks: LockManagerLike | undefined
  readonly name: string
  /** Random name of this tab. */
  readonly me: string
  readonly setTimer: (run: () => void, ms: number) => () => void
  /** 0…1, uniform: tabs do not ask, and do not steal, all at the same moment. */
  readonly chance: () => number
  /** Asks the leader for a sign of life. */
  readonly ask: () => void
  /** Says to the others that this tab leads. */
  readonly announce: () => void
  readonly onLead: () => void
  /** It leads no longer: another tab does, or will. */
  readonly onFollow: () => void
}

export interface Leadership {
  readonly leads: boolean
  /** Another tab said that it leads from now on, or spoke as the leader. False: it is not the one to listen to. */
  hear(leader: string, begins: boolean): boolean
  stop(): void
}

/** Freeze to theft: at most (VAIN + 1) × ASK_MS, so that the new socket is there within five seconds. */
const ASK_MS = 1_000
const VAIN = 3

export function seekLeadership(deps: LeadershipDeps): Leadership {
  const { locks, name, me } = deps
  let stopped = false
  let leads = false
  /** Whom this tab follows; null until one speaks. */
  let leader: string | null = null
  let vain = 0
  let cancel: (() => void) | undefined
  /** Gives back what this tab holds or waits for in the lock's queue. */
  let leave: () => void = () => {}

  const watch = () => {
    cancel?.()
    cancel = deps.setTimer(look, ASK_MS * (0.75 + deps.chance() / 4))
  }
  /** After a long sleep of this very tab it still asks first: only a whole turn without an answer counts. */
  const look = () => {
    if (vain >= VAIN) {
      enter(true)
      return
    }
    vain += 1
    deps.ask()
    watch()
  }
  const lead = () => {
    cancel?.()
    leads = true
    leader = me
    deps.announce()
    deps.onLead()
  }
  const follow = () => {
    if (!leads || stopped) return
    leads = false
    leader = null
    deps.onFollow()
    enter(false)
  }

  function enter(steal: boolean): void {
    leave()
    vain = 0
    if (locks === undefined) {
      if (steal) lead()
      else watch()
      return
    }
    watch()
    const waiting = new AbortController()
    let mine = true
    let release: () => void = () => {}
    leave = () => {
      mine = false
      waiting.abort()
      release()
    }
    const held = () =>
      new Promise<void>((resolve) => {
        release = resolve
        if (mine) lead()
        else resolve()
      })
    // A theft cannot be given up, so it takes no signal. Rejects when the wait is given up, or the lock was stolen.
    locks.request(`leader:${name}`, steal ? { steal: true } : { signal: waiting.signal }, held).catch(() => {
      if (mine) follow()
    })
  }

  // Alone, and without a lock to wait for, a tab leads at once.
  enter(locks === undefined)
  return {
    get leads() {
      return leads
    },
    hear(other, begins) {
      // Where there are locks, they say when it is over.
      if (leads && begins && locks === undefined) {
        if (other > me) follow()
        else deps.announce()
      }
      if (leads) return false
      // A tab that was frozen may answer old questions as the leader that it was.
      if (begins) leader = other
      leader ??= other
      if (leader !== other) return false
      vain = 0
      watch()
      return true
    },
    stop() {
      stopped = true
      leads = false
      cancel?.()
      leave()
    },
  }
}
