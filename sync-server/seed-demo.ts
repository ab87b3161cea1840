/** Gives the seed its way into the one write path; part of the composition root. */
import { createHash } from 'node:crypto'
import { type SeedActor, type SeedContext, seedDemo as seed } from '../prisma/seed.ts'
import { PART_BYTES } from '../shared/domains/documents/limits.ts'
import type { AccountId } from '../shared/kernel/brand.ts'
import type { Result } from '../shared/kernel/result.ts'
import { ok } from '../shared/kernel/result.ts'
import type { Refusal } from '../shared/protocol/errors.ts'
import type { StaffDocuments } from './modules/documents/staff-service.ts'
import { createFormsService } from './modules/forms/service.ts'
import type { Database } from './platform/database.ts'
import type { Actor } from './replication/actor.ts'
import type { Replication } from './replication/replication.ts'

export interface SeedOptions {
  readonly database: Database
  readonly replication: Replication
  readonly documents: StaffDocuments
  readonly hashPassword: (password: string) => Promise<string>
  readonly findTags: SeedContext['findTags']
  readonly catalogueDirectory: string
  readonly production: boolean
  /** ms */
  readonly now: number
}

/** Any constant: the same one in every server of this product, and not that of the migrations. */
const LOCK = 72_707_370

/** Makes the demo practice in an empty database, or finishes one that was cut off; elsewhere, and in production, nothing. */
export async function seedDemo(options: SeedOptions): Promise<{ readonly seeded: boolean }> {
  if (options.production) return { seeded: false }
  // Several servers may start at once: one makes it, the others wait for it.
  return options.database.withScripts(async (connection) => {
    await connection.query(`SELECT pg_advisory_lock(${LOCK})`)
    try {
      return await seedAlone(options)
    } finally {
      await connection.query(`SELECT pg_advisory_unlock(${LOCK})`)
    }
  })
}

function seedAlone({
  replication,
  documents,
  ...options
}: SeedOptions): Promise<{ readonly seeded: boolean }> {
  const forms = createFormsService({ replication })
  return seed({
    ...options,
    assignForm: async (actor, form) => void expectOk(await forms.assignForm(asActor(actor), form)),
    async shareFile(actor, clientId, { content, ...about }) {
      const as: Actor = { ...asActor(actor), role: 'clinician' }
      const sha256 = createHash('sha256').update(content).digest('hex')
      const sharing = { ...about, bytes: content.length, sha256 } as const
      const { id } = about
      const { parts, received } = expectOk(await documents.begin(as, clientId, sharing))
      for (let part = received; part < parts; part++) {
        const bytes = content.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)
        expectOk(await documents.append(as, clientId, { id, part, bytes }))
      }
      expectOk(await documents.finish(as, clientId, id))
    },
    async putDocuments(actor, clientId, documents) {
      const done = await replication.commit({
        actor: asActor(actor),
        clientId,
        action: 'seed.put',
        permit: ['admin'],
        onDevice: false,
        async run({ apply, work }) {
          for (const { collection, id, body } of documents) {
            const edits = Object.entries(body).flatMap(([field, value]) =>
              value === undefined ? [] : [{ field, value, at: work.receivedAt }],
            )
            const write = {
              collection,
              documentId: id,
              baseRev: 0,
              edits,
              by: 'server',
              writer: actor.accountId,
            } as const
            expectOk(await apply(write))
          }
          return ok(documents.length)
        },
      })
      expectOk(done)
    },
  })
}

const asActor = ({ accountId, practiceId, name }: SeedActor): Actor => ({
  accountId: accountId as AccountId,
  role: 'admin',
  practiceId,
  deviceId: null,
  name,
  ip: 'local',
  userAgent: 'seed',
})

function expectOk<T>(result: Result<T, Refusal>): T {
  if (!result.ok) throw new Error(`The demo practice could not be made: ${result.error.detail}`)
  return result.value
}
