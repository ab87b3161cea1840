/**
 * Submissions: what the client sent, frozen. The server checks the answers against the form's version, scores them, and
 * closes the draft; answers of other devices that the submitter had not seen become an amendment. Nothing is refused
 * because another device was faster. SPEC: shared/merge/SPEC.md, M16–M18.
 */
import { createHash } from 'node:crypto'
import { NewSubmission } from '../../../shared/domains/forms/schema.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { equalJson } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Collection, Decision, StoredDocument, Write } from '../../replication/collection.ts'
import { createDocumentStore } from '../../replication/document-store.ts'
import { CLOCK_AHEAD } from '../../replication/parse-write.ts'
import { putRecord } from '../../replication/record-collection.ts'
import { textColumn, timeColumn } from '../../replication/typed-columns.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { amendmentFor } from './amendments.ts'
import { freezeDraft } from './freeze-draft.ts'
import type { ParsedForms } from './parsed-forms.ts'

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
  decide: (work, write) => (write.by === 'client' ? submit(forms, work, write) : review(work, write)),
})

const isId = (value: Json): value is string => typeof value === 'string' && /^[0-9a-f-]{36}$/i.test(value)

interface Offer {
  readonly document: {
    readonly draftId: string
    readonly definitionId: string
    readonly answers: JsonObject
    /** Clamped, ms. */
    readonly submittedAt: number
  }
  /** Revision of the draft that the submitter saw. */
  readonly draftRev: number | undefined
}
function parseOffer(write: Write, receivedAt: number): Result<Offer, Refusal> {
  const { draftRev, ...fields } = Object.fromEntries(write.edits.map(({ field, value }) => [field, value]))
  const parsed = NewSubmission.strict().safeParse({ ...fields, id: write.documentId })
  const seen =
    typeof draftRev === 'number' && Number.isSafeInteger(draftRev) && draftRev >= 0 ? draftRev : undefined
  if (!parsed.success || seen !== draftRev)
    return err(refusal('invalid_document', 'This is not a submission.'))
  const { draftId, definitionId, answers } = parsed.data
  const submittedAt = Math.min(parsed.data.submittedAt, receivedAt + CLOCK_AHEAD)
  return ok({ document: { draftId, definitionId, answers, submittedAt }, draftRev: seen })
}

async function submit(
  forms: ParsedForms,
  work: WorkingSet,
  write: Write,
): Promise<Result<Decision, Refusal>> {
  const offer = parseOffer(write, work.receivedAt)
  if (!offer.ok) return offer
  const { document, draftRev } = offer.value
  const known = await work.load('submissions', write.documentId)
  if (known !== undefined)
    return known.body.draftId === document.draftId && equalJson(known.body.answers, document.answers)
      ? ok({ outcome: 'duplicate', rev: known.rev })
      : err(refusal('already_exists', 'Another submission has this id.'))
  const draft = await work.load('drafts', document.draftId)
  if (draft === undefined || draft.deleted) return err(refusal('not_found', 'There is no such draft.'))
  if (draft.body.definitionId !== document.definitionId)
    return err(refusal('invalid_document', 'The draft is of another form, or of another version of it.'))
  const judged = await forms.judge(work, document.definitionId, document.answers)
  if (!judged.ok) return judged

  const last = draft.body.status === 'submitted' ? await amendmentFor(work, draft) : undefined
  const open = last === undefined ? draft : last.amendment.seq > 0 ? last.amendment : undefined
  const amends = open === undefined ? last?.submission.id : (open.body.amends ?? undefined)
  const rev = 1
  const submission: Omit<StoredDocument, 'seq'> = {
    id: write.documentId,
    rev,
    deleted: false,
    body: {
      ...document,
      answers: judged.value.answers,
      formKey: draft.body.formKey ?? null,
      title: draft.body.title ?? null,
      ...(amends === undefined ? {} : { amends }),
      status: 'received',
      reference: referenceOf(write.documentId),
      receivedAt: work.receivedAt,
    },
    server: {
      ip: work.actor.ip,
      userAgent: work.actor.userAgent.slice(0, 500),
      deviceId: write.writer,
      scores: judged.value.scores,
      flags: judged.value.flags,
    },
    marks: {},
    updatedAt: work.receivedAt,
  }
  work.stage('submissions', submission)
  if (open !== undefined)
    await freezeDraft(work, open, submission, {
      device: write.writer,
      at: document.submittedAt,
      draftRev: draftRev ?? open.rev,
      answers: document.answers,
    })
  if (open !== draft) work.resend({ collection: 'drafts', id: draft.id })
  return ok({ outcome: 'ok', rev })
}

/** Staff mark a submission as reviewed; its answers never change. */
async function review(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const submission = await work.load('submissions', write.documentId)
  if (submission === undefined) return err(refusal('not_found', 'There is no such submission.'))
  const permitted = write.edits.every(
    ({ field, value }) =>
      (field === 'status' && value === 'reviewed') ||
      (field === 'reviewedAt' && typeof value === 'number') ||
      (field === 'reviewerName' && typeof value === 'string'),
  )
  if (!permitted) return err(refusal('not_permitted', 'A submission cannot be changed.'))
  if (submission.body.status !== 'received')
    return err(refusal('wrong_state', 'This submission was reviewed already.'))
  return putRecord(work, write)
}

/** Letters and digits that are not mistaken for each other when read aloud. */
const SPOKEN = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Receipt number, derived from the submission: `F7K2-9QXM`. For people, not a key. */
function referenceOf(id: string): string {
  const hash = createHash('sha256').update(`reference ${id}`).digest()
  const letters = [...hash.subarray(0, 8)].map((byte) => SPOKEN[byte % SPOKEN.length])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}
