/**
 * What another server did is found in the database even when nobody told: a client's head that moved on, a session
 * that ended. So correctness never depends on the fan-out, and how late a device can be is bounded. SPEC: P26.
 */
import type { Cursor } from '../../shared/protocol/messages.ts'
import type { Logger } from '../platform/logger.ts'
import { type FanOut, rooms, type Told } from './fan-out.ts'
import type { PortalServer } from './gateway.ts'
import { positionOnly } from './notice.ts'

/** While the fan-out is not certain, and otherwise; ms. What ended lately is asked for every time. */
export const CHECK_MS = { uncertain: 2_000, certain: 15_000 } as const
/** How far "lately" goes back: longer than clocks of servers differ, and than a check may be held up. */
export const LATELY_MS = 60_000

export interface MovedHead {
  readonly client: string
  readonly head: Cursor
}
export interface EndedSession {
  readonly session: string
  readonly device: string
  readonly deviceRevoked: boolean
}
export interface StandingDeps {
  /** Is the fan-out sure to have brought everything? */
  readonly isCertain: () => boolean
  /** The heads that are not those. */
  readonly movedHeads: (told: Told) => Promise<readonly MovedHead[]>
  /** Those of the sessions that ended. */
  readonly endedSessions: (sessions: readonly string[]) => Promise<readonly EndedSession[]>
  /** All that ended in the last {@link LATELY_MS}. */
  readonly endedLately: () => Promise<readonly EndedSession[]>
  /** Those of the grants that are no longer in force as they were when the socket came in. */
  readonly changedGrants: (known: readonly KnownGrant[]) => Promise<readonly KnownGrant[]>
  readonly logger: Logger
  /** A change that nobody told of. */
  readonly onFoundLate?: () => void
}
export interface KnownGrant {
  readonly account: string
  readonly client: string
  readonly generation: number
}

/** Runs until the returned function is called. */
export function startStandingCheck(io: PortalServer, fanOut: FanOut, deps: StandingDeps): () => void {
  let stopped = false
  let timer: ReturnType<typeof setTimeout>
  let checkedAt = performance.now()
  const wiped = new Set<string>()

  const checkHeads = async () => {
    const told = fanOut.told()
    if (told.size === 0) return
    for (const { client, head } of await deps.movedHeads(told)) {
      const now = told.get(client)
      if (now === undefined || (now.e === head.e && now.s >= head.s)) continue
      // Restored from a backup: only a hello finds what device and database still share.
      if (now.e !== head.e) io.local.in(rooms.client(client)).disconnectSockets(true)
      else {
        fanOut.deliver({ kind: 'changes', changes: positionOnly({ client, to: head }), origin: null })
        deps.onFoundLate?.()
      }
    }
  }
  /** `all`: not only what ended lately. */
  const checkSessions = async (all: boolean) => {
    const sessions = new Set([...io.sockets.sockets.values()].map(({ data }) => data.identity.sessionId))
    for (const session of wiped) if (!sessions.has(session)) wiped.delete(session)
    if (sessions.size === 0) return
    const ended = await (all ? deps.endedSessions([...sessions]) : deps.endedLately())
    for (const { session, device, deviceRevoked } of ended) {
      if (!sessions.has(session)) continue
      if (!deviceRevoked) fanOut.deliver({ kind: 'session', session })
      // Its socket stays open, to say that it is empty: told once.
      else if (!wiped.has(session)) {
        wiped.add(session)
        fanOut.deliver({ kind: 'wipe', device, message: { reason: 'device_revoked' } })
      }
    }
  }
  /** Every time: few sockets are a proxy's, and access that was taken back ends at once. */
  const checkGrants = async () => {
    const known = [...io.sockets.sockets.values()].flatMap(({ data: { identity, proxyOf } }) =>
      proxyOf === undefined ? [] : [{ account: identity.actor.accountId as string, ...proxyOf }],
    )
    if (known.length === 0) return
    for (const { account, client } of await deps.changedGrants(known))
      fanOut.deliver({ kind: 'regrant', account, client })
  }
  const check = async () => {
    await checkHeads()
    await checkSessions(true)
  }

  const tick = () => {
    timer = setTimeout(async () => {
      const every = deps.isCertain() ? CHECK_MS.certain : CHECK_MS.uncertain
      const isDue = performance.now() - checkedAt >= every - 100
      const checked = isDue ? check() : checkSessions(false)
      await checked
        .then(checkGrants)
        .catch((error: unknown) => deps.logger.debug({ err: error }, 'heads not checked'))
      if (isDue) checkedAt = performance.now()
      if (!stopped) tick()
    }, CHECK_MS.uncertain)
    timer.unref()
  }
  tick()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
