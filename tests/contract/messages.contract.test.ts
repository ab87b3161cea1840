/** Messages and read positions over both databases: who may write them, in what order, and what the practice's inbox says. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { derivedId } from '../../shared/crypto/derived-id.ts'
import { receiptSource } from '../../shared/domains/receipts/reader.ts'
import type { PushAnswer } from '../../shared/protocol/messages.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { createMessagesService } from '../../sync-server/modules/messages/service.ts'
import { createStaffMessages } from '../../sync-server/modules/messages/staff-service.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

const outcome = (answer: PushAnswer, index = 0) => {
  const item = answer.answers[index]
  return item && (item[4] ?? OUTCOMES[item[1]])
}
const text = (threadId: string, body: string, more: object = {}) => ({
  threadId,
  subject: 'Sleep',
  body,
  priority: 'normal',
  attachments: [],
  sentAt: Date.UTC(2026, 0, 5, 11),
  ...more,
})

describeOverDatabases('messages', (open) => {
  const practice = usePractice(open)
  const setUp = async () => {
    const client = await practice().client('Ana')
    const phone = await practice().device(client, 'Phone')
    const { clientId } = client
    const clinician = await practice().account('clinician')
    await practice().database.prisma.clinicianAssignment.create({
      data: { clientId, accountId: clinician.accountId },
    })
    const deps = {
      database: practice().database,
      replication: practice().replication,
      clock: { now: () => practice().clock.time },
    }
    const threadId = randomUUID()
    const send = (id: string, body: string, more: object = {}) =>
      phone.push({ collection: 'messages', id, baseRev: 0, fields: text(threadId, body, more) })
    return {
      clientId,
      client,
      phone,
      clinician,
      threadId,
      send,
      mine: createMessagesService(deps),
      staff: createStaffMessages(deps),
    }
  }

  it('[M14] a message is inserted once, by whoever the server knows it is from, and changed by nobody', async () => {
    const { phone, send, client } = await setUp()
    const id = randomUUID()
    expect(outcome(await send(id, 'I sleep badly'))).toBe('ok')
    expect(outcome(await send(id, 'I sleep badly'))).toBe('duplicate')
    expect(outcome(await send(id, 'I sleep well'))).toBe('already_exists')
    const other = { author: 'staff', authorName: 'Dr. Nobody' }
    expect(outcome(await send(randomUUID(), 'Forged', other))).toBe('ok')
    const stored = await practice().document(phone, 'messages', id)
    expect(stored).toMatchObject({
      body: 'I sleep badly',
      author: 'client',
      authorName: client.actor.name,
      receivedAt: practice().clock.time,
    })
  })

  for (const [what, fields] of [
    ['nothing', { body: '   ' }],
    ['no subject', { subject: '' }],
    ['too much', { body: 'x'.repeat(20_001) }],
    ['a receipt time of its own', { receivedAt: 1 }],
    ['files that were never uploaded', { attachments: [{ documentId: randomUUID(), name: 'a', bytes: 1 }] }],
  ] as const)
    it(`refuses a message with ${what}, and goes on`, async () => {
      const { send } = await setUp()
      expect(outcome(await send(randomUUID(), 'x', fields))).toBe('invalid_document')
      expect(outcome(await send(randomUUID(), 'After it'))).toBe('ok')
    })

  it('[M13] the furthest position counts, whichever device says it last, and nobody writes another’s', async () => {
    const { phone, client, threadId, send } = await setUp()
    await send(randomUUID(), 'One')
    const id = derivedId('receipt', receiptSource(threadId, client.actor.accountId))
    const at = practice().clock.time
    const tablet = await practice().device(client, 'Tablet')
    const read = (device: typeof phone, readUpTo: number, documentId = id) =>
      device.push({ collection: 'receipts', id: documentId, baseRev: 0, fields: { threadId, readUpTo } })
    expect(outcome(await read(phone, at))).toBe('ok')
    await read(tablet, at - 5_000)
    expect(await practice().document(phone, 'receipts', id)).toMatchObject({ readUpTo: at })
    await read(tablet, at + 5_000)
    expect(await practice().document(phone, 'receipts', id)).toMatchObject({ readUpTo: at + 5_000 })
    const practices = derivedId('receipt', receiptSource(threadId, 'practice'))
    expect(outcome(await read(phone, at, practices))).toBe('not_permitted')
    expect(outcome(await read(phone, at, randomUUID()))).toBe('not_permitted')
  })

  it('the inbox says who waits since when; an answer ends the wait, and each side sees how far the other read', async () => {
    const { clientId, client, clinician, threadId, send, mine, staff } = await setUp()
    await send(randomUUID(), 'One')
    const first = practice().clock.time
    practice().clock.time += 60_000
    await send(randomUUID(), 'Two', { priority: 'urgent' })
    const waiting = expectOk(await staff.inbox(clinician, 'waiting', {}))
    expect(waiting.items).toMatchObject([
      {
        clientName: 'Ana',
        threadId,
        subject: 'Sleep',
        excerpt: 'Two',
        waitingSince: first,
        urgent: true,
        unread: true,
      },
    ])
    practice().clock.time += 60_000
    expectOk(await staff.read(clinician, clientId, threadId, practice().clock.time))
    const reply = { clientId, threadId, id: randomUUID(), body: 'Try this', priority: 'normal' } as const
    const answered = expectOk(await staff.reply(clinician, reply))
    expect(answered).toMatchObject({ author: 'staff', authorName: clinician.name, subject: 'Sleep' })
    // The same request again, as after a lost answer.
    expectOk(await staff.reply(clinician, reply))
    expect(expectOk(await staff.inbox(clinician, 'waiting', {})).items).toEqual([])
    const [thread] = expectOk(await mine.threads(client.actor, clientId, {})).items
    expect(thread).toMatchObject({ messages: 3, unread: 1, last: { body: 'Try this' } })
    expectOk(await mine.read(client.actor, clientId, threadId, practice().clock.time))
    expect(expectOk(await mine.threads(client.actor, clientId, {})).items[0]?.unread).toBe(0)
    const seen = expectOk(await staff.thread(clinician, clientId, threadId, {}))
    expect(seen.readByClient).toBe(practice().clock.time)
    expect(seen.items.map(({ body }) => body)).toEqual(['Try this', 'Two', 'One'])
  })

  it('a conversation is taken on by those who look after the client, and closed without an answer', async () => {
    const { clientId, clinician, threadId, send, staff } = await setUp()
    await send(randomUUID(), 'Thank you!')
    const stranger = await practice().account('clinician')
    expect(await staff.assign(clinician, clientId, threadId, stranger.accountId)).toMatchObject({
      error: { code: 'not_permitted' },
    })
    expectOk(await staff.assign(clinician, clientId, threadId, clinician.accountId))
    expect(expectOk(await staff.inbox(clinician, 'mine', {})).items).toHaveLength(1)
    expectOk(await staff.settle(clinician, clientId, threadId))
    expect(expectOk(await staff.inbox(clinician, 'waiting', {})).items).toEqual([])
    // It is not a stranger's to see, and not there at all for one.
    expect(await staff.thread(stranger, clientId, threadId, {})).toMatchObject({
      error: { code: 'not_found' },
    })
    expect(expectOk(await staff.inbox(stranger, 'all', {})).items).toEqual([])
  })

  it('pages conversations and messages to the end, each once', async () => {
    const { clientId, client, phone, mine } = await setUp()
    const threads = Array.from({ length: 5 }, () => randomUUID())
    for (const threadId of threads) {
      practice().clock.time += 1_000
      await phone.push({ collection: 'messages', id: threadId, baseRev: 0, fields: text(threadId, 'Hello') })
    }
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = expectOk(await mine.threads(client.actor, clientId, { limit: 2, cursor }))
      seen.push(...page.items.map(({ id }) => id))
      if (page.next === null) break
      cursor = page.next
    }
    expect(seen).toEqual(threads.toReversed())
  })
})
