/**
 * The content of a file in two steps: a link of at most five minutes, for one session; then the bytes, through that
 * session's own token alone. Both ask again who may, and both are in the audit trail.
 */
import { LINK_MS, savedName } from '../../../shared/domains/documents/limits.ts'
import type { Submission } from '../../../shared/domains/forms/schema.ts'
import { covers } from '../../../shared/domains/grants/scopes.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { filesIn } from '../../../shared/questionnaire/attached-file.ts'
import type { FileLinks } from '../../platform/file-links.ts'
import type { Actor } from '../../replication/actor.ts'
import { type Permit, REPLICA_HOLDERS } from '../../replication/client-access-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import { type Files, NO_FILE } from './files.ts'
import { readFile, type StoredFile } from './stored-file-store.ts'

/** Who asks, in which session. */
export interface Asker {
  readonly actor: Actor
  readonly sessionId: string
}
export interface FileLink {
  readonly url: string
  /** ms */
  readonly expiresAt: number
  readonly fileName: string
  readonly mimeType: string
  readonly bytes: number
  readonly sha256: string
}
export interface OpenedFile {
  readonly file: StoredFile
  readonly name: string
}
/** Which file, under which name in the audit trail; `permit`: who may at all. */
export interface Wanted {
  readonly clientId: string
  readonly id: string
  readonly action: string
  readonly permit?: Permit
  /** Only as an answer's file of this submission: come with it, or named by it as by one that was corrected. */
  readonly submissionId?: string
}
export interface FileContents {
  /** For who has no session that a link could be bound to. */
  find(actor: Actor, wanted: Wanted): Promise<Result<OpenedFile, Refusal>>
  link(asker: Asker, wanted: Wanted): Promise<Result<FileLink, Refusal>>
  open(asker: Asker, ticket: string): Promise<Result<OpenedFile, Refusal>>
  readonly files: Files
}
/** Which side of the practice's door asks. */
export interface Side {
  readonly permit: Permit
  /** Where links lead, such as `/api/v1/portal/files`. */
  readonly base: string
}

export const CLIENT_SIDE: Side = { permit: REPLICA_HOLDERS, base: '/api/v1/portal/files' }
/** It fetches without links: it has no session, and its token is asked each time. */
export const MACHINE_SIDE: Side = { permit: ['ehr'], base: '' }
export const STAFF_SIDE: Side = { permit: ['assigned-clinician', 'front-desk'], base: '/api/v1/staff/files' }

/** What reading one is a reading of. */
const COLLECTION_OF = { document: 'documents', attachment: 'messages', answer: 'submissions' } as const

const expired = refusal('link_expired', 'This link has expired. Ask for another one.')

interface Deps {
  readonly replication: Replication
  readonly files: Files
  readonly links: FileLinks
}

export function createFileContents({ replication, files, links }: Deps, side: Side): FileContents {
  /** One that was not handed in is its client's alone, and theirs who fill the form in for them. */
  const mayReadAnswer = async ({ access, documents }: ReadSession, file: StoredFile): Promise<boolean> => {
    if (access.relation === 'front-desk') return false
    if (file.submissionId === null)
      return (
        access.relation === 'own' ||
        (access.grant !== undefined && covers(access.grant.granted, 'forms', 'write'))
      )
    if (access.grant !== undefined && !covers(access.grant.granted, 'forms', 'read')) return false
    return (await documents('submissions', [file.submissionId])).length > 0
  }
  const isOf = async (
    { documents }: ReadSession,
    { purpose, fileId, submissionId }: StoredFile,
    submission: string,
  ): Promise<boolean> => {
    if (purpose !== 'answer' || submissionId === null) return false
    const [found] = await documents('submissions', [submission])
    if (found === undefined || submissionId === submission) return found !== undefined
    const answers = Object.values(found.body.answers as Submission['answers'])
    return filesIn(answers).some(({ file }) => file === fileId)
  }
  /** Of a document what the document says; an attachment is there for who may read the message that it came with. */
  const nameOf = async (session: ReadSession, file: StoredFile): Promise<string | undefined> => {
    const { access, documents } = session
    if (file.purpose === 'document') {
      const [document] = await documents('documents', [file.fileId])
      return document === undefined ? undefined : String(document.body.title)
    }
    if (file.purpose === 'answer')
      return (await mayReadAnswer(session, file)) ? String(file.about.name) : undefined
    if (access.grant !== undefined && !covers(access.grant.granted, 'messages', 'read')) return undefined
    if (access.relation === 'front-desk' || file.messageId === null) return undefined
    const [message] = await documents('messages', [file.messageId])
    return message === undefined ? undefined : String(file.about.name)
  }
  const find = (actor: Actor, { clientId, id, action, permit = side.permit, submissionId }: Wanted) =>
    replication.read<OpenedFile>({
      actor,
      clientId,
      action,
      permit,
      onDevice: false,
      describe: ({ file }) => ({
        collection: COLLECTIONS[COLLECTION_OF[file.purpose]].number,
        documentId: id,
        count: 1,
      }),
      run: async (session) => {
        const file = await readFile(session.scope, id)
        if (file?.state !== 'ready') return err(NO_FILE)
        if (submissionId !== undefined && !(await isOf(session, file, submissionId))) return err(NO_FILE)
        const title = await nameOf(session, file)
        if (title === undefined) return err(NO_FILE)
        return ok({ file, name: savedName(title, file.type ?? '') })
      },
    })
  return {
    files,
    find,
    async link({ actor, sessionId }, wanted) {
      const found = await find(actor, wanted)
      if (!found.ok) return found
      const { file, name } = found.value
      // The ticket counts in full seconds.
      const expiresAt = Math.floor((files.now() + LINK_MS) / 1000) * 1000
      const ticket = links.issue({ sessionId, clientId: wanted.clientId, fileId: wanted.id }, expiresAt)
      return ok({
        url: `${side.base}/${ticket}`,
        expiresAt,
        fileName: name,
        mimeType: file.type ?? '',
        bytes: file.bytes,
        sha256: file.sha256,
      })
    },
    async open({ actor, sessionId }, ticket) {
      const linked = links.read(ticket)
      // Another session's is as absent as one that was never given out.
      if (linked === undefined || linked.sessionId !== sessionId) return err(NO_FILE)
      if (linked.expired) return err(expired)
      return find(actor, { clientId: linked.clientId, id: linked.fileId, action: 'files.content' })
    },
  }
}
