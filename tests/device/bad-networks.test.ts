/** Every kind of bad network, with the real worker core against the real server. SPEC: client/replica/SPEC.md, R22–R27. */
import { describe, expect, it } from 'vitest'
import { HEARTBEAT_MS } from '../../client/transport/socket.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import type { Network } from '../harness/network.ts'
import {
  captivePage,
  captiveRedirect,
  gatewayPage,
  halfAnAnswer,
  noSockets,
} from '../harness/strange-answers.ts'
import { badLines, draftOf, type OnABadLine, type } from './bad-line.ts'

const lines = badLines()
const { onABadLine, other, held } = lines

/** Typed on the bad line, held by the server, and the same on both. */
async function arrives(
  { device, settled }: OnABadLine,
  typed: { [question: string]: string },
): Promise<void> {
  await settled()
  const { updatedAt: _, ...mine } = (await draftOf(device, 'gad-7')).toMutableJSON()
  expect(mine.answers).toMatchObject(typed)
  expect((await held()).get(mine.id)?.body).toMatchObject(mine)
}

/** Another answer than the one that is there. */
async function change({ device }: OnABadLine, question: string): Promise<{ [question: string]: string }> {
  const now = Number((await draftOf(device, 'gad-7')).answers[question] ?? 3)
  const typed = { [question]: String((now + 1) % 4) }
  await type(device, 'gad-7', typed)
  return typed
}

describe('[R8] a network that is slow or breaks', () => {
  it.each<[string, Parameters<Network['become']>[0]]>([
    ['300 ms away, with as much jitter', { latencyMs: 300, jitterMs: 300 }],
    ['512 kbit/s', { bytesPerSecond: 64_000, latencyMs: 50 }],
    ['15 % resets, at connect and on the way', { resetAtConnect: 0.15, resetOnTheWay: 0.15 }],
  ])('still brings everything: %s', async (_, conditions) => {
    const line = await onABadLine('phone')
    await line.settled()
    line.network.become(conditions)
    line.network.take()
    await arrives(line, { ...(await change(line, 'gad7-1')), ...(await change(line, 'gad7-2')) })
    expect(line.network.take().connections).toBeLessThan(20)
  })
})

describe('[R26] a network that lets nothing through', () => {
  it.each<[string, string, (network: Network) => unknown, (network: Network) => unknown]>([
    ['a page in place of every answer', 'captive', (n) => n.answer(captivePage), (n) => n.answer(null)],
    ['a redirect to a sign-in', 'captive', (n) => n.answer(captiveRedirect), (n) => n.answer(null)],
    ['a gateway that says 502', 'unreachable', (n) => n.answer(gatewayPage(502)), (n) => n.answer(null)],
    ['a gateway that says 504', 'unreachable', (n) => n.answer(gatewayPage(504)), (n) => n.answer(null)],
    ['refused connections', 'unreachable', (n) => n.cut(), (n) => n.restore()],
  ])('is named for what it is, and everything goes when it is over: %s', async (_, name, begin, end) => {
    const line = await onABadLine('phone')
    const { device, network } = line
    await line.settled()
    const before = device.sync.lastSyncedAt
    await begin(network)
    await line.until(() => device.sync.link === name)
    line.links()
    const typed = await change(line, 'gad7-3')
    network.take()
    // As many attempts as it takes to be sure that none of them changes its mind.
    const started = line.time.now()
    await line.until(() => line.time.now() - started > 60_000)
    expect(line.links()).toEqual([name])
    expect(device.sync).toMatchObject({ link: name, lastSyncedAt: before, unsent: 1 })
    expect(device.sync.items).toMatchObject([{ state: 'saved' }])
    expect(network.take().connections).toBeLessThan(3 * 40)
    await end(network)
    await arrives(line, typed)
  })

  const unauthorized = () => captivePage().replace('200 OK', '401 Unauthorized')
  it.each([
    ['a page', captivePage],
    ['a page that says 401', unauthorized],
    ['a redirect', captiveRedirect],
  ])(
    '[R23] signs nobody out and wipes nothing when a refresh of the token is answered by %s',
    async (_, page) => {
      const line = await onABadLine('phone')
      const { device, network, time } = line
      await line.settled()
      network.answer(page)
      // The token ends, so that the first thing asked is another one.
      time.advance(5 * 60_000)
      await line.until(() => device.sync.link === 'captive')
      const typed = await change(line, 'gad7-4')
      const devices = { method: 'GET', path: '/api/v1/portal/auth/devices' }
      expect(await device.session.request(devices)).toMatchObject({ status: 0 })
      expect(device.session.session$).toMatchObject({ value: { state: 'open' } })
      network.answer(null)
      await arrives(line, typed)
    },
  )

  it('[R26] says "offline" only when the device itself knows that there is no network', async () => {
    const line = await onABadLine('phone')
    await line.settled()
    line.device.goOffline()
    await line.until(() => line.device.sync.link === 'offline')
    line.device.goOnline()
    await line.settled()
    expect(line.links()).not.toContain('unreachable')
  })
})

describe('[R25] a line that is quiet', () => {
  it('gives a request 20 seconds, and goes on when bytes flow again', async () => {
    const line = await onABadLine('phone')
    const { device, network, time } = line
    await line.settled()
    network.stall()
    const typed = await change(line, 'gad7-5')
    await line.until(() => line.isAsking() && device.sync.unsent > 0)
    expect(device.sync).toMatchObject({ unsent: 1, items: [{ state: 'sending' }] })
    // Push, then opening the next socket, then HTTP: each has its time.
    const started = time.now()
    while (device.sync.link !== 'unreachable') {
      time.advance(1_000)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(time.now() - started).toBeLessThan(63_000)
    expect(device.sync.items).toMatchObject([{ state: 'saved' }])
    network.flow()
    await arrives(line, typed)
  })

  it('notices by the missing heartbeat that the other end is gone, within 45 seconds', async () => {
    const line = await onABadLine('phone')
    const { network, time } = line
    await line.settled()
    network.vanish()
    const tablet = await other()
    await type(tablet, 'gad-7', { 'gad7-6': '1' })
    await tablet.settled()
    line.links()
    time.advance(44_000)
    expect(line.links()).toEqual(['online'])
    time.advance(1_000)
    await line.until(() => line.links().includes('connecting'))
    await arrives(line, { 'gad7-6': '1' })
  })

  it('notices at once when the page is shown again, for it asks', async () => {
    const line = await onABadLine('phone')
    const { device, network, time } = line
    await line.settled()
    network.vanish()
    line.links()
    device.session.syncNow()
    await line.until(() => line.isAsking())
    time.advance(20_000)
    await line.until(() => line.links().includes('connecting'))
    await line.settled()
  })
})

describe('[R27] a network that lets no socket through', () => {
  it('gets a second chance within seconds: the server may just have come back', async () => {
    const line = await onABadLine('phone')
    const { network, time } = line
    network.answer(noSockets)
    await line.settled()
    network.answer(null)
    const since = time.now()
    while (!time.waits().includes(HEARTBEAT_MS)) {
      time.advance(1_000)
      await line.settled()
    }
    expect(time.now() - since).toBeLessThan(10_000)
  })

  it('is crossed over HTTP, and asked every 30 seconds for what others did', async () => {
    const line = await onABadLine('phone')
    const { device, network, time } = line
    network.answer(noSockets)
    await line.settled()
    await arrives(line, await change(line, 'gad7-7'))
    const tablet = await other()
    const answered = async (value: string) => {
      await type(tablet, 'gad-7', { 'gad7-1': value })
      await tablet.settled()
    }
    const seen = (value: string) =>
      line.until(async () => (await draftOf(device, 'gad-7')).answers['gad7-1'] === value)
    await answered('3')
    time.advance(30_000)
    await seen('3')
    // Where none got through three times it is tried again after five minutes; then nothing has to be asked for.
    network.answer(null)
    while (!time.waits().includes(HEARTBEAT_MS)) {
      time.advance(30_000)
      await line.settled()
    }
    const since = time.now()
    await answered('2')
    await seen('2')
    expect(time.now() - since).toBeLessThan(30_000)
  })
})

it('[R23] half a page of documents changes nothing, and the next attempt brings all', async () => {
  const line = await onABadLine('phone')
  line.network.answer(halfAnAnswer(`${SYNC_HTTP}/pull`))
  await line.until(() => line.device.sync.link === 'unreachable')
  expect(line.device.sync.lastSyncedAt).toBeNull()
  expect(await line.device.db.drafts.find().exec()).toEqual([])
  line.network.answer(null)
  await line.settled()
  expect((await line.device.db.drafts.find().exec()).length).toBeGreaterThanOrEqual(3)
})

it('[R22] a network that flaps, and a person who presses "send now" all the time, make no busy loop', async () => {
  const line = await onABadLine('phone')
  await line.settled()
  line.network.answer(captivePage)
  await line.until(() => line.device.sync.link === 'captive')
  line.network.take()
  for (let press = 0; press < 200; press += 1) line.device.session.syncNow()
  const started = line.time.now()
  await line.until(() => line.time.now() - started > 10_000)
  // Four at once, and what ten seconds of waits allow; three connections each at most.
  expect(line.network.take().connections).toBeLessThan(3 * 20)
})
