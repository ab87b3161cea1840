/**
 * Devices of three protocols at one server: 2 as this build speaks it, 1 as the first build spoke it (recorded below,
 * never to be changed), and a synthetic 0 before it, since there was no third one yet. One before that is too old.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSocket, type PortalSocket, type SocketEvents } from '../../client/transport/socket.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { Changes, Mutation } from '../../shared/protocol/messages.ts'
import { speeches } from '../../shared/protocol/versions.ts'
import { KNOWN_VERSIONS } from '../harness/made-up-protocol.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connect, connectDevice, type SocketDevice } from '../harness/socket-device.ts'

const DRAFTS = COLLECTIONS.drafts.number

describe('versions of the protocol', () => {
  let server: RunningPortal
  const device = (name: string) => signIn(server.url, 'client@demo.test', { deviceName: name })

  beforeAll(async () => {
    server = await startPortal({ versions: KNOWN_VERSIONS })
  })
  afterAll(() => server?.close())

  /** The newest, by the app's own transport. */
  async function newest(signedIn: SignedInDevice) {
    const heard: Changes[] = []
    const listeners = new Set<() => void>()
    const events = (opened: () => void, failed: (error: Error) => void): SocketEvents => ({
      opened,
      closed: (code) => failed(new Error(String(code))),
      changes: (message) => {
        heard.push(message)
        for (const listener of listeners) listener()
      },
      revoke: () => {},
      wipe: () => {},
    })
    const setTimer = (run: () => void, ms: number) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    }
    const socket = await new Promise<PortalSocket>((resolve, reject) => {
      const opening: PortalSocket = openSocket({
        origin: server.url,
        ticket: signedIn.socketTicket,
        sign: signedIn.key.sign,
        events: events(() => resolve(opening), reject),
        setTimer,
      })
    })
    /** The first that speaks of this text, come or to come. */
    const next = (text: string) =>
      new Promise<Changes>((resolve) => {
        const look = () => {
          const found = heard.find((changes) => JSON.stringify(changes).includes(text))
          if (found !== undefined) resolve(found)
        }
        listeners.add(look)
        look()
      })
    return { socket, next }
  }
  const heardBy = async (old: SocketDevice, text: string) => {
    for (;;) {
      const found = old.heard.find((event) => JSON.stringify(event).includes(text))
      if (found !== undefined) return found
      await new Promise((resolve) => old.socket.once('changes', resolve))
    }
  }

  it('[P28] devices of three versions write to one draft and hear of each other', async () => {
    const [two, one, zero] = [await device('Two'), await device('One'), await device('Zero')]
    const { clientId } = two
    const modern = await newest(two)
    const helloTwo = { p: 2, v: 1, client: clientId, device: two.deviceId, cursor: null, m: 1 }
    expect(await modern.socket.hello(helloTwo)).toMatchObject({ ok: { mode: 'reset', last: 0 } })

    // Protocol 1, as recorded from the first build's own device.
    using first = await connectDevice(one)
    const helloOne = { p: 1, v: 1, client: clientId, device: one.deviceId, cursor: null, m: 1 }
    expect(await first.ask('hello', helloOne)).toEqual({
      ok: { mode: 'reset', head: { e: 1, s: expect.any(Number), k: expect.any(String) }, last: 0 },
    })
    const { ok: page } = await first.ask('pull', { client: clientId, after: 0, upTo: null })
    const { rows, head } = page as { rows: [number, string, number][]; head: { s: number } }
    expect(page).toMatchObject({ done: true, upTo: head.s })
    const [, id = '', rev = 0] = rows.find(([collection]) => collection === DRAFTS) ?? []

    const connected = await connect(server.url, zero.handshake({ p: 0 }))
    if (!connected.ok) throw new Error('the oldest was not let in')
    using oldest = connected.device
    const helloZero = { p: 0, v: 1, patient: clientId, device: zero.deviceId, cursor: null, m: 1 }
    expect(await oldest.ask('hello', helloZero)).toMatchObject({ ok: { mode: 'reset', newest: 0 } })

    const write = (n: number, value: string): Mutation => [
      n,
      DRAFTS,
      id,
      rev,
      Date.now(),
      [[`answers/v-${value}`, value]],
    ]
    const answered = await modern.socket.push({ client: clientId, mutations: [write(1, 'of-two')] })
    expect(answered).toMatchObject({
      ok: {
        answers: [[1, 0, rev + 1, expect.any(Number)]],
        changes: { client: clientId, from: head.s },
      },
    })
    expect(await heardBy(first, 'of-two')).toMatchObject([
      'changes',
      {
        client: clientId,
        from: head.s,
        to: { e: 1, s: head.s + 1 },
        rows: [expect.arrayContaining([DRAFTS, id, rev + 1])],
      },
    ])
    expect(await heardBy(oldest, 'of-two')).toMatchObject(['changes', { patient: clientId, from: head.s }])

    const byOne = { client: clientId, mutations: [write(1, 'of-one')] }
    const { ok: firstAnswer } = await first.ask('push', byOne)
    expect(firstAnswer).toMatchObject({ answers: [[1, 0, rev + 2, expect.any(Number)]] })
    expect(await first.ask('push', byOne)).toMatchObject({
      ok: { answers: [[1, 0, rev + 2, expect.any(Number)]] },
    })
    expect(await modern.next('of-one')).toMatchObject({ client: clientId, from: head.s + 1 })
    const byZero = { patient: clientId, mutations: [write(1, 'of-zero')] }
    expect(await oldest.ask('push', byZero)).toMatchObject({
      ok: { answers: [[1, 0, rev + 3, expect.any(Number)]] },
    })
    expect(await modern.next('of-zero')).toMatchObject({ client: clientId, from: head.s + 2 })

    // Everybody pulls the same.
    const now = await modern.socket.pull({ client: clientId, after: head.s, upTo: null })
    expect(now).toEqual(await first.ask('pull', { client: clientId, after: head.s, upTo: null }))
    for (const value of ['of-two', 'of-one', 'of-zero']) expect(JSON.stringify(now)).toContain(value)
    const known = 'ok' in now ? now.ok.head : null
    expect(await modern.socket.hello({ ...helloTwo, cursor: known })).toEqual({
      ok: { mode: 'delta', head: known, last: 1 },
    })
    modern.socket.close()
  })

  it('[P28] what is out of the window is told so, at the handshake and at hello', async () => {
    const signedIn = await device('Too old')
    for (const p of [-1, 3, '2', null, 1.5])
      expect(await connect(server.url, signedIn.handshake({ p }))).toMatchObject({
        ok: false,
        error: { error: 'protocol_unsupported' },
      })
    const hello = { p: 3, v: 1, client: signedIn.clientId, device: signedIn.deviceId, cursor: null, m: 1 }
    const answer = await signedIn.fetch('/api/v1/portal/sync/v1/hello', { method: 'POST', body: hello })
    expect([answer.status, answer.body.code]).toEqual([426, 'protocol_unsupported'])
  })

  it('[P27] a connection is about one client, and bytes that are none are refused', async () => {
    const signedIn = await device('Odd')
    const { socket } = await newest(signedIn)
    const hello = { p: 2, v: 1, client: signedIn.clientId, device: signedIn.deviceId, cursor: null, m: 1 }
    // Before any hello there is nothing that a push could be about.
    expect(await socket.pull({ client: '', after: 0, upTo: null })).toMatchObject({
      error: 'invalid_message',
    })
    expect(await socket.hello(hello)).toHaveProperty('ok')
    expect(await socket.hello({ ...hello, client: crypto.randomUUID() })).toMatchObject({
      error: 'invalid_message',
    })
    socket.close()
    const connected = await connect(server.url, signedIn.handshake({ p: 2, v: 1 }))
    if (!connected.ok) throw new Error('not let in')
    using raw = connected.device
    const reply = new Promise((resolve) => raw.socket.emit('hello', { p: 1 }, resolve))
    await Promise.race([reply, raw.closed])
    const fresh = await signIn(server.url, 'client@demo.test')
    expect((await fresh.fetch('/healthz')).status).toBe(200)
  })

  it('[P28] at most three versions are spoken, however many are known', () => {
    expect(speeches(KNOWN_VERSIONS).map(({ protocol }) => protocol)).toEqual([2, 1, 0])
    expect(speeches().map(({ protocol }) => protocol)).toEqual([2, 1])
  })
})
