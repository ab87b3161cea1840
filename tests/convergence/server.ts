/**
 * One server process: the product's write path, feed and refusals, behind doors that do what the socket gateway and the
 * HTTP routes do (parse at the edge, rooms, who hears of a commit, the head repeated beside pings). It can die and come
 * back at any time; what it knew is gone then.
 */
import type { Cursor } from '../../shared/protocol/messages.ts'
import { type Question, type Speech, speeches } from '../../shared/protocol/versions.ts'
import { collections } from '../../sync-server/collections.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { createKeyProvider } from '../../sync-server/platform/key-provider.ts'
import { createReplication, type Replication } from '../../sync-server/replication/replication.ts'
import type { Announcement } from '../../sync-server/replication/sync-service.ts'
import { type Notice, positionOnly } from '../../sync-server/socket/notice.ts'
import { KNOWN_VERSIONS } from '../harness/made-up-protocol.ts'
import type { Clinic } from './clinic.ts'
import { breakable, type FaultyDatabase, isInjected } from './database-faults.ts'
import { deviceOf, EVENTS, type Seat, serveHttp, type Visitor } from './doors.ts'
import type { Connection, Door } from './network.ts'
import type { Overlap } from './overlap.ts'
import { createPractice, type Practice } from './practice.ts'
import type { Witness } from './witness.ts'
import type { World } from './world.ts'

export interface ServerProcess extends Door {
  readonly replication: Replication
  readonly practice: Practice
  readonly faults: FaultyDatabase
  readonly up: boolean
  crash(): void
  start(): void
  /** To the devices here, and to the other servers. */
  tell(notice: Notice): void
  /** To the devices here alone. */
  deliver(notice: Notice): void
  /** Who is still here though the device was signed out (P26). */
  checkSessions(): void
  /** What devices here were told, compared with what the database says (P26). */
  checkHeads(): Promise<void>
}

/** What the database knows of devices and sessions, whichever server asks. */
export interface KnownDevice {
  readonly actor: Seat['actor']
  revoked: boolean
}

interface Options {
  readonly name: string
  readonly clinic: Clinic
  readonly world: World
  readonly witness: Witness
  readonly overlap: Overlap
  readonly devices: ReadonlyMap<string, KnownDevice>
  /** ms from a crash to the next start. */
  readonly downtime: () => number
  readonly tellOthers: (notice: Notice) => void
}

export const KEK = new Uint8Array(32).fill(7)
/** The head is repeated beside every second ping (P30). */
const BEAT_MS = 50_000

export function createServerProcess(options: Options): ServerProcess {
  const { name, clinic, world, witness, overlap, devices, downtime } = options
  let up = true
  let generation = 0
  let connections = 0
  const seats = new Map<Connection, Seat>()
  const heads = new Map<string, Cursor>()
  const crash = () => {
    up = false
    faults.kill()
    witness.died()
    for (const connection of seats.keys()) connection.close(null)
    seats.clear()
    heads.clear()
    world.after(downtime(), start)
  }
  const faults = breakable(clinic.database, world, overlap, crash)
  const clock = { now: () => world.now }
  const isHere = (client: string) => [...seats.values()].some(({ room }) => room === client)

  /** As the gateway does it: a proxy is told that something changed, and never what. */
  const toldTo = ({ actor }: Seat, changes: Announcement['changes']) =>
    actor.role === 'proxy' ? positionOnly(changes) : changes
  const tellChanges = (connection: Connection, seat: Seat, committed: Announcement['changes']) => {
    const changes = toldTo(seat, committed)
    witness.told(String(seat.actor.deviceId), changes, world.now)
    connection.push('changes', speechOf(connection).notice('changes', changes))
  }
  const deliverChanges = ({ changes, origin }: Announcement) => {
    if (isHere(changes.client) && changes.to.s > (heads.get(changes.client)?.s ?? -1))
      heads.set(changes.client, changes.to)
    for (const [connection, seat] of seats) {
      if (seat.held !== null) seat.held.push(changes)
      if (seat.room === changes.client && String(seat.actor.deviceId) !== origin)
        tellChanges(connection, seat, changes)
    }
  }
  const deliver = (notice: Notice) => {
    if (!up) return
    if (notice.kind === 'changes') deliverChanges(notice as unknown as Announcement)
    for (const [connection, seat] of seats) {
      const device = String(seat.actor.deviceId)
      if (notice.kind === 'wipe' && device === notice.device) {
        connection.push('wipe', notice.message)
        seat.room = null
      }
      if (notice.kind === 'revoke' && seat.actor.accountId === notice.account) {
        connection.push('revoke', notice.message)
        seat.room = null
      }
      const older = notice.kind === 'replaced' && seat.name !== notice.by && seat.opened <= notice.since
      if (older && `${device}:${seat.room}` === notice.replica) {
        seats.delete(connection)
        connection.close('replaced')
      }
    }
  }
  const tell = (notice: Notice) => {
    deliver(notice)
    options.tellOthers(notice)
  }
  const build = () =>
    createReplication({
      database: faults.database,
      clientKeys: createClientKeys({ keyProvider: createKeyProvider({ kek: KEK }) }),
      clock,
      announce(announcement) {
        witness.committed(announcement)
        const { changes, origin } = announcement
        tell({ kind: 'changes', changes, origin })
      },
      collections,
    })
  const buildServices = () => {
    const replication = build()
    return { replication, practice: createPractice({ replication, database: faults.database, clock }) }
  }
  let services = buildServices()

  function start() {
    if (up) return
    generation += 1
    up = true
    faults.kill()
    services = buildServices()
    world.note(`${name} starts`)
  }

  const beat = (connection: Connection, seat: Seat, client: string): void => {
    world.after(BEAT_MS, () => {
      const head = heads.get(client)
      if (seats.get(connection) !== seat || seat.room !== client) return
      if (head !== undefined) tellChanges(connection, seat, positionOnly({ client, to: head }))
      beat(connection, seat, client)
    })
  }
  const visitorOf = (connection: Connection, seat: Seat): Visitor => ({
    seat,
    device: String(seat.actor.deviceId),
    asked: world.now,
    isHere: () => seats.has(connection),
    entered(client, head) {
      const isIn = seat.room === client
      if (!isHere(client)) heads.set(client, head)
      const replica = `${seat.actor.deviceId}:${client}`
      tell({ kind: 'replaced', replica, by: seat.name, since: seat.opened })
      seat.room = client
      if (!isIn) beat(connection, seat, client)
    },
    tell: (changes) => tellChanges(connection, seat, changes),
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
      world.note(`${name} failed: ${error instanceof Error ? error.message : String(error)}`)
      if (!isInjected(error)) witness.failed(error)
      return { error: 'unavailable', detail: '' }
    }
  }

  const closeRoom = (client: string) => {
    for (const [connection, { room }] of seats)
      if (room === client) {
        seats.delete(connection)
        connection.close(null)
      }
  }
  const checkHeads = async () => {
    for (const client of heads.keys()) if (!isHere(client)) heads.delete(client)
    if (heads.size === 0) return
    for (const { client, head } of await services.replication.movedHeads(heads)) {
      const told = heads.get(client)
      const changes = positionOnly({ client, to: head })
      if (told?.e !== head.e) closeRoom(client)
      else if (told.s < head.s) deliver({ kind: 'changes', changes, origin: null })
    }
  }

  return {
    async accept(connection) {
      if (!up) return undefined
      const known = devices.get(deviceOf(connection.token))
      if (known === undefined) return { refused: 'not_authenticated' }
      if (known.revoked) return { refused: 'device_revoked' }
      // A connection that seems to be opened twice is still one.
      if (seats.has(connection)) return 'opened'
      connections += 1
      const seat = { name: `${name}/${connections}`, opened: world.now, room: null, held: null }
      seats.set(connection, { ...seat, actor: known.actor })
      return 'opened'
    },
    ask(connection, event, message) {
      const seat = seats.get(connection)
      if (seat === undefined) return Promise.resolve(undefined)
      if (devices.get(String(seat.actor.deviceId))?.revoked && event !== 'wiped')
        return Promise.resolve({ error: 'device_revoked', detail: '' })
      return alive(async () => {
        const speech = speechOf(connection)
        const led = isQuestion(event) ? speech.question(event, message) : message
        const reply = await EVENTS[event]?.(
          services.replication.sync,
          witness,
          visitorOf(connection, seat),
          led,
        )
        return isQuestion(event) && isAnswer(reply) ? { ok: speech.answer(event, reply.ok) } : reply
      })
    },
    left: (connection) => void seats.delete(connection),
    http: (request) =>
      alive(async () => {
        const known = devices.get(deviceOf(request.token ?? ''))
        if (known === undefined) return { status: 401, body: { code: 'session_expired' } }
        return serveHttp(services.replication.sync, witness, known, request, world.now)
      }) as ReturnType<Door['http']>,
    get replication() {
      return services.replication
    },
    get practice() {
      return services.practice
    },
    faults,
    get up() {
      return up
    },
    crash() {
      if (!up) return
      world.note(`${name} dies`)
      crash()
    },
    start,
    tell,
    deliver,
    checkSessions() {
      if (!up) return
      for (const [device, { revoked }] of devices)
        if (
          revoked &&
          [...seats.values()].some(({ actor, room }) => room !== null && actor.deviceId === device)
        )
          deliver({ kind: 'wipe', device, message: { reason: 'device_revoked' } })
    },
    async checkHeads() {
      if (!up) return
      // A database that is away now is asked again at the next check.
      await checkHeads().catch((error: unknown) => world.note(`${name} could not check: ${String(error)}`))
    },
  }
}

/** An older device is led up to the newest messages, and the answers down again, as at the real gateway. */
const SPEECHES = speeches(KNOWN_VERSIONS)
const speechOf = ({ protocol }: Connection): Speech => {
  const speech = SPEECHES.find((each) => each.protocol === protocol)
  if (speech === undefined) throw new Error(`nobody understands protocol ${protocol}`)
  return speech
}
const isQuestion = (event: string): event is Question => event !== 'wiped'
const isAnswer = (reply: unknown): reply is { readonly ok: unknown } =>
  typeof reply === 'object' && reply !== null && 'ok' in reply
