/** Two servers over one Postgres, and nothing that tells one what the other did: what ended is over at both. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgresDatabase } from '../harness/postgres.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { cookieOf, refresh, signIn, signOut } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

let database: Awaited<ReturnType<typeof postgresDatabase>>
let one: RunningPortal
let two: RunningPortal

beforeAll(async () => {
  database = await postgresDatabase()
  const secrets = {
    PORTAL_PEPPER: Buffer.alloc(32, 1).toString('base64'),
    PORTAL_KEK: Buffer.alloc(32, 2).toString('base64'),
  }
  const options = { database: 'postgres', databaseUrl: database.url, environment: secrets } as const
  one = await startPortal(options)
  two = await startPortal(options)
})
afterAll(async () => {
  await one?.close()
  await two?.close()
  await database?.drop()
})

it('[S7] cuts the sockets of a session that ended on the other server, and tells a lost device to wipe', async () => {
  const phone = await signIn(one.url, 'client@demo.test', { deviceName: 'Phone' })
  const laptop = await signIn(one.url, 'client@demo.test', { deviceName: 'Laptop' })
  const lost = await signIn(one.url, 'client@demo.test', { deviceName: 'Lost' })
  const stolen = await signIn(one.url, 'client@demo.test', { deviceName: 'Stolen from' })
  // The proof names the server that it is for; the ticket is good at any.
  const elsewhere = { url: two.url }
  using laptopThere = await connectDevice({ ...laptop, ...elsewhere })
  using lostThere = await connectDevice({ ...lost, ...elsewhere })
  using stolenThere = await connectDevice({ ...stolen, ...elsewhere })
  for (const [socket, device] of [
    [laptopThere, laptop],
    [lostThere, lost],
    [stolenThere, stolen],
  ] as const)
    expect((await socket.ask('hello', helloOf(device))).ok).toBeDefined()
  expect((await signOut(laptop)).status).toBe(204)
  const path = `/api/v1/portal/auth/devices/${lost.deviceId}`
  expect((await phone.fetch(path, { method: 'DELETE' })).status).toBe(204)
  const next = cookieOf(await refresh(one.url, stolen.cookie, stolen.key))
  await refresh(one.url, next, stolen.key)
  expect((await refresh(one.url, stolen.cookie, stolen.key)).status).toBe(401)
  expect(await laptopThere.closed).toBe('io server disconnect')
  expect(await stolenThere.closed).toBe('io server disconnect')
  expect(await lostThere.next('wipe')).toEqual({ reason: 'device_revoked' })
})
