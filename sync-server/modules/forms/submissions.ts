/**
 * Submissions: what the client sent, frozen. The server checks the answers against the form's version, scores them, and
 * closes the draft; answers of other devices that the submitter had not seen become an amendment. Nothing is refused
 * because another device was faster. SPEC: shared/merge/SPEC.md, M16–M18.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { derivedId } from '../../../shared/crypto/derived-id.ts'
import { mayWithForms } from '../../../shared/domains/forms/policy.ts'
import {
  type Answers,
  NewSubmission,
  Returned,
  type Submission,
} from '../../../shared/domains/forms/schema.ts'
import { amendmentId, emptyAmendment, planSubmission } from '../../../shared/domains/forms/submission-plan.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { applyPatch, type FieldPatch } from '../../../shared/merge/fields.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { filesIn } from '../../../shared/questionnaire/attached-file.ts'
import type { Collection, Decision, StoredDocument, Write } from '../../replication/collection.ts'
import { createDocumentStore } from '../../replication/document-store.ts'
import { CLOCK_AHEAD } from '../../replication/parse-write.ts'
import { putRecord } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { bindAnswerFiles } from './answer-file-store.ts'
import { draftOf, stageDraft } from './merge-draft.ts'
import type { Judgement, ParsedForms } from './parsed-forms.ts'

const store = createDocumentStore({
  collection: 'submissions',
  table: 'form_submission',
  columns: {
    draft_id: 'uuid',
    form_version_id: 'uuid',
    form_key: 'text',
    status: 'text',
    amends: 'uuid',
    received_at: 'timestamptz',
    ip: 'text',
    user_agent: 'text',
    flagged: 'boolean',
    reviewer_account_id: 'uuid',
    reviewed_at: 'timestamptz',
  },
  project: ({ body, server }) => ({
    draft_id: textColumn(body, 'draftId'),
    form_version_id: textColumn(body, 'definitionId'),
    form_key: textColumn(body, 'formKey'),
    status: textColumn(body, 'status'),
    amends: textColumn(body, 'amends'),
    received_at: timeColumn(body, 'receivedAt'),
    ip: textColumn(server, 'ip'),
    user_agent: textColumn(server, 'userAgent'),
    flagged: Array.isArray(server.flags) && server.flags.length > 0,
    reviewer_account_id: textColumn(server, 'reviewerAccountId'),
    reviewed_at: timeColumn(body, 'reviewedAt'),
  }),
})

export const createSubmissions = (forms: ParsedForms): Collection => ({
  name: 'submissions',
  store,
  related: (write) => {
    const refs = []
    for (const { field, value } of write.edits) {
      if (field === 'draftId' && isId(value)) refs.push({ collection: 'drafts', id: value } as const)
      if (field === 'definitionId' && isId(value))
        refs.push({ collection: 'definitions', id: value } as const)
    }
    return refs
  },
  async decide(work, write) {
    const handsIn = work.actor.role === 'ehr' ? 'bring-submission' : 'submit'
    const action = write.by === 'client' ? handsIn : 'review-submission'
    if (!mayWithForms(work.actor.role, action))
      return err(refusal('not_permitted', 'Your role does not include this.'))
    return action === 'review-submission' ? review(work, write) : submit(forms, work, write)
  },
})

const FILE_MISSING = refusal('invalid_answers', 'A file that an answer names is not here. Send it first.')

const Id = z.uuid().lowercase()
const isId = (value: Json): value is string => Id.safeParse(value).success

interface Offer {
  readonly offered: z.infer<typeof NewSubmission>
  /** Revision of the draft that the submitter saw. */
  readonly draftRev: number | undefined
}

function parseOffer(write: Write, receivedAt: number): Result<Offer, Refusal> {
  const { draftRev, ...fields } = Object.fromEntries(write.edits.map(({ field, value }) => [field, value]))
  // What the server sets, a device may have written on its own optimistic copy.
  for (const field of ['formKey', 'title', 'status', 'amends']) delete fields[field]
  const parsed = NewSubmission.strict().safeParse({ ...fields, id: write.documentId })
  const seen =
    typeof draftRev === 'number' && Number.isSafeInteger(draftRev) && draftRev >= 0 ? draftRev : undefined
  if (!parsed.success || seen !== draftRev)
    return err(refusal('invalid_document', 'This is not a submission.'))
  const submittedAt = Math.min(parsed.data.submittedAt, receivedAt + CLOCK_AHEAD)
  return ok({ offered: { ...parsed.data, submittedAt }, draftRev: seen })
}

async function submit(
  forms: ParsedForms,
  work: WorkingSet,
  write: Write,
): Promise<Result<Decision, Refusal>> {
  const offer = parseOffer(write, work.receivedAt)
  if (!offer.ok) return offer
  const { offered, draftRev } = offer.value
  const known = await work.load('submissions', offered.id)
  if (known !== undefined) return repeated(known, offered)
  const stored = await work.load('drafts', offered.draftId)
  if (stored === undefined || stored.deleted) return err(refusal('not_found', 'There is no such draft.'))
  const draft = draftOf(stored)
  if (draft.definitionId !== offered.definitionId)
    return err(refusal('invalid_document', 'The draft is of another form, or of another version of it.'))
  const judged = await forms.judge(work, offered.definitionId, offered.answers as unknown as JsonObject)
  if (!judged.ok) return judged
  const first = draft.submissionId
  const amendment = first === undefined ? undefined : await work.load('drafts', amendmentId(first, derivedId))
  const plan = planSubmission({
    draft,
    marks: stored.marks,
    draftRev: draftRev ?? stored.rev,
    offered,
    accepted: judged.value.answers as unknown as Answers,
    device: write.writer,
    at: work.receivedAt,
    reference: referenceOf(offered.id),
    amendment: amendment ? draftOf(amendment) : null,
    derivedId,
  })
  const others = Object.values(draft.contested).flatMap((answers) => answers.map(({ value }) => value))
  const named = filesIn(Object.values(plan.submission.answers))
  if (!(await bindAnswerFiles(work.scope, offered.id, named, filesIn(others)))) return err(FILE_MISSING)
  stageSubmission(work, write, plan.submission, judged.value)
  stagePatch(work, stored, plan.draftPatch)
  if (amendment && plan.amendmentPatch) stagePatch(work, amendment, plan.amendmentPatch)
  if (plan.newAmendment) stageDraft(work, plan.newAmendment)
  work.resend({ collection: 'drafts', id: stored.id })
  return ok({ outcome: 'ok', rev: 1 })
}

/** The same submission again, under another number: replayed after its answer was forgotten. */
const repeated = (known: StoredDocument, offered: Offer['offered']): Result<Decision, Refusal> =>
  known.server.offered === fingerprint(offered)
    ? ok({ outcome: 'duplicate', rev: known.rev })
    : err(refusal('already_exists', 'Another submission has this id.'))

const fingerprint = ({ draftId, answers }: Offer['offered']): string =>
  createHash('sha256')
    .update(JSON.stringify([draftId, Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex')

function stageSubmission(
  work: WorkingSet,
  write: Write,
  { id, updatedAt, ...body }: Submission,
  { scores, flags, offered }: Judgement,
): void {
  work.stage('submissions', {
    id,
    rev: 1,
    deleted: false,
    body: body as unknown as JsonObject,
    server: {
      ip: work.actor.ip,
      userAgent: work.actor.userAgent.slice(0, 500),
      deviceId: write.writer,
      scores,
      flags,
      offered: fingerprint({ ...body, id, answers: offered as unknown as Answers }),
      // Not part of what was sent to the clinic, and not lost either.
      hidden: Object.fromEntries(
        Object.entries(offered).filter(([key]) => !Object.hasOwn(body.answers, key)),
      ),
    },
    marks: {},
    updatedAt,
  })
}

function stagePatch(work: WorkingSet, document: StoredDocument, patch: FieldPatch): void {
  if (patch.length === 0) return
  const rev = document.rev + 1
  const mark = { rev, at: work.receivedAt, device: null }
  const marks = Object.fromEntries(patch.map(([field]) => [field, mark]))
  work.stage('drafts', {
    ...document,
    rev,
    body: applyPatch(document.body, patch),
    marks: { ...document.marks, ...marks },
    updatedAt: work.receivedAt,
  })
}

/** Staff mark a submission as reviewed; its answers never change. */
async function review(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const submission = await work.load('submissions', write.documentId)
  if (submission === undefined) return err(refusal('not_found', 'There is no such submission.'))
  const returned = write.edits.some(({ field }) => field === 'returned')
  const permitted = write.edits.every(
    ({ field, value }) =>
      (field === 'returned' && Returned.safeParse(value).success) ||
      (field === 'status' && value === 'reviewed') ||
      (field === 'reviewedAt' && typeof value === 'number') ||
      (field === 'reviewerName' && typeof value === 'string'),
  )
  if (!permitted) return err(refusal('not_permitted', 'A submission cannot be changed.'))
  if (submission.body.status !== 'received')
    return err(refusal('wrong_state', 'This submission was reviewed already.'))
  const opened = returned ? await openCorrection(work, submission) : ok(null)
  return opened.ok ? putRecord(work, write) : opened
}

/** What the client corrects: the answers as they were sent, in a draft that amends them. One that is open already is it. */
async function openCorrection(work: WorkingSet, submission: StoredDocument): Promise<Result<null, Refusal>> {
  const known = await work.load('drafts', amendmentId(submission.id, derivedId))
  if (known !== undefined && draftOf(known).status === 'submitted')
    return err(refusal('wrong_state', 'The client has sent a correction since: review that one.'))
  if (known !== undefined) return ok(null)
  const draft = await work.load('drafts', String(submission.body.draftId))
  if (draft === undefined) throw new Error('A submission has lost its draft.')
  const answers = submission.body.answers as unknown as Answers
  const empty = emptyAmendment(draftOf(draft), submission.id, work.receivedAt, derivedId)
  stageDraft(work, { draft: { ...empty, answers }, marks: {} })
  return ok(null)
}

/** Letters and digits that are not mistaken for each other when read aloud. */
const SPOKEN = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Receipt number, derived from the submission: `F7K2-9QXM`. For people, not a key. */
function referenceOf(id: string): string {
  const hash = createHash('sha256').update(`reference ${id}`).digest()
  const letters = [...hash.subarray(0, 8)].map((byte) => SPOKEN[byte % SPOKEN.length])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}
