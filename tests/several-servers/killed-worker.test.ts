/** A server's process is killed while it tells somebody of something; another one goes on with it. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createDatabase } from '../harness/database.ts'
import { openMailbox } from '../harness/mailbox.ts'
import { withClient } from '../harness/postgres-cluster.ts'
import { spawnServer } from '../harness/server.ts'
import { signIn } from '../harness/sign-in.ts'

const EMAIL = 'client@demo.test'
const idOf = (raw: string) => /^Message-ID: (.+)$/im.exec(raw)?.[1]

it('[N1] [J2] one event is one notification, also where the process that tells of it is killed, before or after the mail was taken', async () => {
  const database = await createDatabase('postgres')
  await using mailbox = await openMailbox()
  const start = () =>
    spawnServer({
      dataDir: database.dataDir,
      databaseUrl: database.databaseUrl ?? '',
      environment: { ...mailbox.environment },
    })
  let server = await start()
  const client = await signIn(server.url, EMAIL)
  const mails = () => mailbox.notices.filter(({ to }) => to === EMAIL)
  const ask = <T>(sql: string) =>
    withClient(database.databaseUrl ?? '', async (pg) => (await pg.query(sql)).rows as T[])

  for (const [round, moment] of (['asked', 'taken'] as const).entries()) {
    const before = mails().length
    let killed = false
    const dying = server
    mailbox.during(moment, async (to) => {
      if (killed || to !== EMAIL) return
      killed = true
      await dying.kill('SIGKILL')
    })
    const clinician = await signIn(server.url, 'clinician@demo.test')
    // Its answer may be cut off with the process; what it asked for is in the database by then.
    await clinician
      .fetch(`/api/v1/staff/clients/${client.clientId}/messages`, {
        method: 'POST',
        headers: { 'idempotency-key': randomUUID() },
        body: { subject: 'A question', body: 'Could you call?', priority: 'normal' },
      })
      .catch(() => undefined)
    expect(await server.exited).toMatchObject({ signal: 'SIGKILL' })
    expect(mails().length - before).toBe(moment === 'taken' ? 1 : 0)
    // The two minutes for which the dead one had claimed it.
    await ask('UPDATE portal.outbox SET due_at = now() WHERE done_at IS NULL AND attempts > 0')
    server = await start()
    await expect
      .poll(
        async () => (await ask('SELECT 1 FROM portal.outbox WHERE done_at IS NULL AND attempts > 0')).length,
      )
      .toBe(0)
    const told = mails().slice(before)
    // One that was taken and not marked comes again under the same name: mail programs show it once.
    expect(told).toHaveLength(moment === 'taken' ? 2 : 1)
    expect(new Set(told.map(({ raw }) => idOf(raw))).size).toBe(1)
    const rows = await ask<{ channel: string }>(
      `SELECT channel FROM portal.notification WHERE event = 'message_new' AND channel = 'email'`,
    )
    expect(rows).toHaveLength(round + 1)
  }
  await server.kill()
  await database.dispose()
})
