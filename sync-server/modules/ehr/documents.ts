/**
 * Documents through the record system's door, by its own ids: announced, sent part by part, shared, described, withdrawn.
 * What is in a document does not change under its readers: other content is another id. SPEC: H5, H7, H16.
 */
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import type { Replication } from '../../replication/replication.ts'
import { fedDocumentId } from './feed.ts'
import { type FedDocument, toDocumentReference } from './fhir/document-reference.ts'
import { type Link, putLinks, readClientNames, readLinks } from './link-store.ts'

interface Upload {
  readonly received: number
  readonly parts: number
  readonly partBytes: number
}
/** What the module of documents does; the composition root brings the two together. */
export interface DocumentFiles {
  put(
    actor: Actor,
    clientId: string,
    sharing: Omit<FedDocument, 'patient'> & { readonly id: string },
  ): Promise<Result<Upload | SharedDocument, Refusal>>
  append(
    actor: Actor,
    clientId: string,
    part: { readonly id: string; readonly part: number; readonly bytes: Uint8Array },
  ): Promise<Result<Upload, Refusal>>
  finish(actor: Actor, clientId: string, id: string): Promise<Result<SharedDocument, Refusal>>
  withdraw(actor: Actor, clientId: string, id: string): Promise<Result<null, Refusal>>
}
export interface FedFile {
  readonly id: string
  readonly portalId: string
  readonly state: 'uploading' | 'shared'
  readonly received?: number
  readonly parts?: number
  readonly partBytes?: number
}
interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: { now(): number }
  readonly files: DocumentFiles
}

const TYPE = 'documents'
const NO_PATIENT = refusal('not_found', 'There is no such client: feed clients first.')
const NOTHING = refusal('not_found', 'There is nothing of that id.')
const OTHERS = refusal('wrong_state', 'This id is that of something of another client.')

export function createFedDocuments({ database, replication, clock, files }: Deps) {
  const linksOf = (actor: Actor, keys: readonly (readonly [resource: string, externalId: string])[]) =>
    database.direct((tx) =>
      readLinks(
        tx,
        actor.practiceId,
        keys.map(([resource, externalId]) => ({ resource, externalId })),
      ),
    )
  const denied = async (actor: Actor, action: string): Promise<Result<never, Refusal>> => {
    const part = { action, outcome: 'denied', reason: NOTHING.code } as const
    await database.direct((tx) => appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)]))
    return err(NOTHING)
  }
  const linked = async <T>(
    actor: Actor,
    id: string,
    action: string,
    run: (link: Link) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> => {
    const [link] = await linksOf(actor, [[TYPE, id]])
    return link === undefined ? denied(actor, action) : run(link)
  }
  const uploading = (id: string, portalId: string, { received, parts, partBytes }: Upload): FedFile => ({
    id,
    portalId,
    state: 'uploading',
    received,
    parts,
    partBytes,
  })

  return {
    async put(
      actor: Actor,
      id: string,
      { patient, ...sharing }: FedDocument,
    ): Promise<Result<FedFile, Refusal>> {
      const links = await linksOf(actor, [
        ['clients', patient],
        [TYPE, id],
      ])
      const client = links.find(({ resource }) => resource === 'clients')
      const known = links.find(({ resource }) => resource === TYPE)
      if (client === undefined) {
        await denied(actor, 'ehr.documents.begin')
        return err(NO_PATIENT)
      }
      const { clientId } = client
      if (known !== undefined && known.clientId !== clientId) return err(OTHERS)
      const documentId = fedDocumentId(actor.practiceId, TYPE, id)
      if (known === undefined) {
        const named = await replication.commit<null>({
          actor,
          clientId,
          action: 'ehr.documents.begin',
          permit: ['ehr'],
          onDevice: false,
          run: async ({ work }) => {
            const link = { clientId, resource: TYPE, externalId: id, documentId, rev: 0 }
            return (await putLinks(work.scope.tx, actor.practiceId, [link])) === 1 ? ok(null) : err(OTHERS)
          },
        })
        if (!named.ok) return named
      }
      const put = await files.put(actor, clientId, { ...sharing, id: documentId })
      if (!put.ok) return put
      return ok(
        'received' in put.value
          ? uploading(id, documentId, put.value)
          : { id, portalId: documentId, state: 'shared' },
      )
    },

    append: (actor: Actor, id: string, part: number, bytes: Uint8Array): Promise<Result<FedFile, Refusal>> =>
      linked(actor, id, 'ehr.documents.part', async ({ clientId, documentId }) => {
        const done = await files.append(actor, clientId, { id: documentId, part, bytes })
        return done.ok ? ok(uploading(id, documentId, done.value)) : done
      }),

    finish: (actor: Actor, id: string): Promise<Result<FedFile, Refusal>> =>
      linked(actor, id, 'ehr.documents.share', async ({ clientId, documentId }) => {
        const done = await files.finish(actor, clientId, documentId)
        return done.ok ? ok({ id, portalId: documentId, state: 'shared' }) : done
      }),

    withdraw: (actor: Actor, id: string): Promise<Result<null, Refusal>> =>
      linked(actor, id, 'ehr.documents.withdraw', ({ clientId, documentId }) =>
        files.withdraw(actor, clientId, documentId),
      ),

    get: (actor: Actor, id: string): Promise<Result<JsonObject, Refusal>> =>
      linked(actor, id, 'ehr.get', ({ clientId, documentId }) =>
        replication.read<JsonObject>({
          actor,
          clientId,
          action: 'ehr.get',
          permit: ['ehr'],
          onDevice: false,
          describe: () => ({ collection: COLLECTIONS.documents.number, documentId, count: 1 }),
          async run({ documents, scope }) {
            const [stored] = await documents('documents', [documentId])
            if (stored === undefined) return err(NOTHING)
            const names = await readClientNames(scope.tx, actor.practiceId, [clientId])
            const subject = `Patient/${names.get(clientId) ?? clientId}`
            const document = toClient(stored) as unknown as SharedDocument
            const meta = {
              versionId: String(stored.rev),
              lastUpdated: new Date(stored.updatedAt).toISOString(),
              portalId: stored.id,
            }
            return ok({ ...toDocumentReference(document, subject), id, meta })
          },
        }),
      ),
  }
}
export type FedDocuments = ReturnType<typeof createFedDocuments>
