/** A grant that ends while the socket is open: the account's devices are told, and hear nothing of that record again. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ok } from '../../shared/kernel/result.ts'
import type { Changes } from '../../shared/protocol/messages.ts'
import { createLogger } from '../../sync-server/platform/logger.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import type { SyncService } from '../../sync-server/replication/sync-service.ts'
import { createGateway, type Gateway } from '../../sync-server/socket/gateway.ts'
import { connect, type SocketDevice } from '../harness/socket-device.ts'

const record = crypto.randomUUID()
const head = { e: 1, s: 1, k: 'k' }
const httpServer = createServer()
let gateway: Gateway
let url: string

beforeAll(async () => {
  const sync: Partial<SyncService> = { hello: async () => ok({ mode: 'delta', head, last: 0 }) }
  gateway = createGateway({
    httpServer,
    sync: sync as SyncService,
    // The ticket names the account: this is about rooms.
    authenticate: {
      socket: async ({ ticket }) =>
        ok({
          actor: { accountId: ticket, deviceId: crypto.randomUUID() } as Actor,
          sessionId: crypto.randomUUID(),
          expiresAt: Date.now() + 60_000,
        }),
      stillIn: async ({ actor }) => ok(actor),
    },
    host: undefined,
    isOwnOrigin: () => true,
    addressOf: () => 'test',
    markWiped: async () => undefined,
    clock: { now: () => Date.now() },
    logger: createLogger('silent'),
    outages: { note: () => false },
  })
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`
})
afterAll(() => gateway.close())

const hello = { p: 1, v: 1, client: record, device: crypto.randomUUID(), cursor: head, m: 1 }
async function device(account: string): Promise<SocketDevice> {
  const connected = await connect(url, { t: account })
  if (!connected.ok) throw new Error('refused')
  expect((await connected.device.ask('hello', hello)).ok).toBeDefined()
  return connected.device
}
const changes = (s: number): Changes => ({ client: record, from: s - 1, to: { ...head, s }, rows: [] })

it('[P22] [P4] [V8.3.2] the devices of that account are told and hear nothing more; those of others go on', async () => {
  using proxy = await device('proxy')
  using proxysTablet = await device('proxy')
  using owner = await device('owner')
  gateway.announce({ changes: changes(2), origin: null, at: 0 })
  gateway.revoke('proxy', { client: record, generation: 7 })
  gateway.announce({ changes: changes(3), origin: null, at: 0 })
  for (const lost of [proxy, proxysTablet]) {
    expect(await lost.next('revoke')).toEqual({ client: record, generation: 7 })
    // A round trip: what was sent before is here now.
    await lost.ask('pull', 'nonsense')
    expect(lost.heard).toEqual([
      ['changes', changes(2)],
      ['revoke', { client: record, generation: 7 }],
    ])
  }
  await owner.ask('pull', 'nonsense')
  expect(owner.heard).toEqual([
    ['changes', changes(2)],
    ['changes', changes(3)],
  ])
})
