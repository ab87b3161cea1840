/** How the practice shares a document with a client, and withdraws it: devices let go of it, and of a kept copy, at contact. */
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { STAFF_SIDE } from './file-links.ts'
import type { FileDoor, Files, FinishedFile, Upload } from './files.ts'
import { readClientName } from './reader.ts'
import { asDocument, type DocumentQuery, NO_DOCUMENT, type Page, positionOf, readPage } from './service.ts'
import { deleteFile } from './stored-file-store.ts'

export interface Sharing {
  readonly id: string
  readonly title: string
  readonly category: SharedDocument['category']
  readonly bytes: number
  readonly sha256: string
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
  /** Also ends an upload that is not finished. */
  withdraw(actor: Actor, clientId: string, id: string): Promise<Result<null, Refusal>>
}

interface Deps {
  readonly replication: Replication
  readonly files: Files
}

export function createStaffDocuments({ replication, files }: Deps): StaffDocuments {
  const { permit } = STAFF_SIDE
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
        action: 'staff.documents',
        permit,
        onDevice: false,
        describe: ({ items }) => ({ collection: COLLECTIONS.documents.number, count: items.length }),
        run: async (session) => {
          const clientName = await readClientName(session.scope.tx, clientId)
          return ok({ ...(await readPage(session, query, before.value)), clientName })
        },
      })
    },
    begin: (actor, clientId, { id, title, category, bytes, sha256 }) =>
      files.begin(door(actor, clientId), 'staff.documents.begin', {
        id,
        bytes,
        sha256,
        about: { title, category },
      }),
    append: (actor, clientId, part) => files.append(door(actor, clientId), 'staff.documents.part', part),
    finish: (actor, clientId, id) =>
      files.finish(door(actor, clientId), 'staff.documents.share', id, (session, file, isNew) =>
        share(session, actor, file, isNew),
      ),
    async withdraw(actor, clientId, id) {
      const action = 'staff.documents.withdraw'
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
  actor: Actor,
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
      sharedByName: actor.name,
    }
    const done = await apply({
      collection: 'documents',
      documentId: file.fileId,
      baseRev: 0,
      edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: work.receivedAt })),
      by: 'staff',
      writer: actor.deviceId ?? actor.accountId,
    })
    if (!done.ok) return done
  }
  const stored = await work.load('documents', file.fileId)
  return stored === undefined || stored.deleted ? err(NO_DOCUMENT) : ok(asDocument(stored))
}
