/**
 * Some thousands of generated requests and socket messages, others every time: no 5xx, no silence, and no row where none
 * may be. The seed is in the name; `npm run fuzz` sends as many as one likes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MACHINE_SCOPES } from '../../sync-server/http/route.ts'
import { countRows, growthOf, NEVER_GROW } from '../fuzz/rows.ts'
import { runFuzz } from '../fuzz/run-fuzz.ts'
import { letIn, patient } from '../harness/machine.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask } from '../harness/sign-in.ts'

const REQUESTS = 3_000
/** Both doors of it are to be reached, and the record system's, not only their first check. */
const WRITE_PATH = ['post /api/v1/portal/sync/v1/push', 'socket push 1']
const RECORD_SYSTEM = 'get /api/v1/ehr/'
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))

describe(`fuzz, seed ${seed}`, () => {
  let server: RunningPortal
  beforeAll(async () => {
    server = await startPortal({
      database: 'postgres',
      environment: { PORTAL_TRUSTED_PROXIES: '127.0.0.1,::1' },
    })
  })
  afterAll(() => server?.close())

  /** One that may do all but make clients and tell others; it knows one client. */
  async function fedMachine(): Promise<() => Promise<string>> {
    const { practiceId } = await server.portal.database.prisma.practice
      .findFirstOrThrow()
      .then(({ id }) => ({ practiceId: id }))
    const feeder = await letIn(server, practiceId)
    const made = await feeder.fetch('/api/v1/ehr/clients/fuzz', {
      method: 'PUT',
      body: patient({ identifier: [] }),
    })
    expect(made.status).toBe(200)
    const scopes = MACHINE_SCOPES.filter((scope) => scope !== 'clients:write' && scope !== 'webhooks:manage')
    const asker = await letIn(server, practiceId, { scopes })
    return async () => String((await asker.askToken()).body.access_token)
  }

  it(`[V2.2.1] [V16.5.1] [V4.1.1] ${REQUESTS} requests and messages break nothing`, async () => {
    const { database } = server.portal
    const machine = await fedMachine()
    const before = await countRows(database)
    const { complaints, served } = await runFuzz({
      url: server.url,
      seed,
      requests: REQUESTS,
      machine,
      until: [...WRITE_PATH, RECORD_SYSTEM],
    })
    expect(complaints, `npm run fuzz -- --requests ${REQUESTS} --seed ${seed}`).toEqual([])
    const growth = growthOf(before, await countRows(database))
    expect(
      [...growth.keys()].filter((name) => NEVER_GROW.includes(name)),
      `seed ${seed}`,
    ).toEqual([])
    // They came further than the first check.
    const reached = [...served].filter(([, count]) => count > 0).map(([key]) => key)
    expect(reached, `seed ${seed}`).toEqual(expect.arrayContaining(WRITE_PATH))
    expect(reached.some((key) => key.startsWith(RECORD_SYSTEM))).toBe(true)
    expect((await ask(`${server.url}/health/ready`)).status).toBe(200)
    // Up to twice as many where chance leaves a door out.
  }, 900_000)
})
