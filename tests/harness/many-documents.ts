/** A record of some size: documents of the demo client, put there by the server itself. */
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../shared/kernel/json.ts'
import { collections } from '../../sync-server/collections.ts'
import { createConfiguredKeys } from '../../sync-server/configured-keys.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { createReplication } from '../../sync-server/replication/replication.ts'
import type { RunningPortal } from './server.ts'

const PORTION = 250

export const threadOf = (subject: string, body: string, receivedAt: number): JsonObject => ({
  threadId: randomUUID(),
  subject,
  priority: 'normal',
  attachments: [],
  author: 'staff',
  authorName: 'Avery Admin',
  sentAt: receivedAt,
  body,
})

/** `bodyOf`: the document with that number, without id, as of a time in ms. */
export async function giveDocuments(
  { portal }: RunningPortal,
  collection: 'messages' | 'drafts',
  count: number,
  bodyOf: (index: number, receivedAt: number) => JsonObject,
): Promise<void> {
  const { database, config } = portal
  const account = await database.prisma.portalAccount.findFirstOrThrow({
    where: { email: 'client@demo.test' },
  })
  const admin = await database.prisma.portalAccount.findFirstOrThrow({ where: { role: 'admin' } })
  const replication = createReplication({
    database,
    collections,
    clock: { now: () => Date.now() },
    announce: () => undefined,
    clientKeys: createClientKeys({ keyProvider: await createConfiguredKeys(config) }),
  })
  for (let at = 0; at < count; at += PORTION) {
    const given = await replication.commit({
      actor: {
        accountId: admin.id as never,
        role: 'admin',
        practiceId: admin.practiceId,
        deviceId: null,
        name: admin.name,
        ip: 'local',
        userAgent: 'test',
      },
      clientId: account.clientId ?? '',
      action: 'test.put',
      permit: ['admin'],
      onDevice: false,
      async run({ apply, work }) {
        for (let index = at; index < Math.min(at + PORTION, count); index += 1) {
          const body = bodyOf(index, work.receivedAt)
          const done = await apply({
            collection,
            documentId: randomUUID(),
            baseRev: 0,
            edits: Object.entries(body).map(([field, value]) => ({ field, value, at: work.receivedAt })),
            by: 'server',
            writer: admin.id,
          })
          if (!done.ok) return done
        }
        return { ok: true, value: undefined }
      },
    })
    if (!given.ok) throw new Error(`not given: ${given.error.code} ${given.error.detail}`)
  }
}
