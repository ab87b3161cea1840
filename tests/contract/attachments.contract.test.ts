/** What is attached to messages: whose it is before and after its message is there, and what becomes of the rest. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import type { Attachment } from '../../shared/domains/messages/schema.ts'
import type { PushAnswer } from '../../shared/protocol/messages.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { createAttachments } from '../../sync-server/modules/documents/attachments.ts'
import { sweepFiles } from '../../sync-server/modules/documents/file-sweep.ts'
import { createStaffMessages } from '../../sync-server/modules/messages/staff-service.ts'
import { createRecordsService } from '../../sync-server/modules/records/service.ts'
import { blobName } from '../../sync-server/platform/blob-store.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { writersOf } from '../../sync-server/replication/client-access-store.ts'
import { createTestFiles, partsOfContent, pdfOf, sha256Of } from '../harness/files.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

const outcome = (answer: PushAnswer) => {
  const [item] = answer.answers
  return item && (item[4] ?? OUTCOMES[item[1]])
}
const code = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }) =>
  result.ok ? 'ok' : result.error?.code
const DAY = 24 * 3_600_000

describeOverDatabases('attachments', (open) => {
  const practice = usePractice(open)
  const setUp = async () => {
    const client = await practice().client('Ana')
    const phone = await practice().device(client, 'Phone')
    const { clientId } = client
    const clinician = await practice().account('clinician')
    const { prisma } = practice().database
    await prisma.clinicianAssignment.create({ data: { clientId, accountId: clinician.accountId } })
    const deps = {
      database: practice().database,
      replication: practice().replication,
      clock: { now: () => practice().clock.time },
    }
    const parts = await createTestFiles(deps)
    const { files } = parts
    const theirs = createAttachments(
      { ...deps, files },
      { permit: writersOf('messages'), audit: 'attachments' },
    )
    const staffs = createAttachments(
      { ...deps, files },
      { permit: ['assigned-clinician'], audit: 'staff.attachments' },
    )
    const upload = async (content: Uint8Array, id: string = randomUUID(), by: Actor = phone.actor) => {
      const service = by === clinician ? staffs : theirs
      const file = { id, name: 'Rash.pdf', bytes: content.length, sha256: sha256Of(content) }
      const begun = await service.begin(by, clientId, file)
      if (!begun.ok) return begun
      for (const [part, bytes] of partsOfContent(content).entries())
        expectOk(await service.append(by, clientId, { id, part, bytes }))
      return service.finish(by, clientId, id)
    }
    const send = async (
      attachments: readonly Attachment[],
      id: string = randomUUID(),
      body = 'Since Monday',
    ) =>
      outcome(
        await phone.push({
          collection: 'messages',
          id,
          baseRev: 0,
          fields: {
            threadId: id,
            subject: 'A rash',
            body,
            priority: 'normal',
            attachments: attachments.map((attachment) => ({ ...attachment })),
            sentAt: practice().clock.time,
          },
        }),
      )
    const read = async (id: string, by: Actor, side = parts.forClients) => {
      const asker = { actor: by, sessionId: randomUUID() }
      const link = await side.link(asker, { clientId, id, action: 'attachments.download' })
      if (!link.ok) return code(link)
      const opened = expectOk(await side.open(asker, link.value.url.split('/').at(-1) ?? ''))
      const found: Uint8Array[] = []
      for await (const part of parts.files.content(opened.file)) found.push(part)
      return Buffer.concat(found)
    }
    const sweep = () => sweepFiles({ ...deps, store: parts.store })
    await sweep()
    return {
      ...parts,
      deps,
      prisma,
      client,
      clientId,
      phone,
      clinician,
      theirs,
      staffs,
      upload,
      send,
      read,
      sweep,
    }
  }

  it('are nobody’s to read before their message is there, and then everybody’s who may read it', async () => {
    const { upload, send, read, phone, client, clientId, clinician, forStaff, prisma } = await setUp()
    const content = pdfOf(PART_BYTES + 99)
    const attachment = expectOk(await upload(content))
    const id = attachment.documentId
    expect(attachment).toEqual({ documentId: id, name: 'Rash.pdf', bytes: content.length })
    for (const [who, side] of [
      [client.actor, undefined],
      [clinician, forStaff],
    ] as const)
      expect(await read(id, who, side)).toBe('not_found')
    const message = randomUUID()
    expect(await send([attachment], message)).toBe('ok')
    expect(await send([attachment], message)).toBe('duplicate')
    expect(await practice().document(phone, 'messages', message)).toMatchObject({ attachments: [attachment] })
    for (const [who, side] of [
      [client.actor, undefined],
      [clinician, forStaff],
    ] as const)
      expect(content.equals((await read(id, who, side)) as Uint8Array)).toBe(true)

    const desk = await practice().account('front-desk')
    expect(await read(id, desk, forStaff)).toBe('not_found')
    const other = await practice().client('Ben')
    expect(await read(id, (await practice().device(other, 'Phone')).actor)).toBe('not_found')
    const helper = await practice().account('proxy')
    const where = { clientId_accountId: { clientId, accountId: helper.accountId } }
    await prisma.accessGrant.create({
      data: { clientId, accountId: helper.accountId, scopes: ['documents:read'] },
    })
    expect(await read(id, helper)).toBe('not_found')
    await prisma.accessGrant.update({ where, data: { scopes: ['messages:read'] } })
    expect(content.equals((await read(id, helper)) as Uint8Array)).toBe(true)
    expect(code(await upload(content, randomUUID(), helper))).toBe('not_found')
  })

  it('a message names files that are there, its writer’s own, and no other message’s; it is refused whole', async () => {
    const { upload, send, theirs, phone, clientId, clinician } = await setUp()
    const attachment = expectOk(await upload(pdfOf(300)))
    for (const wrong of [
      { ...attachment, bytes: 299 },
      { ...attachment, documentId: randomUUID() },
      expectOk(await upload(pdfOf(300), randomUUID(), clinician)),
    ]) {
      const id = randomUUID()
      expect(await send([attachment, wrong], id)).toBe('invalid_document')
      expect(await practice().document(phone, 'messages', id)).toBeUndefined()
    }
    expect(await send([attachment, attachment])).toBe('invalid_document')
    const half = { id: randomUUID(), name: 'Half', bytes: 600, sha256: '0'.repeat(64) }
    expectOk(await theirs.begin(phone.actor, clientId, half))
    expect(await send([{ documentId: half.id, name: 'Half', bytes: 600 }])).toBe('invalid_document')
    expect(await send([attachment])).toBe('ok')
    expect(await send([attachment])).toBe('invalid_document')
    // Whose id it is by now, and who may go on with it.
    expect(code(await theirs.begin(clinician, clientId, { ...half, id: attachment.documentId }))).toBe(
      'not_found',
    )
    expect(code(await theirs.cancel(phone.actor, clientId, attachment.documentId))).toBe('not_found')
  })

  it('a message may be files alone, and is listed by their names; nothing at all is no message', async () => {
    const { upload, send, deps, clinician } = await setUp()
    const attachment = expectOk(await upload(pdfOf(300)))
    expect(await send([], randomUUID(), '   ')).toBe('invalid_document')
    expect(await send([attachment], randomUUID(), ' ')).toBe('ok')
    const inbox = expectOk(await createStaffMessages(deps).inbox(clinician, 'waiting', { limit: 25 }))
    expect(inbox.items).toMatchObject([{ excerpt: 'Rash.pdf' }])
  })

  it('staff answer with a file', async () => {
    const { deps, upload, read, clinician, clientId, client, send } = await setUp()
    const threadId = randomUUID()
    expect(await send([], threadId)).toBe('ok')
    const content = pdfOf(500)
    const attachment = expectOk(await upload(content, randomUUID(), clinician))
    const answer = { clientId, id: randomUUID(), threadId, body: 'Please read', priority: 'normal' } as const
    const sent = await createStaffMessages(deps).reply(clinician, { ...answer, attachments: [attachment] })
    expect(expectOk(sent).attachments).toEqual([attachment])
    expect(content.equals((await read(attachment.documentId, client.actor)) as Uint8Array)).toBe(true)
  })

  it('what is taken back, forgotten or erased leaves the store as well', async () => {
    const { upload, send, theirs, phone, clientId, sweep, prisma, store, deps } = await setUp()
    const [taken, forgotten, sent] = [
      expectOk(await upload(pdfOf(300))),
      expectOk(await upload(pdfOf(301))),
      expectOk(await upload(pdfOf(302))),
    ]
    expectOk(await theirs.cancel(phone.actor, clientId, taken.documentId))
    expect(await sweep()).toBe(1)
    expect(await send([sent])).toBe('ok')
    const ids = async () => (await prisma.storedFile.findMany({ where: { clientId } })).map(({ id }) => id)
    expect((await ids()).toSorted()).toEqual([forgotten.documentId, sent.documentId].toSorted())
    practice().clock.time += 15 * DAY
    await sweep()
    expect(await ids()).toEqual([sent.documentId])

    const id = sent.documentId
    const { place } = await prisma.storedFile.findUniqueOrThrow({ where: { clientId_id: { clientId, id } } })
    expect(await store.get(blobName(place, 0))).toBeDefined()
    const records = createRecordsService({
      ...deps,
      onErasing: async () => undefined,
      onClosed: () => {},
      onShredded: (client) => practice().replication.forget([client]),
    })
    const asked = {
      actor: await practice().account('admin'),
      clientId,
      reason: 'asked by the client',
      name: 'Ana',
    }
    expectOk(await records.close(asked, null))
    expectOk(await records.shred(asked))
    expect(await ids()).toEqual([])
    expect(await sweep()).toBe(1)
    expect(await store.get(blobName(place, 0))).toBeUndefined()
  })
})
