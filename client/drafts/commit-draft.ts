/**
 * Submitting: the answers that the client has just checked are frozen into a submission, which is a document like any
 * other and travels through the outbox. Works with no network; nothing says "received" before the server has.
 */
import { derivedId } from '../../shared/crypto/derived-id.ts'
import type { Answers, Draft, Submission } from '../../shared/domains/forms/schema.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { fitsPacket } from '../../shared/protocol/packet-size.ts'
import type { ReplicaDatabase } from '../replica/replica-database.ts'
import type { WithSeenDraft } from '../replica/seen-draft.ts'

/** The same answers of the same draft are one submission, from however many tabs and devices it is pressed. */
const submissionId = (draft: Draft, answers: Answers): string => {
  const sorted = Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1))
  return derivedId('submission', JSON.stringify([draft.id, draft.definitionId, sorted]))
}

/** All answers together are more than one message to the practice carries (R61). Nothing was written. */
export class AnswersTooLong extends Error {
  override readonly name = 'AnswersTooLong'
  constructor() {
    super('the answers do not fit into one message')
  }
}

/**
 * Resolves with the submission's id once it is sealed on disk. `draft` is what the client has just looked at: where
 * this device holds something else by now, rejects with `DraftMoved` (replica/seen-draft.ts) and nothing is written.
 */
export async function commitDraft(
  replica: ReplicaDatabase,
  draft: Draft,
  answers: Answers,
  now: number,
): Promise<string> {
  const id = submissionId(draft, answers)
  if ((await replica.submissions.findOne(id).exec()) !== null) return id
  if (!fitsMessage(id, draft, answers, now)) throw new AnswersTooLong()
  const submission: Submission & WithSeenDraft = {
    id,
    draftId: draft.id,
    definitionId: draft.definitionId,
    answers,
    submittedAt: now,
    formKey: draft.formKey,
    title: draft.title,
    status: 'sent',
    updatedAt: now,
    ...(draft.amends ? { amends: draft.amends } : {}),
    seenDraft: { answers: draft.answers, contested: draft.contested },
  }
  await replica.submissions.insertIfNotExists(submission)
  return id
}

/** As the worker will send it, with the longest numbers. */
const fitsMessage = (id: string, draft: Draft, answers: Answers, submittedAt: number): boolean =>
  fitsPacket([
    Number.MAX_SAFE_INTEGER,
    COLLECTIONS.submissions.number,
    id,
    0,
    submittedAt,
    [
      ['draftId', draft.id],
      ['definitionId', draft.definitionId],
      ['answers', answers],
      ['submittedAt', submittedAt],
      ['draftRev', Number.MAX_SAFE_INTEGER],
    ],
  ])
