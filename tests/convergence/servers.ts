/**
 * The server processes of one database behind one address, as `docs/several-servers.md` has them: a device's
 * connection stays with one of them, requests go to any; what one tells the others may come late, out of order, or not
 * at all, and is found in the database by the standing check.
 */
import type { DeviceId } from '../../shared/kernel/brand.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { decodeNotice, encodeNotice, type Notice } from '../../sync-server/socket/notice.ts'
import type { Clinic } from './clinic.ts'
import type { Connection, Door } from './network.ts'
import { createOverlap, NO_OVERLAP } from './overlap.ts'
import type { Random } from './random.ts'
import { createServerProcess, type KnownDevice, type ServerProcess } from './server.ts'
import type { Witness } from './witness.ts'
import type { World } from './world.ts'

export interface Servers {
  /** Where devices come in. */
  readonly door: Door
  readonly all: readonly ServerProcess[]
  /** One that is up, if any is. */
  any(): ServerProcess | undefined
  /** How bad the way between the servers is. */
  readonly between: { loss: number; slow: number }
  register(deviceId: string, actor: Actor, clientId: string): Promise<void>
  /** How long its server may not have heard of it, ms. */
  revokeDevice(deviceId: string): Promise<number>
  revokeGrant(actor: Actor, clientId: string): Promise<void>
}

interface Options {
  readonly count: number
  readonly clinic: Clinic
  readonly world: World
  readonly witness: Witness
  readonly random: Random
  readonly overlaps: boolean
}

/** Of the standing check: while a notice may be missing, and otherwise. Ended sessions are looked for at the shorter. */
const CHECK_MS = { uncertain: 2_000, certain: 15_000 } as const
/** A device may be told so much longer than its access lasts: nobody told its server, and the next check is at most so far. */
const LATE_MS = CHECK_MS.uncertain + 500

export function createServers({ count, clinic, world, witness, random, overlaps }: Options): Servers {
  const devices = new Map<string, KnownDevice>()
  const between = { loss: 0, slow: 0 }
  const lanes = overlaps ? createOverlap(clinic.database, world, random.fork('overlap')) : () => NO_OVERLAP
  const downtimes = random.fork('downtimes')
  const way = random.fork('between servers')
  const choice = random.fork('choice')

  const passOn = (from: string, notice: Notice) => {
    for (const [index, other] of all.entries()) {
      if (nameOf(index) === from) continue
      // Without a way between servers the one that took the decision still tells its own devices; access is not lost sight of.
      if (notice.kind !== 'revoke' && way.chance(between.loss)) {
        world.note(`${from} is not heard: ${notice.kind}`)
        continue
      }
      const text = encodeNotice(notice)
      world.after(way.chance(between.slow) ? way.between(200, 3_000) : way.between(1, 20), () => {
        const heard = decodeNotice(text)
        if (heard !== undefined) other.deliver(heard)
      })
    }
  }
  const nameOf = (index: number) => `server ${index + 1}`
  const all: readonly ServerProcess[] = Array.from({ length: count }, (_, index) =>
    createServerProcess({
      name: nameOf(index),
      clinic,
      world,
      witness,
      overlap: lanes(),
      devices,
      downtime: () => downtimes.between(300, 20_000),
      tellOthers: (notice) => passOn(nameOf(index), notice),
    }),
  )
  const isCertain = () => between.loss === 0 && between.slow === 0
  const check = (server: ServerProcess, waited: number): void => {
    world.after(CHECK_MS.uncertain, () => {
      const due = waited + CHECK_MS.uncertain
      const every = isCertain() ? CHECK_MS.certain : CHECK_MS.uncertain
      server.checkSessions()
      if (due >= every) void world.attend(server.checkHeads())
      check(server, due >= every ? 0 : due)
    })
  }
  if (count > 1) for (const server of all) check(server, 0)

  const up = () => all.filter((server) => server.up)
  const any = () => (up().length === 0 ? undefined : choice.pick(up()))
  const home = new Map<Connection, ServerProcess>()
  const door: Door = {
    async accept(connection) {
      const server = home.get(connection) ?? any()
      if (server === undefined) return undefined
      home.set(connection, server)
      return server.accept(connection)
    },
    ask: async (connection, event, message) => home.get(connection)?.ask(connection, event, message),
    left(connection) {
      home.get(connection)?.left(connection)
      home.delete(connection)
    },
    http: async (request) => any()?.http(request),
  }
  /** Where somebody ended the access. */
  const tell = (notice: Notice) => (any() ?? all[0])?.tell(notice)

  return {
    door,
    all,
    any,
    between,
    async register(deviceId, actor, clientId) {
      await world.busy(clinic.device(deviceId, actor.accountId, clientId))
      devices.set(deviceId, { actor: { ...actor, deviceId: deviceId as DeviceId }, revoked: false })
    },
    async revokeDevice(deviceId) {
      const known = devices.get(deviceId)
      if (known === undefined) return 0
      const { device } = clinic.database.prisma
      const revokedAt = new Date(world.now)
      await world.busy(device.update({ where: { id: deviceId }, data: { revokedAt } }))
      known.revoked = true
      tell({ kind: 'wipe', device: deviceId, message: { reason: 'device_revoked' } })
      return isCertain() ? 0 : LATE_MS
    },
    async revokeGrant({ accountId }, clientId) {
      await world.busy(endGrant(clinic.database, world.now, accountId, clientId))
      tell({ kind: 'revoke', account: accountId, message: { client: clientId, generation: 1 } })
    },
  }
}

const endGrant = ({ prisma }: Database, now: number, accountId: string, clientId: string) =>
  prisma.accessGrant.updateMany({ where: { clientId, accountId }, data: { revokedAt: new Date(now) } })
