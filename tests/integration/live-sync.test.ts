/** Sign in → hello → push → the other device hears it → pull, over the real socket and the real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { Changes, HelloAnswer, PullAnswer, PushAnswer } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf, type SocketDevice } from '../harness/socket-device.ts'

const DRAFTS = COLLECTIONS.drafts.number

describe.each(['pglite', 'postgres'] as const)('live replication over %s', (database) => {
  let server: RunningPortal
  let phone: SignedInDevice
  let tablet: SignedInDevice
  let phoneSocket: SocketDevice
  let tabletSocket: SocketDevice

  beforeAll(async () => {
    server = await startPortal({ database })
    phone = await signIn(server.url, 'client@demo.test', { deviceName: 'Phone' })
    tablet = await signIn(server.url, 'client@demo.test', { deviceName: 'Tablet' })
    phoneSocket = await connectDevice(phone)
    tabletSocket = await connectDevice(tablet)
  })
  afterAll(async () => {
    phoneSocket?.socket.disconnect()
    tabletSocket?.socket.disconnect()
    await server?.close()
  })

  const pull = async (device: SocketDevice, client: string) => {
    const { ok } = await device.ask('pull', { client, after: 0, upTo: null })
    return ok as PullAnswer
  }
  /**
   * Of every table, how many rows there are and the newest transaction that wrote one of them. Without what
   * the portal's own jobs do in their own time.
   */
  const writes = async () => {
    const { prisma } = server.portal.database
    const tables = await prisma.$queryRaw<{ name: string }[]>`
      select tablename::text as name from pg_tables where schemaname = 'portal' and tablename not in ('outbox', 'notification') order by 1`
    const counts = tables.map(
      ({ name }) =>
        `select '${name}' as name, count(*)::int as rows, max(xmin::text::bigint) as xid from portal.${name}`,
    )
    return prisma.$queryRawUnsafe(counts.join(' union all '))
  }
  const firstDraft = async () => {
    const { rows } = await pull(phoneSocket, phone.clientId)
    const row = rows.find(([collection]) => collection === DRAFTS)
    if (row === undefined) throw new Error('no draft')
    return { id: row[1], rev: row[2] }
  }

  it('[P16] a change pushed by one device reaches the other, and not the one that made it', async () => {
    for (const [socket, device] of [
      [phoneSocket, phone],
      [tabletSocket, tablet],
    ] as const) {
      const { ok } = await socket.ask('hello', helloOf(device))
      expect((ok as HelloAnswer).head.s).toBeGreaterThan(0)
    }
    const { id, rev } = await firstDraft()
    const mutation = [1, DRAFTS, id, rev, Date.now(), [['answers/live', 'from the phone']]]
    const { ok } = await phoneSocket.ask('push', { client: phone.clientId, mutations: [mutation] })
    const answer = ok as PushAnswer
    expect(answer.answers).toEqual([[1, 0, rev + 1, expect.any(Number)]])

    const heard = (await tabletSocket.next('changes')) as Changes
    expect(heard).toMatchObject({ client: phone.clientId, to: answer.changes.to })
    expect(JSON.stringify(heard.rows)).toContain('from the phone')
    const { head, rows } = await pull(tabletSocket, tablet.clientId)
    expect(head).toEqual(heard.to)
    expect(JSON.stringify(rows)).toContain('from the phone')
    expect(phoneSocket.heard.filter(([event]) => event === 'changes')).toEqual([])
  })

  it('[P9] HTTP carries the same messages, and what it changes is heard on the socket', async () => {
    const http = async (path: string, body: unknown) =>
      (await tablet.fetch(`${SYNC_HTTP}/${path}`, { method: 'POST', body })).body
    expect(await http('hello', helloOf(tablet))).toMatchObject({ mode: 'reset', last: 0 })
    const { id, rev } = await firstDraft()
    const mutation = [1, DRAFTS, id, rev, Date.now(), [['answers/http', 'from the tablet']]]
    const push = { client: tablet.clientId, mutations: [mutation] }
    const first = await http('push', push)
    expect(first.answers).toEqual([[1, 0, rev + 1, expect.any(Number)]])
    // Sent again (lost answer): the same answer, no second effect.
    expect((await http('push', push)).answers).toEqual(first.answers)
    const { rows } = await pull(phoneSocket, phone.clientId)
    expect(rows.find(([, document]) => document === id)?.[2]).toBe(rev + 1)
    expect(JSON.stringify(await phoneSocket.next('changes'))).toContain('from the tablet')
    const page = await http('pull', { client: tablet.clientId, after: 0, upTo: null })
    expect(JSON.stringify(page.rows)).toContain('from the tablet')
  })

  it('[P4] a device that says hello while others write misses nothing', async () => {
    const late = await signIn(server.url, 'client@demo.test', { deviceName: 'Late' })
    using socket = await connectDevice(late)
    const { id, rev } = await firstDraft()
    const pushes = Array.from({ length: 20 }, (_, i) =>
      phoneSocket.ask('push', {
        client: phone.clientId,
        mutations: [[100 + i, DRAFTS, id, rev, Date.now(), [[`answers/race-${i}`, i]]]],
      }),
    )
    const hello = (await socket.ask('hello', helloOf(late))).ok as HelloAnswer
    await Promise.all(pushes)
    // A round trip: what was announced before is here now.
    await pull(socket, late.clientId)
    const { head } = await pull(phoneSocket, phone.clientId)
    let at = hello.head.s
    for (const [event, changes] of socket.heard as [string, Changes][])
      if (event === 'changes' && changes.to.s > at) {
        expect(changes.from).toBeLessThanOrEqual(at)
        at = changes.to.s
      }
    expect(at).toBe(head.s)
  })

  it('[P5] [R49] a device’s hello closes its older socket for that client, saying so, and nobody else’s', async () => {
    const device = await signIn(server.url, 'client@demo.test', { deviceName: 'Two tabs' })
    using frozen = await connectDevice(device)
    await frozen.ask('hello', helloOf(device))
    using next = await connectDevice(device)
    expect(frozen.socket.connected).toBe(true)
    expect((await next.ask('hello', { ...helloOf(device), p: 99 })).error).toBe('protocol_unsupported')
    expect(frozen.socket.connected).toBe(true)
    expect(await next.ask('hello', helloOf(device))).toHaveProperty('ok')
    await frozen.closed
    expect(frozen.heard.at(-1)?.[0]).toBe('replaced')
    expect(await next.ask('hello', helloOf(device))).toHaveProperty('ok')
    for (const { socket } of [next, phoneSocket, tabletSocket]) expect(socket.connected).toBe(true)
  })

  it('[P30] the position is repeated beside every second ping, out of memory', async () => {
    const { ok } = await phoneSocket.ask('hello', helloOf(phone))
    const heard = () => phoneSocket.heard.filter(([event]) => event === 'changes').length
    const before = heard()
    const written = await writes()
    // Pings come every 25 s; their answers are what counts.
    const { engine } = phoneSocket.socket.io
    for (let beat = 0; beat < 2; beat += 1)
      (engine as unknown as { _sendPacket(type: string): void })._sendPacket('pong')
    await expect.poll(heard).toBe(before + 1)
    const { head } = ok as HelloAnswer
    expect(phoneSocket.heard.at(-1)).toEqual([
      'changes',
      { client: phone.clientId, from: head.s, to: head, rows: [] },
    ])
    expect(await writes()).toEqual(written)
  })

  it('[P5] [P25] a reconnect with nothing new is one hello and writes nothing', async () => {
    const { head } = await pull(phoneSocket, phone.clientId)
    const hello = { ...helloOf(phone), cursor: head, m: 200 }
    // The first lets the server forget the answers below `m`.
    await phoneSocket.ask('hello', hello)
    const before = await writes()
    const { ok } = await phoneSocket.ask('hello', hello)
    expect(ok).toMatchObject({ mode: 'delta', head })
    expect(await writes()).toEqual(before)
  })
})
