/**
 * The server process: the product's write path, feed and refusals, behind doors that do what the socket gateway and
 * the HTTP routes do (parse at the edge, rooms, who hears of a commit). It can die and come back at any time.
 */
import type { DeviceId } from '../../shared/kernel/brand.ts'
import { type Question, type Speech, speeches } from '../../shared/protocol/versions.ts'
import { collections } from '../../sync-server/collections.ts'
import { createFormsService, type FormsService } from '../../sync-server/modules/forms/service.ts'
import { createStaffService, type StaffService } from '../../sync-server/modules/staff/service.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { createKeyProvider } from '../../sync-server/platform/key-provider.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { createReplication, type Replication } from '../../sync-server/replication/replication.ts'
import type { Announcement } from '../../sync-server/replication/sync-service.ts'
import { positionOnly } from '../../sync-server/socket/notice.ts'
import type { Clinic } from './clinic.ts'
import { breakable, type FaultyDatabase } from './database-faults.ts'
import { deviceOf, EVENTS, type Seat, serveHttp, type Visitor } from './doors.ts'
import type { Connection, Door } from './network.ts'
import type { Overlap } from './overlap.ts'
import type { Witness } from './witness.ts'
import type { World } from './world.ts'

export interface SimulatedServer {
  readonly door: Door
  readonly replication: Replication
  readonly forms: FormsService
  readonly staff: StaffService
  readonly faults: FaultyDatabase
  register(deviceId: string, actor: Actor, clientId: string): Promise<void>
  crash(): void
  start(): void
  readonly up: boolean
  revokeDevice(deviceId: string): Promise<void>
  revokeGrant(actor: Actor, clientId: string): Promise<void>
}

export const KEK = new Uint8Array(32).fill(7)

/** `downtime`: ms from a crash to the next start. */
export function createServer(
  clinic: Clinic,
  world: World,
  witness: Witness,
  { downtime, overlap }: { readonly downtime: () => number; readonly overlap: Overlap },
): SimulatedServer {
  let up = true
  const actors = new Map<string, { actor: Actor; revoked: boolean }>()
  const seats = new Map<Connection, Seat>()
  const crash = () => {
    up = false
    faults.kill()
    witness.died()
    for (const connection of seats.keys()) connection.close(null)
    seats.clear()
    world.after(downtime(), start)
  }
  const faults = breakable(clinic.database, world, overlap, crash)
  const clock = { now: () => world.now }

  /** As the gateway does it: a proxy is told that something changed, and never what. */
  const toldTo = ({ actor }: Seat, changes: Announcement['changes']) =>
    actor.role === 'proxy' ? positionOnly(changes) : changes
  const tell = (connection: Connection, seat: Seat, committed: Announcement['changes']) => {
    const changes = toldTo(seat, committed)
    witness.told(String(seat.actor.deviceId), changes)
    connection.push('changes', speechOf(connection).notice('changes', changes))
  }
  const announce = (announcement: Announcement) => {
    witness.committed(announcement)
    const { changes, origin } = announcement
    for (const [connection, seat] of seats) {
      if (seat.held !== null) seat.held.push(changes)
      if (seat.room === changes.client && seat.actor.deviceId !== origin) tell(connection, seat, changes)
    }
  }
  const build = () =>
    createReplication({
      database: faults.database,
      clientKeys: createClientKeys({ keyProvider: createKeyProvider({ kek: KEK }) }),
      clock,
      announce,
      collections,
    })
  let replication = build()
  let forms = createFormsService({ replication })
  let staff = createStaffService({ replication, database: faults.database, clock })

  function start() {
    if (up) return
    generation += 1
    up = true
    faults.kill()
    replication = build()
    forms = createFormsService({ replication })
    staff = createStaffService({ replication, database: faults.database, clock })
    world.note('server starts')
  }

  const visitorOf = (connection: Connection, seat: Seat): Visitor => ({
    seat,
    device: String(seat.actor.deviceId),
    isHere: () => seats.has(connection),
    tell: (changes) => tell(connection, seat, changes),
  })

  const alive = async <T>(
    run: () => Promise<T>,
  ): Promise<T | { error: string; detail: string } | undefined> => {
    if (!up) return undefined
    const started = generation
    try {
      const answer = await run()
      return started === generation && up ? answer : undefined
    } catch (error) {
      if (started !== generation || !up) return undefined
      world.note(`server failed: ${error instanceof Error ? error.message : String(error)}`)
      return { error: 'unavailable', detail: '' }
    }
  }
  let generation = 0

  const door: Door = {
    async accept(connection) {
      if (!up) return undefined
      const known = actors.get(deviceOf(connection.token))
      if (known === undefined) return { refused: 'not_authenticated' }
      if (known.revoked) return { refused: 'device_revoked' }
      // A connection that seems to be opened twice is still one.
      if (!seats.has(connection)) seats.set(connection, { actor: known.actor, room: null, held: null })
      return 'opened'
    },
    ask(connection, event, message) {
      const seat = seats.get(connection)
      if (seat === undefined) return Promise.resolve(undefined)
      if (actors.get(String(seat.actor.deviceId))?.revoked && event !== 'wiped')
        return Promise.resolve({ error: 'device_revoked', detail: '' })
      return alive(async () => {
        const speech = speechOf(connection)
        const led = isQuestion(event) ? speech.question(event, message) : message
        const reply = await EVENTS[event]?.(replication.sync, witness, visitorOf(connection, seat), led)
        return isQuestion(event) && isAnswer(reply) ? { ok: speech.answer(event, reply.ok) } : reply
      })
    },
    left: (connection) => void seats.delete(connection),
    http: (request) =>
      alive(async () => {
        const known = actors.get(deviceOf(request.token ?? ''))
        if (known === undefined) return { status: 401, body: { code: 'session_expired' } }
        return serveHttp(replication.sync, witness, known, request)
      }) as ReturnType<Door['http']>,
  }

  return {
    door,
    get replication() {
      return replication
    },
    get forms() {
      return forms
    },
    get staff() {
      return staff
    },
    faults,
    get up() {
      return up
    },
    async register(deviceId, actor, clientId) {
      await world.busy(clinic.device(deviceId, actor.accountId, clientId))
      actors.set(deviceId, { actor: { ...actor, deviceId: deviceId as DeviceId }, revoked: false })
    },
    crash() {
      world.note('server dies')
      crash()
    },
    start,
    async revokeDevice(deviceId) {
      const known = actors.get(deviceId)
      if (known === undefined) return
      const revokedAt = new Date(world.now)
      const { device } = clinic.database.prisma
      await world.busy(device.update({ where: { id: deviceId }, data: { revokedAt } }))
      known.revoked = true
      for (const [connection, seat] of seats)
        if (seat.actor.deviceId === deviceId) {
          connection.push('wipe', { reason: 'device_revoked' })
          seat.room = null
        }
    },
    async revokeGrant(actor, clientId) {
      const revokedAt = new Date(world.now)
      const { accountId } = actor
      const { accessGrant } = clinic.database.prisma
      await world.busy(accessGrant.updateMany({ where: { clientId, accountId }, data: { revokedAt } }))
      for (const [connection, seat] of seats)
        if (seat.actor.accountId === accountId) {
          connection.push('revoke', { client: clientId, generation: 1 })
          seat.room = null
        }
    },
  }
}

/** An older device is led up to the newest messages, and the answers down again, as at the real gateway. */
const SPEECHES = speeches()
const speechOf = ({ protocol }: Connection): Speech => {
  const speech = SPEECHES.find((each) => each.protocol === protocol)
  if (speech === undefined) throw new Error(`nobody understands protocol ${protocol}`)
  return speech
}
const isQuestion = (event: string): event is Question => event !== 'wiped'
const isAnswer = (reply: unknown): reply is { readonly ok: unknown } =>
  typeof reply === 'object' && reply !== null && 'ok' in reply
