/**
 * Submitting: the answers that the client has just checked are frozen into a submission, which is a document like any
 * other and travels through the outbox. Works with no network; nothing says "received" before the server has.
 */
import { derivedId } from '../../shared/crypto/derived-id.ts'
import type { Answers, Draft, Submission } from '../../shared/domains/forms/schema.ts'
import type { ReplicaDatabase } from '../replica/replica-database.ts'
import type { WithSeenDraft } from '../replica/seen-draft.ts'

/** The same answers of the same draft are one submission, from however many tabs and devices it is pressed. */
const submissionId = (draft: Draft, answers: Answers): string => {
  const sorted = Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1))
  return derivedId('submission', JSON.stringify([draft.id, draft.definitionId, sorted]))
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
