/** A device that wants to be told at once, over a push service that opens and checks what it is given. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPushDouble, type PushDouble } from '../harness/push-service.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type SignedInDevice, signIn, signOut } from '../harness/sign-in.ts'

const PATH = '/api/v1/portal/push'

describe('push', () => {
  let server: RunningPortal
  let service: PushDouble
  let clinician: SignedInDevice
  let publicKey = ''
  beforeAll(async () => {
    server = await startPortal({
      database: 'postgres',
      environment: { PORTAL_WEBHOOK_NETWORKS: '127.0.0.1' },
    })
    service = await openPushDouble(() => publicKey)
    clinician = await signIn(server.url, 'clinician@demo.test')
    await atHour(12)
  })
  afterAll(async () => {
    await server?.close()
    await service?.[Symbol.asyncDispose]()
  })

  /** Puts the clinic where it is this hour now. */
  const atHour = async (hour: number) => {
    // Ahead or behind, whichever is less than half a day: there is a zone for each.
    const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12
    // Signs are the other way round in these names.
    const timeZone = `Etc/GMT${ahead > 0 ? `-${ahead}` : `+${-ahead}`}`
    await server.portal.database.prisma.practice.updateMany({ data: { timeZone } })
  }
  const subscribe = async (device: SignedInDevice) => {
    const standing = await device.fetch(PATH)
    publicKey = String(standing.body.publicKey)
    const put = await device.fetch(PATH, { method: 'PUT', body: service.subscription })
    expect([put.status, put.text]).toEqual([204, ''])
  }
  const write = async (device: SignedInDevice) => {
    const sent = await clinician.fetch(`/api/v1/staff/clients/${device.clientId}/messages`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: { subject: 'Your sertraline', body: 'Take it at night.', priority: 'normal' },
    })
    expect(sent.status).toBe(201)
  }

  it('[N10] comes to the device that asked for it, for its eyes alone, and says nothing of it', async () => {
    const device = await signIn(server.url, 'client@demo.test')
    expect((await device.fetch(PATH)).body.subscribed).toBe(false)
    await subscribe(device)
    expect((await device.fetch(PATH)).body.subscribed).toBe(true)
    const stored = await server.portal.database.prisma.pushSubscription.findMany()
    expect(Buffer.from(stored[0]?.sealed ?? '').toString('latin1')).not.toContain('127.0.0.1')
    await write(device)
    await expect.poll(() => service.pushed.length).toBe(1)
    expect(service.refused).toEqual([])
    const [pushed] = service.pushed
    expect(pushed?.content).toEqual({
      title: 'You have a new message',
      body: 'Sign in to the portal to read it.',
      tag: 'message',
      language: 'en',
    })
    expect(pushed?.raw).not.toContain('message')
    expect(String(pushed?.headers.topic)).toMatch(/^[0-9a-f]{32}$/)

    // Somebody else's address, a private one, or none.
    for (const endpoint of ['http://10.0.0.1/push', 'https://169.254.169.254/', 'ftp://x', 'x']) {
      const put = await device.fetch(PATH, { method: 'PUT', body: { ...service.subscription, endpoint } })
      expect(put.status, endpoint).toBe(endpoint === 'x' ? 400 : 422)
    }
    expect((await clinician.fetch(PATH)).status).toBe(401)

    // Nobody is signed in there any more.
    await signOut(device)
    const other = await signIn(server.url, 'client@demo.test')
    await write(other)
    await expect
      .poll(() =>
        server.portal.database.prisma.outbox.count({ where: { kind: 'notify.plan', doneAt: null } }),
      )
      .toBe(0)
    expect(service.pushed).toHaveLength(1)

    // The same browser again, as another person: what it gets is theirs.
    await subscribe(other)
    const second = await signIn(server.url, 'client2@demo.test')
    await subscribe(second)
    expect(await server.portal.database.prisma.pushSubscription.count()).toBe(1)
    await write(other)
    await write(second)
    await expect.poll(() => service.pushed.length).toBe(2)
    await second.fetch(PATH, { method: 'DELETE' })
    expect((await second.fetch(PATH)).body.subscribed).toBe(false)
  })

  it('[N4] [N10] waits for the end of quiet hours, is tried again, and ends with the address', async () => {
    const device = await signIn(server.url, 'client2@demo.test')
    await subscribe(device)
    // What was asked for so far, signing in among it, is done first. Who works at a job puts it off for minutes.
    const soon = new Date(Date.now() + 10 * 60_000)
    await expect
      .poll(() =>
        server.portal.database.prisma.outbox.count({
          where: { kind: { startsWith: 'notify.' }, doneAt: null, dueAt: { lte: soon } },
        }),
      )
      .toBe(0)
    const before = service.pushed.length
    await atHour(2)
    await write(device)
    // What was asked for before is done in its own time.
    const last = () =>
      server.portal.database.prisma.outbox.findFirst({
        where: { kind: 'notify.push', doneAt: null },
        orderBy: { dueAt: 'desc' },
      })
    const twoHours = Date.now() + 2 * 3_600_000
    await expect.poll(async () => (await last())?.dueAt.getTime() ?? 0).toBeGreaterThan(twoHours)
    expect(service.pushed).toHaveLength(before)

    await atHour(12)
    service.answer(503)
    await write(device)
    const tried = () =>
      server.portal.database.prisma.outbox.findFirst({
        where: { kind: 'notify.push', lastError: 'push-503' },
      })
    await expect.poll(async () => (await tried())?.attempts).toBe(1)
    service.answer(410)
    await server.portal.database.prisma.outbox.updateMany({
      where: { lastError: 'push-503' },
      data: { dueAt: new Date(0) },
    })
    await write(device)
    await expect.poll(async () => (await device.fetch(PATH)).body.subscribed).toBe(false)
    expect(service.pushed).toHaveLength(before)
    expect(service.refused).toEqual([])
  })
})
