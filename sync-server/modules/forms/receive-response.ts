/**
 * A form that was filled in elsewhere, as the record system brings it: read as FHIR, and then handed in like any other:
 * checked, scored and flagged by the server. What the form does not know, or what does not fit, is refused and not dropped.
 */
import { derivedId } from '../../../shared/crypto/derived-id.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { readForm } from '../../../shared/questionnaire/expressions/read-form.ts'
import { fromQuestionnaireResponse } from '../../../shared/questionnaire/response.ts'
import { isUnderstood } from '../../../shared/questionnaire/understood.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { readVersionByUrl } from './reader.ts'

export interface ReceivedResponse {
  readonly submissionId: string
  /** A QuestionnaireResponse. */
  readonly response: JsonObject
  /** In the same transaction, when it stands. */
  readonly settled: (tx: SqlTransaction) => Promise<void>
}
export interface Received {
  readonly outcome: 'created' | 'unchanged'
}
export type ReceiveResponse = (
  actor: Actor,
  clientId: string,
  received: ReceivedResponse,
) => Promise<Result<Received, Refusal>>

const NO_FORM = refusal(
  'invalid_document',
  'The practice has no such form: `questionnaire` is `url|version` of a published one.',
)
const NOT_FITTING = refusal(
  'invalid_answers',
  'The form does not ask one of the questions, or an answer does not fit its question.',
)

export const createReceiveResponse =
  ({ replication }: { readonly replication: Replication }): ReceiveResponse =>
  async (actor, clientId, received) => {
    const done = await replication.commit<Received>({
      actor,
      clientId,
      action: 'forms.receive',
      permit: ['ehr'],
      onDevice: false,
      run: (session) => receive(session, actor, received),
    })
    return done.ok ? ok(done.value.value) : done
  }

async function receive(
  session: CommitSession,
  actor: Actor,
  { submissionId, response, settled }: ReceivedResponse,
): Promise<Result<Received, Refusal>> {
  const { apply, work } = session
  const versionId = await readVersionByUrl(work.scope.tx, work.scope.clientId, String(response.questionnaire))
  const definition = versionId === undefined ? undefined : await work.load('definitions', versionId)
  if (versionId === undefined || definition === undefined) return err(NO_FORM)
  const form = await readForm(definition.body.questionnaire)
  if (!form.ok) throw new Error(`The published form ${versionId} cannot be read any more.`)
  const answers = fromQuestionnaireResponse(form.value, response)
  if (!isUnderstood(form.value, response, answers)) return err(NOT_FITTING)
  const draftId = derivedId('draft-of-response', submissionId)
  const known = await work.load('submissions', submissionId)
  if (known === undefined) {
    const made = await makeDraft(session, actor, { draftId, versionId, definition: definition.body })
    if (!made.ok) return made
  }
  const authored = typeof response.authored === 'string' ? Date.parse(response.authored) : Number.NaN
  const submittedAt = Number.isNaN(authored) ? work.receivedAt : Math.max(0, authored)
  const fields: readonly (readonly [string, Json])[] = [
    ['draftId', draftId],
    ['definitionId', versionId],
    ['answers', answers as JsonObject],
    ['submittedAt', submittedAt],
  ]
  const done = await apply({
    collection: 'submissions',
    documentId: submissionId,
    baseRev: 0,
    edits: fields.map(([field, value]) => ({ field, value, at: work.receivedAt })),
    by: 'client',
    writer: actor.accountId,
  })
  if (!done.ok) return done
  await settled(work.scope.tx)
  return ok({ outcome: known === undefined ? 'created' : 'unchanged' })
}

async function makeDraft(
  { apply, work }: CommitSession,
  actor: Actor,
  {
    draftId,
    versionId,
    definition,
  }: { readonly draftId: string; readonly versionId: string; readonly definition: JsonObject },
): Promise<Result<unknown, Refusal>> {
  const write = { baseRev: 0, by: 'server', writer: actor.accountId } as const
  const given = await apply({ ...write, collection: 'definitions', documentId: versionId, edits: [] })
  if (!given.ok) return given
  const fields: readonly (readonly [string, Json])[] = [
    ['definitionId', versionId],
    ['formKey', definition.formKey ?? ''],
    ['title', definition.title ?? ''],
    ['status', 'assigned'],
    ['assignedAt', work.receivedAt],
    ['answers', {}],
    ['contested', {}],
  ]
  const edits = fields.map(([field, value]) => ({ field, value, at: work.receivedAt }))
  return apply({ ...write, collection: 'drafts', documentId: draftId, edits })
}
