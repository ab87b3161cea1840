/**
 * Submitting: the answers that the client has just checked are frozen into a submission, which is a document like any
 * other and travels through the outbox. Works with no network; nothing says "received" before the server has.
 */
import type { Answers, Draft } from '../../shared/domains/forms/schema.ts'
import type { ReplicaDatabase } from '../replica/portal-session.ts'

/** Resolves with the submission's id once it is sealed on disk. */
export async function commitDraft(
  replica: ReplicaDatabase,
  draft: Draft,
  answers: Answers,
  now: number,
): Promise<string> {
  const id = crypto.randomUUID()
  await replica.submissions.insert({
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
  })
  return id
}
