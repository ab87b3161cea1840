/**
 * Amendments: drafts that correct a submission. Their ids are derived from the submission's, so that whoever is first
 * makes them once; their revisions continue those of the draft they come from, so that what devices saw of that draft
 * still tells conflicts. SPEC: shared/merge/SPEC.md, M16–M18.
 */
import { derivedId } from '../../../shared/crypto/derived-id.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { equalJson } from '../../../shared/kernel/json.ts'
import type { FieldMark, FieldMarks } from '../../../shared/merge/three-way.ts'
import type { DocumentRef, StoredDocument } from '../../replication/collection.ts'
import type { WorkingSet } from '../../replication/working-set.ts'

export interface Amended {
  /** The open amendment; `seq` is 0 and it is not stored where nobody has amended yet. */
  readonly amendment: StoredDocument
  /** What it amends: the last submission of the chain. */
  readonly submission: StoredDocument
  /** Drafts whose revisions come before the amendment's. */
  readonly ancestors: readonly DocumentRef[]
}

/** Follows draft → submission → amendment → … to the end. `draft` is submitted. */
export async function amendmentFor(work: WorkingSet, draft: StoredDocument): Promise<Amended> {
  const ancestors: DocumentRef[] = []
  let submitted = draft
  for (;;) {
    ancestors.push({ collection: 'drafts', id: submitted.id })
    const submission = await work.load('submissions', String(submitted.body.submissionId))
    if (submission === undefined) throw new Error('A submitted draft has lost its submission.')
    const id = derivedId('amendment', submission.id)
    const known = await work.load('drafts', id)
    if (known === undefined)
      return { amendment: newAmendment(work, id, submitted, submission), submission, ancestors }
    if (known.body.status !== 'submitted') return { amendment: known, submission, ancestors }
    submitted = known
  }
}

export function newAmendment(
  work: WorkingSet,
  id: string,
  draft: StoredDocument,
  submission: StoredDocument,
): StoredDocument {
  const { definitionId, formKey, title } = draft.body
  const marks: [string, FieldMark][] = Object.entries(draft.marks).filter(([field]) =>
    field.startsWith('answers/'),
  )
  return {
    id,
    rev: draft.rev,
    seq: 0,
    deleted: false,
    body: {
      definitionId: definitionId ?? null,
      formKey: formKey ?? null,
      title: title ?? null,
      status: 'draft',
      assignedAt: work.receivedAt,
      amends: submission.id,
      answers: submission.body.answers ?? {},
      contested: {},
    },
    server: {},
    marks: Object.fromEntries(marks),
    updatedAt: work.receivedAt,
  }
}

/**
 * M16: answers in the draft that another device wrote after the revision the submitter saw, and that differ from what
 * it submitted. Null: the other device took the answer away.
 */
export function laterAnswers(
  draft: { readonly answers: JsonObject; readonly marks: FieldMarks },
  frozen: JsonObject,
  submitter: { readonly device: string; readonly draftRev: number },
): ReadonlyMap<string, Json> {
  const later = new Map<string, Json>()
  for (const [field, mark] of Object.entries(draft.marks)) {
    if (!field.startsWith('answers/') || mark.rev <= submitter.draftRev) continue
    if ([mark, ...(mark.agreed ?? [])].every(({ device }) => device === submitter.device)) continue
    const key = field.slice('answers/'.length)
    const value = Object.hasOwn(draft.answers, key) ? (draft.answers[key] ?? null) : null
    const submitted = Object.hasOwn(frozen, key) ? (frozen[key] ?? null) : null
    if (!equalJson(value, submitted)) later.set(key, value)
  }
  return later
}
