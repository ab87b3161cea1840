/**
 * Forms as REST and staff know them. Everything that changes goes through the one write path (`replication.commit`).
 * All functions return refusals as values; a foreign and an unknown client give the same `not_found`.
 */
import type { Draft, FormDefinition, Submission } from '../../../shared/domains/forms/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS, type CollectionName } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { parsePosition } from '../../platform/list-position.ts'
import type { Actor } from '../../replication/actor.ts'
import { readFeedIds } from '../../replication/change-feed-store.ts'
import { readersOf, writersOf } from '../../replication/client-access-store.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import { type AssignForm, writeAssignment } from './assign-form.ts'
import { readSubmissionIds } from './reader.ts'

export interface FormDetail {
  readonly draft: Draft
  readonly definition: FormDefinition
}
export interface Page<T> {
  readonly items: readonly T[]
  /** Pass as `cursor` for the next page; null at the end. */
  readonly next: string | null
}
export interface SubmitForm {
  readonly clientId: string
  readonly draftId: string
  /** Made by the client: the same id again is the same submission and gives the same answer. */
  readonly submissionId: string
  readonly definitionId: string
  readonly answers: Draft['answers']
  /** ms */
  readonly submittedAt: number
  /** Revision of the draft that the client saw. */
  readonly draftRev?: number | undefined
}
export interface FormsService {
  listForms(actor: Actor, clientId: string): Promise<Result<readonly Draft[], Refusal>>
  getForm(actor: Actor, clientId: string, draftId: string): Promise<Result<FormDetail, Refusal>>
  submitForm(actor: Actor, form: SubmitForm): Promise<Result<Submission, Refusal>>
  listSubmissions(
    actor: Actor,
    clientId: string,
    page?: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
  ): Promise<Result<Page<Submission>, Refusal>>
  getSubmission(actor: Actor, clientId: string, id: string): Promise<Result<Submission, Refusal>>
  /** Staff: the newest published version of an active form. */
  assignForm(actor: Actor, form: AssignForm): Promise<Result<{ readonly draftId: string }, Refusal>>
}

const NOT_FOUND = refusal('not_found', 'There is no such form.')

export function createFormsService({ replication }: { readonly replication: Replication }): FormsService {
  /** Everything a client or proxy reads here is audited with its document. */
  const read = <T>(
    actor: Actor,
    clientId: string,
    action: string,
    run: (session: ReadSession) => Promise<Result<Found<T>, Refusal>>,
    permit = readersOf('forms'),
  ): Promise<Result<T, Refusal>> =>
    replication
      .read({
        actor,
        clientId,
        action,
        permit,
        onDevice: false,
        run,
        describe: ({ collection, documentId, count }) => ({
          collection: COLLECTIONS[collection].number,
          documentId: documentId ?? null,
          count,
        }),
      })
      .then((found) => (found.ok ? ok(found.value.value) : found))

  /** What was not handed in yet: also for a proxy only who may fill it in. */
  const drafts = writersOf('forms')
  const getSubmission = (actor: Actor, clientId: string, id: string) =>
    read<Submission>(actor, clientId, 'forms.submission', async ({ documents }) => {
      const [submission] = await documents('submissions', [id])
      return submission ? ok(one('submissions', id, asSubmission(submission))) : err(NOT_FOUND)
    })

  return {
    getSubmission,
    listForms: (actor, clientId) =>
      read<readonly Draft[]>(
        actor,
        clientId,
        'forms.list',
        async ({ scope, documents }) => {
          const ids = await readFeedIds(scope.tx, clientId, COLLECTIONS.drafts.number)
          const value = (await documents('drafts', ids)).map(asDraft)
          return ok({ collection: 'drafts', count: value.length, value })
        },
        drafts,
      ),
    getForm: (actor, clientId, draftId) =>
      read<FormDetail>(
        actor,
        clientId,
        'forms.get',
        async ({ documents }) => {
          const [draft] = await documents('drafts', [draftId])
          if (draft === undefined) return err(NOT_FOUND)
          const [definition] = await documents('definitions', [String(draft.body.definitionId)])
          if (definition === undefined) throw new Error('A draft has lost its definition.')
          return ok(one('drafts', draftId, { draft: asDraft(draft), definition: asDefinition(definition) }))
        },
        drafts,
      ),
    listSubmissions: (actor, clientId, { cursor, limit = 50 } = {}) =>
      read<Page<Submission>>(actor, clientId, 'forms.submissions', async ({ scope, documents }) => {
        const before = cursor === undefined ? undefined : parsePosition(cursor)
        if (cursor !== undefined && before === undefined)
          return err(refusal('invalid_message', 'The cursor is not one that this list gave out.'))
        const page = await readSubmissionIds(scope.tx, clientId, Math.min(limit, 200), before)
        const items = (await documents('submissions', page.ids)).map(asSubmission)
        return ok({ collection: 'submissions', count: items.length, value: { items, next: page.next } })
      }),
    async submitForm(actor, form) {
      const { clientId, submissionId, draftId, definitionId, answers, submittedAt, draftRev } = form
      const fields: readonly (readonly [string, Json])[] = [
        ['draftId', draftId],
        ['definitionId', definitionId],
        ['answers', answers],
        ['submittedAt', submittedAt],
        ...(draftRev === undefined ? [] : [['draftRev', draftRev] as const]),
      ]
      const done = await replication.commit({
        actor,
        clientId,
        action: 'forms.submit',
        permit: writersOf('forms'),
        onDevice: false,
        run: ({ apply }) =>
          apply({
            collection: 'submissions',
            documentId: submissionId,
            baseRev: 0,
            edits: fields.map(([field, value]) => ({ field, value, at: submittedAt })),
            by: 'client',
            writer: actor.deviceId ?? actor.accountId,
          }),
      })
      return done.ok ? getSubmission(actor, clientId, submissionId) : done
    },
    async assignForm(actor, { clientId, formKey, dueAt }) {
      const done = await replication.commit({
        actor,
        clientId,
        action: 'forms.assign',
        permit: ['assigned-clinician', 'front-desk', 'admin'],
        onDevice: false,
        run: (session) => writeAssignment(session, actor, { clientId, formKey, dueAt }),
      })
      return done.ok ? ok(done.value.value) : done
    },
  }
}

interface Found<T> {
  readonly collection: CollectionName
  readonly documentId?: string
  readonly count: number
  readonly value: T
}
const one = <T>(collection: CollectionName, documentId: string, value: T): Found<T> => ({
  collection,
  documentId,
  count: 1,
  value,
})

// Stored documents were checked when they were written.
const asDraft = (document: StoredDocument) => toClient(document) as unknown as Draft
const asSubmission = (document: StoredDocument) => toClient(document) as unknown as Submission
const asDefinition = (document: StoredDocument) => toClient(document) as unknown as FormDefinition
