/**
 * What somebody attaches to a message, or gives as the answer to a question: uploaded before the message or the form is
 * sent, which then names it. Until then only who sent it goes on with it or takes it back; what nothing comes for goes by itself.
 */
import { NAME_LENGTH } from '../../../shared/domains/messages/limits.ts'
import type { Attachment } from '../../../shared/domains/messages/schema.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Permit } from '../../replication/client-access-store.ts'
import type { Replication } from '../../replication/replication.ts'
import { type FileDoor, type Files, NO_FILE, type Upload } from './files.ts'
import { deleteUnsent } from './stored-file-store.ts'

export interface Attaching {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  /** Of an answer's file: the form that it is chosen for. */
  readonly draft?: string | undefined
}
export interface Attachments {
  /** The same again goes on where it stopped. */
  begin(actor: Actor, clientId: string, file: Attaching): Promise<Result<Upload, Refusal>>
  append(
    actor: Actor,
    clientId: string,
    part: { readonly id: string; readonly part: number; readonly bytes: Uint8Array },
  ): Promise<Result<Upload, Refusal>>
  /** What the message, or the answer, says of it. */
  finish(actor: Actor, clientId: string, id: string): Promise<Result<Attachment, Refusal>>
  cancel(actor: Actor, clientId: string, id: string): Promise<Result<null, Refusal>>
}

/** Whose side attaches: who may at all, and what the audit trail calls it, such as `attachments`. */
interface Attacher {
  readonly permit: Permit
  readonly audit: string
  /** By default for messages. */
  readonly purpose?: 'attachment' | 'answer'
}
interface Deps {
  readonly replication: Replication
  readonly files: Files
}

export function createAttachments(
  { replication, files }: Deps,
  { permit, audit, purpose = 'attachment' }: Attacher,
): Attachments {
  const door = (actor: Actor, clientId: string): FileDoor => ({
    actor,
    clientId,
    permit,
    purpose,
  })
  return {
    begin: (actor, clientId, { id, name, bytes, sha256, draft }) =>
      files.begin(door(actor, clientId), `${audit}.begin`, {
        id,
        bytes,
        sha256,
        about: { name: name.slice(0, NAME_LENGTH) },
        draftId: draft,
      }),
    append: (actor, clientId, part) => files.append(door(actor, clientId), `${audit}.part`, part),
    finish: (actor, clientId, id) =>
      files.finish(door(actor, clientId), `${audit}.finish`, id, async (_session, file) =>
        ok({ documentId: id, name: String(file.about.name), bytes: file.bytes }),
      ),
    async cancel(actor, clientId, id) {
      const action = `${audit}.cancel`
      const done = await replication.commit<null>({
        actor,
        clientId,
        action,
        permit,
        onDevice: false,
        async run({ work, audit: note }) {
          if (!(await deleteUnsent(work.scope, id, { purpose, accountId: actor.accountId })))
            return err(NO_FILE)
          note({ action, outcome: 'allowed', documentId: id })
          return ok(null)
        },
      })
      return done.ok ? ok(null) : done
    },
  }
}
