/**
 * The database goes and comes back under a running server: what everybody is told meanwhile, and that nobody has to do
 * anything. SPEC: shared/protocol/SPEC.md, P29; client/replica/SPEC.md, R26.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDevice, type TestDevice } from '../device/test-device.ts'
import { createCluster, type PostgresCluster } from '../harness/postgres-cluster.ts'
import { type SpawnedServer, spawnServer } from '../harness/server.ts'
import { ask, DEMO_PASSWORD, login, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connect, connectDevice, helloOf } from '../harness/socket-device.ts'

const CLIENT = 'client@demo.test'

describe('a server whose database goes away', () => {
  let cluster: PostgresCluster
  let server: SpawnedServer
  let tablet: SignedInDevice
  let phone: TestDevice
  let draft: string
  beforeAll(async () => {
    cluster = await createCluster({ settings: { fsync: 'off' } })
    await cluster.start()
    server = await spawnServer({ databaseUrl: cluster.adminUrl })
    tablet = await signIn(server.url, CLIENT)
    phone = await createTestDevice({
      url: server.url,
      email: CLIENT,
      password: DEMO_PASSWORD,
      name: 'phone',
      collections: ['drafts'],
    })
    await phone.settled()
    draft = (await phone.db.drafts.findOne().exec(true)).id
  })
  afterAll(async () => {
    await phone?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    await cluster?.[Symbol.asyncDispose]()
  })

  const answer = async (value: string) =>
    (await phone.db.drafts.findOne(draft).exec(true)).incrementalModify((data) => ({
      ...data,
      status: 'draft' as const,
      answers: { ...data.answers, [`away-${value}`]: value },
    }))
  const onServer = async (): Promise<string> => {
    const body = { client: tablet.clientId, after: 0, upTo: null }
    return (await tablet.fetch('/api/v1/portal/sync/v1/pull', { method: 'POST', body })).text
  }
  /** The view is what screens show; `until` of the device waits for less time than a wait between two attempts takes. */
  const untilShown = (wanted: (view: TestDevice['sync']) => boolean) =>
    expect.poll(() => wanted(phone.sync), { timeout: 60_000 }).toBe(true)

  it.each([
    ['stopped', () => cluster.stop()],
    ['killed', () => cluster.kill()],
  ])(
    '[P29] [R26] says so while it is %s, keeps what is written, and recovers by itself',
    async (value, goAway) => {
      const socket = await connectDevice(tablet)
      await socket.ask('hello', helloOf(tablet))
      await goAway()

      expect((await ask(`${server.url}/health/live`)).status).toBe(200)
      for (const path of ['/health/ready', '/healthz']) {
        const { status, headers, body } = await ask(server.url + path)
        expect([path, status, body.code]).toEqual([path, 503, 'unavailable'])
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      }
      for (const refused of [await login(server.url, CLIENT), await tablet.fetch('/api/v1/portal/forms')]) {
        expect([refused.status, refused.body.code]).toEqual([503, 'unavailable'])
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      }
      expect(await socket.ask('hello', helloOf(tablet))).toMatchObject({ error: 'unavailable' })
      expect(await connect(server.url, tablet.handshake())).toMatchObject({
        ok: false,
        error: { error: 'unavailable' },
      })

      // The promise of the device holds without the server: written is written, and the screen says where it is.
      await answer(value)
      await untilShown(({ link, unsent }) => link === 'unavailable' && unsent === 1)

      await cluster.start()
      await untilShown(({ link, unsent }) => link === 'online' && unsent === 0)
      expect((await ask(`${server.url}/health/ready`)).status).toBe(200)
      expect(await onServer()).toContain(`"away-${value}":"${value}"`)
      expect(server.process.exitCode).toBeNull()
      socket.socket.disconnect()
    },
  )

  it('[P29] [V16.5.2] outlives the loss of single connections, idle and in use', async () => {
    for (let round = 0; round < 3; round += 1) {
      const asked = Promise.all(Array.from({ length: 8 }, () => tablet.fetch('/api/v1/portal/forms')))
      cluster.killBackend(() => 0)
      for (const { status } of await asked) expect([200, 503]).toContain(status)
    }
    await expect
      .poll(async () => (await ask(`${server.url}/health/ready`)).status, { timeout: 60_000 })
      .toBe(200)
    expect((await tablet.fetch('/api/v1/portal/forms')).status).toBe(200)
  })

  it('[P29] does not wait for ever for a lock that somebody holds', async () => {
    const { default: pg } = await import('pg')
    const holder = new pg.Client(cluster.adminUrl)
    await holder.connect()
    try {
      await holder.query('BEGIN')
      await holder.query('LOCK TABLE portal.client_head IN ACCESS EXCLUSIVE MODE')
      const { status, body } = await tablet.fetch('/api/v1/portal/sync/v1/hello', {
        method: 'POST',
        body: helloOf(tablet),
      })
      expect([status, body.code]).toEqual([503, 'unavailable'])
    } finally {
      await holder.end()
    }
    expect(
      (await tablet.fetch('/api/v1/portal/sync/v1/hello', { method: 'POST', body: helloOf(tablet) })).status,
    ).toBe(200)
  })
})
