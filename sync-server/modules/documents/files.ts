/**
 * Files of a record: they come in parts, in their order, each of which may be sent again; at the end the whole is looked
 * at, and is there, or nothing of it is. Who may is asked of the database at every step. What is about a file (a document
 * in the record, an entry of a message) is the caller's, in the same transaction.
 */
import { createHash } from 'node:crypto'
import { PART_BYTES, partLength, partsOf } from '../../../shared/domains/documents/limits.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { type BlobStore, blobName } from '../../platform/blob-store.ts'
import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/logger.ts'
import { BrokenFile, newFileKey, newFilePlace, putPart, readParts } from '../../platform/sealed-parts.ts'
import type { Scan } from '../../platform/virus-scan.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Permit } from '../../replication/client-access-store.ts'
import type { Scope } from '../../replication/collection.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { createTextCheck, typeOfContent } from './file-content.ts'
import {
  advanceFile,
  countFilesOfDraft,
  countOpenFiles,
  deleteFile,
  type FilePurpose,
  insertFile,
  markReady,
  readFile,
  type StoredFile,
} from './stored-file-store.ts'

/** Whose file, for whom. */
export interface FileDoor {
  readonly actor: Actor
  readonly clientId: string
  readonly permit: Permit
  readonly purpose: FilePurpose
}
export interface Announced {
  readonly id: string
  readonly bytes: number
  readonly sha256: string
  readonly about: JsonObject
  /** Of an answer's file: the form that it is chosen for. */
  readonly draftId?: string | undefined
}
export interface Upload {
  readonly id: string
  /** Parts that are here: the next one has this number. */
  readonly received: number
  readonly parts: number
  readonly partBytes: number
}
export interface FinishedFile extends StoredFile {
  readonly type: string
}
/** Called in the transaction that makes the file one of the record. `isNew`: false when it was one already. */
export type Settle<T> = (
  session: CommitSession,
  file: FinishedFile,
  isNew: boolean,
) => Promise<Result<T, Refusal>>

export interface FilesDeps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly logger: Logger
  readonly store: BlobStore
  readonly scan: Scan
}
export type Files = ReturnType<typeof createFiles>

/** Uploads that one account may have under way for one client. */
const MOST_OPEN = 50
/** Files of one form, those that were taken away again among them. */
const MOST_OF_DRAFT = 200
/** Of a picture, its size stands in here; a camera's own notes come first. */
const HEAD_BYTES = 4 * PART_BYTES

export const NO_FILE = refusal('not_found', 'There is no such file.')
const notNow = (part: number) => refusal('wrong_state', `Part ${part} comes next. Nothing was changed.`)
const wrongLength = refusal(
  'invalid_document',
  'The part is not as long as it has to be. Nothing was changed.',
)
const incomplete = refusal('wrong_state', 'Parts of the file are missing. Nothing was changed.')
const otherContent = refusal('invalid_document', 'What came is not what was announced. Nothing was kept.')
const infected = refusal('invalid_document', 'The virus scanner objects to this file. Nothing was kept.')
const noForm = refusal('not_found', 'There is no such form.')
const formFull = refusal('rate_limited', 'This form has too many files.')
const tooMany = refusal('rate_limited', 'Too many uploads are under way. Finish or cancel some first.')
export const BROKEN = refusal('unreadable', 'The file cannot be read any more. Tell your practice.')

/** What somebody attaches is theirs alone until it was sent or handed in; documents are the practice's. */
const mayGoOn = ({ actor, purpose }: FileDoor, file: StoredFile): boolean =>
  file.purpose === purpose && (purpose === 'document' || file.createdBy === actor.accountId)

/** Why another one cannot be begun; null: it can. */
async function noRoom(scope: Scope, accountId: string, draftId: string | null): Promise<Refusal | null> {
  if ((await countOpenFiles(scope, accountId)) >= MOST_OPEN) return tooMany
  if (draftId === null) return null
  const count = await countFilesOfDraft(scope, draftId)
  if (count === undefined) return noForm
  return count < MOST_OF_DRAFT ? null : formFull
}

export function createFiles({ database, replication, clock, logger, store, scan }: FilesDeps) {
  const uploadOf = ({ fileId, received, bytes }: StoredFile): Upload => ({
    id: fileId,
    received,
    parts: partsOf(bytes),
    partBytes: PART_BYTES,
  })
  /** Nothing of the record is read: nothing is written to the audit trail but a refusal. */
  const find = (door: FileDoor, id: string, action: string) => {
    const { actor, clientId, permit } = door
    return replication.read<StoredFile>({
      actor,
      clientId,
      action,
      permit,
      onDevice: false,
      describe: () => null,
      run: async ({ scope }) => {
        const file = await readFile(scope, id)
        return file === undefined || !mayGoOn(door, file) ? err(NO_FILE) : ok(file)
      },
    })
  }
  const commit = async <T>(
    { actor, clientId, permit }: FileDoor,
    action: string,
    run: (session: CommitSession) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> => {
    const done = await replication.commit({ actor, clientId, action, permit, onDevice: false, run })
    return done.ok ? ok(done.value.value) : done
  }

  /** Reads all of it, once: content and announcement must agree, and the scanner must not object. */
  const examine = async (file: StoredFile): Promise<Result<string, Refusal>> => {
    const hash = createHash('sha256')
    const text = createTextCheck()
    const head: Uint8Array[] = []
    let headBytes = 0
    const parts = async function* () {
      for await (const part of readParts(store, file, partsOf(file.bytes))) {
        hash.update(part)
        text.add(part)
        if (headBytes < HEAD_BYTES) {
          head.push(part)
          headBytes += part.length
        }
        yield part
      }
    }
    // A scanner that does not want all of it still leaves the rest to be looked at.
    const watched = parts()
    const verdict = await scan(watched)
    for await (const _ of watched);
    if (hash.digest('hex') !== file.sha256) return err(otherContent)
    if (verdict === 'infected') return err(infected)
    return typeOfContent(Buffer.concat(head), text.isText())
  }

  /** That it goes is done, though what was asked is refused. */
  const drop = async (
    door: FileDoor,
    id: string,
    action: string,
    why: Refusal,
  ): Promise<Result<never, Refusal>> => {
    const dropped = await commit(door, action, async ({ work, audit }) => {
      await deleteFile(work.scope, id)
      audit({ action, outcome: 'denied', reason: why.code })
      return ok(null)
    })
    return dropped.ok ? err(why) : dropped
  }

  return {
    /** The same id with the same announcement again goes on where it stopped. */
    begin: (door: FileDoor, action: string, announced: Announced): Promise<Result<Upload, Refusal>> =>
      commit(door, action, async ({ work, audit }) => {
        const { id, bytes, sha256, about, draftId = null } = announced
        const known = await readFile(work.scope, id)
        if (known !== undefined)
          return known.sha256 === sha256 && known.bytes === bytes && mayGoOn(door, known)
            ? ok(uploadOf(known))
            : err(refusal('already_exists', 'Another file has this id.'))
        const { accountId } = door.actor
        const full = await noRoom(work.scope, accountId, draftId)
        if (full !== null) return err(full)
        const file = {
          clientId: door.clientId,
          fileId: id,
          place: newFilePlace(),
          key: newFileKey(),
          bytes,
          sha256,
          about,
          purpose: door.purpose,
          createdBy: accountId,
          draftId,
        }
        await insertFile(work.scope, file, work.receivedAt)
        audit({ action, outcome: 'allowed', documentId: id })
        return ok(
          uploadOf({ ...file, state: 'open', received: 0, type: null, messageId: null, submissionId: null }),
        )
      }),

    state: async (door: FileDoor, action: string, id: string): Promise<Result<Upload, Refusal>> => {
      const found = await find(door, id, action)
      return found.ok ? ok(uploadOf(found.value)) : found
    },

    async append(
      door: FileDoor,
      action: string,
      { id, part, bytes }: { readonly id: string; readonly part: number; readonly bytes: Uint8Array },
    ): Promise<Result<Upload, Refusal>> {
      const found = await find(door, id, action)
      if (!found.ok) return found
      const file = found.value
      if (part < file.received) return ok(uploadOf(file))
      if (file.state !== 'open' || part > file.received || part >= partsOf(file.bytes))
        return err(notNow(file.received))
      if (bytes.length !== partLength(file.bytes, part)) return err(wrongLength)
      await putPart(store, file, part, bytes)
      const isCounted = await database.direct((tx) => advanceFile({ tx, clientId: door.clientId }, id, part))
      const now = await find(door, id, action)
      // Cancelled meanwhile: what was put is nobody's.
      if (!isCounted && !now.ok) await store.remove([blobName(file.place, part)])
      return now.ok ? ok(uploadOf(now.value)) : now
    },

    async finish<T>(
      door: FileDoor,
      action: string,
      id: string,
      settle: Settle<T>,
    ): Promise<Result<T, Refusal>> {
      const found = await find(door, id, action)
      if (!found.ok) return found
      const file = found.value
      let type = file.type
      if (file.state === 'open') {
        if (file.received < partsOf(file.bytes)) return err(incomplete)
        const looked = await examine(file)
        if (!looked.ok) return drop(door, id, action, looked.error)
        type = looked.value
      }
      const sound = type ?? ''
      return commit(door, action, async (session) => {
        // Another attempt may have ended it meanwhile, or taken it away.
        const now = await readFile(session.work.scope, id)
        if (now === undefined) return err(NO_FILE)
        const settled = await settle(session, { ...now, type: now.type ?? sound }, now.state === 'open')
        if (settled.ok) await markReady(session.work.scope, id, sound)
        return settled
      })
    },

    /** Part by part, from the store. Throws BrokenFile. */
    content: (file: StoredFile, from = 0): AsyncGenerator<Uint8Array> =>
      readParts(store, file, partsOf(file.bytes), from),

    broken(file: StoredFile, error: unknown): boolean {
      if (!(error instanceof BrokenFile)) return false
      logger.error({ client: file.clientId, file: file.fileId, err: error }, 'a file cannot be read')
      return true
    },
    now: () => clock.now(),
  }
}
