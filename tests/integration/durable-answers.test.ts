/** An answer outlives the server that gave it: killed the moment it arrives, the server has the change at its next start. */
import { describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { ChangeRow, PullAnswer, PushAnswer } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { createDatabase } from '../harness/database.ts'
import { spawnServer } from '../harness/server.ts'
import { signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

describe.each(['pglite', 'postgres'] as const)('an answer, over %s', (kind) => {
  it('[P14] stands when the server is killed the moment it is given', async () => {
    await using database = await createDatabase(kind)
    const first = await spawnServer(database)
    const phone = await signIn(first.url, 'client@demo.test')
    const socket = await connectDevice(phone)
    await socket.ask('hello', helloOf(phone))
    const everything = { client: phone.clientId, after: 0, upTo: null }
    const { rows } = (await socket.ask('pull', everything)).ok as PullAnswer
    const [, draft, rev] = rows.find(([number]) => number === COLLECTIONS.drafts.number) as ChangeRow
    const mutations = Array.from({ length: 20 }, (_, index) => [
      index + 1,
      COLLECTIONS.drafts.number,
      draft,
      rev,
      Date.now(),
      [[`answers/durable-${index}`, `typed ${index}`]],
    ])
    const answered: PushAnswer[] = []
    for (const mutation of mutations) {
      const { ok } = await socket.ask('push', { client: phone.clientId, mutations: [mutation] })
      answered.push(ok as PushAnswer)
    }
    await first.kill('SIGKILL')

    await using second = await spawnServer({ ...database, port: first.port })
    const again = await signIn(second.url, 'client@demo.test', { deviceId: phone.deviceId })
    const pulled = await again.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body: everything })
    const body = (pulled.body.rows as ChangeRow[]).find(([, id]) => id === draft)?.[4]
    const typed = mutations.map((_, index) => [`durable-${index}`, `typed ${index}`])
    expect(body).toMatchObject({ answers: Object.fromEntries(typed) })
    expect(pulled.body.head).toEqual(answered.at(-1)?.changes.to)
    // The answers themselves are kept too: sent again, the same mutations get the same ones.
    const push = { client: phone.clientId, mutations }
    const repeated = await again.fetch(`${SYNC_HTTP}/push`, { method: 'POST', body: push })
    expect(repeated.body.answers).toEqual(answered.flatMap(({ answers }) => answers))
  })
})
