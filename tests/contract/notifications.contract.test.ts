/** From an event in a record to what leaves: who, how, when, and never twice. Over the real outbox, with a counted way out. */
import { randomBytes, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Json } from '../../shared/kernel/json.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import { collections } from '../../sync-server/collections.ts'
import { createStaffMessages } from '../../sync-server/modules/messages/staff-service.ts'
import { createEmailChannel } from '../../sync-server/modules/notifications/email-channel.ts'
import { createNoticeSecrets } from '../../sync-server/modules/notifications/notice-secrets.ts'
import { createNotifications } from '../../sync-server/modules/notifications/notifications.ts'
import { createUnsubscribe } from '../../sync-server/modules/notifications/unsubscribe.ts'
import { createLogger } from '../../sync-server/platform/logger.ts'
import { Mail } from '../../sync-server/platform/mailer.ts'
import { createOutbox } from '../../sync-server/platform/outbox.ts'
import { createReplication } from '../../sync-server/replication/replication.ts'
import { describeOverDatabases, expectOk, openPractice, type Practice } from '../harness/practice.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ORIGIN = 'https://portal.practice.test'

/** The practice, and notifications on top of it; `send` is the way out of mails. */
function notifying(practice: Practice, send: (mail: Mail) => Promise<void>) {
  const { database, clientKeys } = practice
  const clock = { now: () => practice.clock.time }
  const pepper = new Uint8Array(randomBytes(32))
  const outbox = createOutbox({
    database,
    clock,
    logger: createLogger('silent'),
    secret: pepper,
    keep: false,
  })
  outbox.handle('mail', { schema: Mail, outside: send })
  const secrets = createNoticeSecrets(pepper)
  const replication = createReplication({
    database,
    clientKeys,
    clock,
    collections,
    announce: () => undefined,
    jobsOf: (change) => notifications.jobsOf(change),
  })
  const channels = [createEmailChannel({ outbox, secrets, origin: () => ORIGIN })]
  const notifications = createNotifications({ database, replication, clock, outbox, channels })
  return {
    outbox,
    replication,
    notifications,
    messages: createStaffMessages({ database, replication, clock }),
    unsubscribe: createUnsubscribe({ database, replication, clock, secrets }),
    /** As staff and the record system write: base revision 0 makes the document. */
    put: async (
      clientId: string,
      collection: CollectionName,
      fields: { readonly [field: string]: Json },
      { id = randomUUID() as string, baseRev = 0 } = {},
    ): Promise<string> => {
      expectOk(
        await replication.commit({
          actor: await practice.account('admin'),
          clientId,
          action: 'test.put',
          permit: ['admin'],
          onDevice: false,
          run: ({ apply, work }) =>
            apply({
              collection,
              documentId: id,
              baseRev,
              by: 'staff',
              writer: 'staff',
              edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: work.receivedAt })),
            }),
        }),
      )
      return id
    },
    /** What the clock passes on the way is done in its turn. */
    async until(time: number) {
      while (practice.clock.time < time) {
        practice.clock.time = Math.min(time, practice.clock.time + HOUR)
        await outbox.drain()
      }
    },
  }
}

describeOverDatabases('notifications', (open) => {
  const setUp = async () => {
    const practice = await openPractice(await open())
    const sent: Mail[] = []
    const parts = notifying(practice, async (mail) => void sent.push(mail))
    const person = await practice.client()
    const { email } = await practice.database.prisma.portalAccount.findUniqueOrThrow({
      where: { id: person.actor.accountId },
    })
    const clinician = await practice.account('clinician')
    const { clientId } = person
    await practice.database.prisma.clinicianAssignment.create({
      data: { clientId, accountId: clinician.accountId },
    })
    const write = (threadId = randomUUID()) =>
      parts.messages.send(clinician, {
        clientId,
        id: threadId,
        threadId,
        subject: 'About your panic attacks',
        body: 'Sertraline 50 mg from Monday on.',
        priority: 'normal',
      })
    return { ...parts, practice, sent, person, email, clinician, write }
  }
  const guardian = async (
    { practice, person }: Awaited<ReturnType<typeof setUp>>,
    scopes: readonly string[],
  ) => {
    const actor = await practice.account('proxy')
    await practice.database.prisma.accessGrant.create({
      data: { clientId: person.clientId, accountId: actor.accountId, scopes: [...scopes] },
    })
    return `${actor.accountId}@test`
  }

  it('[N1] [N6] tell of one message once, whatever crashes on the way, and say nothing of it', async () => {
    const practice = await openPractice(await open())
    const sent: Mail[] = []
    let crashes = 0
    const { outbox, messages, notifications } = notifying(practice, async (mail) => {
      sent.push(mail)
      // Sent, and the server dies before it could mark it.
      if (crashes++ < 3) throw new Error('crashed')
    })
    const { clientId, actor } = await practice.client('Rosalind Quartermaine')
    const clinician = await practice.account('clinician')
    await practice.database.prisma.clinicianAssignment.create({
      data: { clientId, accountId: clinician.accountId },
    })
    const threadId = randomUUID()
    const body = 'Sertraline 50 mg from Monday on.'
    const priority = 'normal' as const
    const message = { clientId, id: threadId, threadId, subject: 'Panic attacks', body, priority }
    expectOk(await messages.send(clinician, message))
    for (let round = 0; round < 8; round++) {
      await outbox.drain()
      // Noticed again, as another server would after a restore.
      await practice.database.transaction((tx) =>
        notifications.tell(tx, { event: 'message_new', key: `message:${threadId}`, clientId }),
      )
      practice.clock.time += 5 * 60_000
    }
    await outbox.drain()
    expect(sent).toHaveLength(4)
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(1)
    expect(await practice.database.prisma.notification.count()).toBe(1)
    expect(await practice.database.prisma.outbox.count({ where: { doneAt: null } })).toBe(0)
    // An old job that comes again from another table's copy: the row of what was told stands in its way.
    await practice.database.prisma.outbox.deleteMany()
    await practice.database.transaction((tx) =>
      notifications.tell(tx, { event: 'message_new', key: `message:${threadId}`, clientId }),
    )
    await outbox.drain()
    expect(sent).toHaveLength(4)
    const said = JSON.stringify(sent)
    for (const word of [
      'Rosalind',
      'Quartermaine',
      'Sertraline',
      'Panic',
      'Monday',
      clinician.name,
      threadId,
    ])
      expect(said, word).not.toContain(word)
    expect(sent[0]?.subject).toBe('You have a new message')
    expect(actor.accountId).not.toBe('')
    await outbox.close()
  })

  it('[N2] go to the client and to those who may see the area, not to whoever did it', async () => {
    const all = await setUp()
    const { practice, outbox, sent, email, write, person } = all
    const reads = await guardian(all, ['messages:read'])
    await guardian(all, ['billing:write'])
    expectOk(await write())
    await outbox.drain()
    expect(sent.map(({ to }) => to).sort()).toEqual([email, reads].sort())
    expect(sent.find(({ to }) => to === reads)?.subject).toBe('Somebody you help has a new message')
    await practice.database.prisma.accessGrant.updateMany({ data: { revokedAt: new Date(0) } })
    await practice.database.prisma.portalAccount.update({
      where: { id: person.actor.accountId },
      data: { closedAt: new Date(0) },
    })
    expectOk(await write())
    await outbox.drain()
    expect(sent).toHaveLength(2)
    await outbox.close()
  })

  it('[N5] remind of an appointment at its time alone, over the end of summer time', async () => {
    const all = await setUp()
    const { practice, outbox, sent, put, person, until } = all
    const zone = 'America/New_York'
    await practice.database.prisma.practice.updateMany({ data: { timeZone: zone } })
    practice.clock.time = Date.UTC(2026, 9, 28, 12)
    // Sunday, 1 November 2026, 10:00 in New York, hours after the clock was put back: 15:00 UTC.
    const startsAt = Date.UTC(2026, 10, 1, 15)
    const { clientId } = person
    const times = (at: number) => ({ startsAt: at, endsAt: at + HOUR })
    const about = { title: 'Therapy', clinicianName: 'Dr. M', place: 'Room 4', kind: 'in-person' }
    const book = (at: number) =>
      put(clientId, 'appointments', { ...about, ...times(at), timeZone: zone, status: 'booked' })
    await book(startsAt)
    const moved = await book(startsAt + 2 * HOUR)
    const gone = await book(startsAt + 4 * HOUR)
    await put(clientId, 'appointments', times(startsAt + 3 * DAY), { id: moved, baseRev: 1 })
    await put(clientId, 'appointments', { status: 'cancelled' }, { id: gone, baseRev: 1 })
    // Friday 10:00 in New York is 14:00 UTC: 49 hours before.
    await until(startsAt - 49 * HOUR - 60_000)
    expect(sent).toEqual([])
    await until(startsAt - 49 * HOUR)
    expect(sent.map(({ subject }) => subject)).toEqual(['You have an appointment in two days'])
    await until(startsAt - 2 * HOUR - 60_000)
    expect(sent).toHaveLength(1)
    await until(startsAt - 2 * HOUR)
    expect(sent.at(-1)?.subject).toBe('You have an appointment soon')
    await until(startsAt + 5 * HOUR)
    // Of the one that was moved, two days before its new time; of the cancelled one never.
    expect(sent).toHaveLength(2)
    await until(startsAt + 3 * DAY + HOUR)
    expect(sent).toHaveLength(4)
    const late = practice.clock.time + HOUR
    await book(late)
    await until(late + HOUR)
    expect(sent).toHaveLength(4)
    await outbox.close()
  })

  it('[N3] [N8] end with one click on the link of a mail, as a choice in the profile', async () => {
    const all = await setUp()
    const { practice, outbox, sent, write, unsubscribe, person, put } = all
    const other = await guardian(all, ['messages:read'])
    const fields = {
      name: 'X',
      email: 'x@test',
      practiceName: 'P',
      practicePhone: '1',
      preferences: { language: 'es' },
    }
    const profileId = await put(person.clientId, 'profile', fields)
    expectOk(await write())
    await outbox.drain()
    expect(sent).toHaveLength(2)
    // Whoever reads mails in Spanish is asked in Spanish, whatever their browser prefers.
    const asked = sent.map(({ unsubscribe: link = '' }) => new URL(link).search)
    expect(asked.sort()).toEqual(['', '?language=es'])
    for (const { unsubscribe: link = '', text } of sent) {
      expect(text).toContain(link)
      const token = new URL(link).pathname.split('/').at(-1) ?? ''
      expect(link.startsWith(`${ORIGIN}/api/v1/unsubscribe/${token}`)).toBe(true)
      const spoiled = token.replace('.message.', '.billing.')
      expect(await unsubscribe.end(spoiled, { userAgent: 'x' })).toMatchObject({ ok: false })
      expectOk(unsubscribe.find(token))
      expectOk(await unsubscribe.end(token, { userAgent: 'x' }))
      expectOk(await unsubscribe.end(token, { userAgent: 'x' }))
    }
    expectOk(await write())
    await outbox.drain()
    expect(sent).toHaveLength(2)
    const device = await practice.device(person)
    const profile = await practice.document(device, 'profile', profileId)
    expect(profile?.preferences).toEqual({ language: 'es', 'notify.message.email': false })
    const rows = await practice.database.prisma.auditEvent.findMany({
      where: { action: 'notify.unsubscribe' },
    })
    expect(rows.length).toBeGreaterThanOrEqual(2)
    expect(other).not.toBe('')
    await outbox.close()
  })

  it('[N9] tell news only: what was handed over of the past is none', async () => {
    const all = await setUp()
    const { practice, outbox, sent, put, person } = all
    const old = practice.clock.time - 10 * DAY
    const message = { subject: 'Old', body: 'Old', priority: 'normal', author: 'staff', authorName: 'Dr. M' }
    const threadId = randomUUID()
    await put(
      person.clientId,
      'messages',
      { ...message, threadId, attachments: [], sentAt: old },
      { id: threadId },
    )
    const money = { currency: 'USD', updatedAt: old }
    await put(person.clientId, 'billing', {
      ...{ ...money, type: 'payment', amount: 2_000, method: 'Card', status: 'succeeded', paidAt: old },
    })
    await outbox.drain()
    expect(sent).toEqual([])
    const { time } = practice.clock
    const payment = { ...money, type: 'payment', amount: 2_000, method: 'Card', paidAt: time }
    const id = await put(person.clientId, 'billing', { ...payment, status: 'pending' })
    await outbox.drain()
    expect(sent).toEqual([])
    await put(person.clientId, 'billing', { status: 'succeeded' }, { id, baseRev: 1 })
    await outbox.drain()
    expect(sent.map(({ subject }) => subject)).toEqual(['Your payment was received'])
    await outbox.close()
  })
})
