/** One simulated run while it is under way: everybody and everything in it. */
import type { JsonObject } from '../../shared/kernel/json.ts'
import type { Cursor } from '../../shared/protocol/messages.ts'
import { PROTOCOL } from '../../shared/protocol/terms.ts'
import { type ClientKeys, createClientKeys } from '../../sync-server/platform/client-keys.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import { createKeyProvider } from '../../sync-server/platform/key-provider.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { type Clinic, openClinic } from './clinic.ts'
import { createDevice, type Device } from './device.ts'
import { createLedger, type Entry, type Ledger } from './ledger.ts'
import type { Plan } from './plan.ts'
import { FIRST_VERSION, FORM_KEY } from './questionnaires.ts'
import { createRandom, type Random } from './random.ts'
import { KEK } from './server.ts'
import { createServers, type Servers } from './servers.ts'
import { readStored, type StoredRecord } from './stored.ts'
import { createWorld, type World } from './world.ts'

export interface Run {
  readonly world: World
  readonly random: Random
  readonly ledger: Ledger
  readonly clinic: Clinic
  readonly clientKeys: ClientKeys
  readonly servers: Servers
  readonly devices: readonly Device[]
  readonly clientId: string
  readonly admin: Actor
  readonly clinician: Actor
  /** Of the last device, where it is a proxy's. */
  readonly proxy: Actor | null
  /** Another record in the same practice, which no device here may see anything of. */
  readonly otherClientId: string
  /** Versions of the form published so far. */
  version: number
  token(): string
  write(token: string, replica: string, place: string): Entry
  /** Where the server's feed is. */
  head(): Promise<Pick<Cursor, 'e' | 's'>>
  stored(): Promise<StoredRecord>
  /** The access of this device has ended: no rows may be told to it, and nothing of it may stay there. `late`: how long its server may not have heard of it, ms. */
  forbid(deviceId: string, late?: number): void
  isForbidden(deviceId: string): boolean
}

const START = Date.UTC(2026, 0, 5, 12)

export async function setUp(
  database: Database,
  plan: Plan,
  { keepTrace, overlaps }: { readonly keepTrace: boolean; readonly overlaps: boolean },
): Promise<Run> {
  const random = createRandom(`run ${plan.seed}`)
  const world = createWorld(START, keepTrace, overlaps)
  const ledger = createLedger()
  const clinic = await openClinic(database, random)
  await clinic.form(random, FORM_KEY)
  await clinic.publish(random, FORM_KEY, 1, FIRST_VERSION as JsonObject)
  const clientId = await clinic.client(random)
  const otherClientId = await clinic.client(random)
  const admin = await clinic.account(random, 'admin')
  const clinician = await clinic.account(random, 'clinician', clientId)
  const client = await clinic.account(random, 'client', clientId)
  const proxy = plan.proxy ? await clinic.account(random, 'proxy', clientId) : null

  const forbidden = new Map<string, { at: number; late: number }>()
  const foreign = new Set<string>()
  /** Whoever asked before the access ended may still be answered. */
  const isForbidden = (device: string, asked: number) => asked > (forbidden.get(device)?.at ?? asked)
  const isPastHearing = (device: string, asked: number) =>
    isForbidden(device, asked - (forbidden.get(device)?.late ?? 0))
  const servers = createServers({
    count: plan.servers,
    clinic,
    world,
    random,
    overlaps,
    witness: {
      ...ledger,
      committed(announcement) {
        const { changes } = announcement
        if (changes.client !== otherClientId) return ledger.committed(announcement)
        for (const row of changes.rows) if (row[0] !== 5) foreign.add(row[1])
      },
      pushed(device, request, answer, asked) {
        if (isForbidden(device, asked)) ledger.broken.push('I5 a push took effect after the access ended')
        ledger.pushed(device, request, answer, asked)
      },
      told(device, message, asked) {
        const { client: of, rows } = message as { client?: string; rows: readonly (readonly unknown[])[] }
        const strange =
          (of !== undefined && of !== clientId) || rows.some((row) => foreign.has(String(row[1])))
        if (strange) ledger.broken.push('I5 a device was told of another record')
        if (rows.length > 0 && isPastHearing(device, asked))
          ledger.broken.push('I5 told after the access ended')
      },
    },
  })
  let tokens = 0
  const { talks, pageRows, packing } = plan
  const stage = { world, random, ledger, talks, pageRows, packing }
  const devices: Device[] = []
  for (let index = 0; index < plan.devices; index += 1) {
    const actor = proxy !== null && index === plan.devices - 1 ? proxy : client
    const device = createDevice({
      stage,
      name: `device${index}`,
      clientId,
      accountId: actor.accountId,
      door: servers.door,
      protocol: index === 0 ? PROTOCOL - plan.behind : PROTOCOL,
      register: (deviceId) => servers.register(deviceId, actor, clientId),
    })
    await servers.register(device.entry.deviceId, actor, clientId)
    devices.push(device)
  }
  const clientKeys = createClientKeys({ keyProvider: createKeyProvider({ kek: KEK }) })
  const run: Run = {
    world,
    random,
    ledger,
    clinic,
    clientKeys,
    servers,
    devices,
    clientId,
    otherClientId,
    admin,
    clinician,
    proxy,
    version: 1,
    token() {
      tokens += 1
      return `v${tokens}x`
    },
    write: (token, replica, place) => ledger.write(token, replica, place),
    async head() {
      const [row] = await database.ask<{ e: number; s: number }[]>`
        SELECT epoch AS e, seq AS s FROM portal.client_head WHERE client_id = ${clientId}::uuid`
      return row ?? { e: 0, s: 0 }
    },
    stored: () => readStored(database, clientKeys, clientId),
    forbid: (deviceId, late = 0) => void forbidden.set(deviceId, { at: world.now, late }),
    isForbidden: (deviceId) => forbidden.has(deviceId),
  }
  const assigned = servers.any()?.practice.forms.assignForm(admin, { clientId, formKey: FORM_KEY })
  // Then statements take time.
  if (overlaps) await world.rest().then(() => world.run(2_000))
  await assigned
  for (const device of devices) device.openTab()
  await world.rest()
  return run
}
