/** How the practice shares a document with a client, and withdraws it: devices let go of it, and of a kept copy, at contact. */
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Permit } from '../../replication/client-access-store.ts'
import type { WrittenBy } from '../../replication/collection.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { STAFF_SIDE } from './file-links.ts'
import type { FileDoor, Files, FinishedFile, Upload } from './files.ts'
import { readClientName } from './reader.ts'
import { asDocument, type DocumentQuery, NO_DOCUMENT, type Page, positionOf, readPage } from './service.ts'
import { deleteFile } from './stored-file-store.ts'

const OTHER_CONTENT = refusal(
  'already_exists',
  'What is in a document does not change: share the other content under another id.',
)

export interface Sharing {
  readonly id: string
  readonly title: string
  readonly category: SharedDocument['category']
  readonly bytes: number
  readonly sha256: string
  /** Whose name stands beside it; by default the caller's. */
  readonly by?: string | undefined
}
export interface StaffDocumentPage extends Page<SharedDocument> {
  readonly clientName: string
}
export interface StaffDocuments {
  list(actor: Actor, clientId: string, query: DocumentQuery): Promise<Result<StaffDocumentPage, Refusal>>
  begin(actor: Actor, clientId: string, sharing: Sharing): Promise<Result<Upload, Refusal>>
  append(
    actor: Actor,
    clientId: string,
    part: { readonly id: string; readonly part: number; readonly bytes: Uint8Array },
  ): Promise<Result<Upload, Refusal>>
  finish(actor: Actor, clientId: string, id: string): Promise<Result<SharedDocument, Refusal>>
  /** Changes what is said of one that is shared; null where it is not. */
  describe(actor: Actor, clientId: string, sharing: Sharing): Promise<Result<SharedDocument | null, Refusal>>
  /** Also ends an upload that is not finished. */
  withdraw(actor: Actor, clientId: string, id: string): Promise<Result<null, Refusal>>
}

/** Whose hand shares: who may at all, what the audit trail calls it, and as whom the record is written. */
export interface Sharer {
  readonly permit: Permit
  readonly audit: string
  readonly by: WrittenBy
}
interface Deps {
  readonly replication: Replication
  readonly files: Files
}
const STAFF: Sharer = { permit: STAFF_SIDE.permit, audit: 'staff.documents', by: 'staff' }

export function createStaffDocuments({ replication, files }: Deps, sharer: Sharer = STAFF): StaffDocuments {
  const { permit, audit: name } = sharer
  const door = (actor: Actor, clientId: string): FileDoor => ({
    actor,
    clientId,
    permit,
    purpose: 'document',
  })
  return {
    async list(actor, clientId, query) {
      const before = positionOf(query.cursor)
      if (!before.ok) return before
      return replication.read<StaffDocumentPage>({
        actor,
        clientId,
        action: name,
        permit,
        onDevice: false,
        describe: ({ items }) => ({ collection: COLLECTIONS.documents.number, count: items.length }),
        run: async (session) => {
          const clientName = await readClientName(session.scope.tx, clientId)
          return ok({ ...(await readPage(session, query, before.value)), clientName })
        },
      })
    },
    begin: (actor, clientId, { id, title, category, bytes, sha256, by }) =>
      files.begin(door(actor, clientId), `${name}.begin`, {
        id,
        bytes,
        sha256,
        about: { title, category, ...(by && { by }) },
      }),
    append: (actor, clientId, part) => files.append(door(actor, clientId), `${name}.part`, part),
    finish: (actor, clientId, id) =>
      files.finish(door(actor, clientId), `${name}.share`, id, (session, file, isNew) =>
        share(session, { actor, by: sharer.by }, file, isNew),
      ),
    async describe(actor, clientId, { id, title, category, sha256, by }) {
      const done = await replication.commit<SharedDocument | null>({
        actor,
        clientId,
        action: `${name}.describe`,
        permit,
        onDevice: false,
        async run({ work, apply }) {
          const stored = await work.load('documents', id)
          if (stored === undefined || stored.deleted) return ok(null)
          if (stored.body.sha256 !== sha256) return err(OTHER_CONTENT)
          const said = { title, category, ...(by && { sharedByName: by }) }
          const edits = Object.entries(said).flatMap(([field, value]) =>
            stored.body[field] === value ? [] : [{ field, value, at: work.receivedAt }],
          )
          if (edits.length === 0) return ok(asDocument(stored))
          const done = await apply({
            collection: 'documents',
            documentId: id,
            baseRev: stored.rev,
            edits,
            by: sharer.by,
            writer: actor.deviceId ?? actor.accountId,
          })
          if (!done.ok) return done
          return ok(asDocument((await work.load('documents', id)) ?? stored))
        },
      })
      return done.ok ? ok(done.value.value) : done
    },
    async withdraw(actor, clientId, id) {
      const action = `${name}.withdraw`
      const done = await replication.commit<null>({
        actor,
        clientId,
        action,
        permit,
        onDevice: false,
        async run({ work, audit }) {
          const stored = await work.load('documents', id)
          const isShared = stored !== undefined && !stored.deleted
          if (isShared)
            work.stage('documents', {
              ...stored,
              rev: stored.rev + 1,
              deleted: true,
              updatedAt: work.receivedAt,
            })
          const hadFile = await deleteFile(work.scope, id)
          if (!isShared && !hadFile) return err(NO_DOCUMENT)
          if (!isShared) audit({ action, outcome: 'allowed', documentId: id })
          return ok(null)
        },
      })
      return done.ok ? ok(null) : done
    },
  }
}

async function share(
  { apply, work }: CommitSession,
  { actor, by }: { readonly actor: Actor; readonly by: WrittenBy },
  file: FinishedFile,
  isNew: boolean,
): Promise<Result<SharedDocument, Refusal>> {
  if (isNew) {
    const fields = {
      title: String(file.about.title),
      category: String(file.about.category),
      mimeType: file.type,
      bytes: file.bytes,
      sha256: file.sha256,
      sharedAt: work.receivedAt,
      sharedByName: String(file.about.by ?? actor.name),
    }
    const done = await apply({
      collection: 'documents',
      documentId: file.fileId,
      baseRev: 0,
      edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: work.receivedAt })),
      by,
      writer: actor.deviceId ?? actor.accountId,
    })
    if (!done.ok) return done
  }
  const stored = await work.load('documents', file.fileId)
  return stored === undefined || stored.deleted ? err(NO_DOCUMENT) : ok(asDocument(stored))
}
