/**
 * The staff console: what waits for review, one submission with everything the server knows of it, and the review.
 * Only a clinician who is assigned to the client sees answers; that is asked of the database in every transaction.
 */

import type { FormDefinition, Submission } from '../../../shared/domains/forms/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import { parsePosition, positionText } from '../../platform/list-position.ts'
import type { Actor, Role } from '../../replication/actor.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { auditOf } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import { type AnswerHistory, readAnswerHistory } from './answer-history.ts'
import {
  type ClientRow,
  type InboxPosition,
  readClientName,
  readClients,
  readInbox,
  readPreviousIds,
  readStaffAccount,
  type StaffAccount,
} from './reader.ts'

export interface InboxItem {
  readonly clientId: string
  readonly clientName: string
  readonly submissionId: string
  readonly formKey: string
  readonly title: string
  readonly flagged: boolean
  /** ms */
  readonly receivedAt: number
}
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}
export interface StaffSubmission {
  readonly clientId: string
  readonly clientName: string
  readonly submission: Submission
  readonly definition: FormDefinition
  readonly scores: readonly JsonObject[]
  readonly flags: readonly JsonObject[]
  readonly reviewNotes: string | null
  readonly previous: PreviousSubmission | null
  /** Scores of the same form before, the newest first. */
  readonly earlierScores: readonly EarlierScores[]
  /** Where it came from. */
  readonly ip: string
  readonly userAgent: string
  /** By answer key: what stood there before, or lost a conflict, oldest first. */
  readonly history: AnswerHistory
}
export interface Review {
  readonly clientId: string
  readonly submissionId: string
  readonly notes?: string | undefined
  /** Given back to the client with these words, about these questions (keys). */
  readonly asks?: { readonly note: string; readonly questions: readonly string[] } | undefined
}
/** The one before of the same form. */
export interface PreviousSubmission {
  readonly id: string
  readonly submittedAt: number
  readonly answers: Submission['answers']
  readonly scores: readonly JsonObject[]
}

export type EarlierScores = Pick<PreviousSubmission, 'id' | 'submittedAt' | 'scores'>

export interface StaffService {
  inbox(
    actor: Actor,
    page?: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
  ): Promise<Result<Page<InboxItem>, Refusal>>
  submission(actor: Actor, clientId: string, submissionId: string): Promise<Result<StaffSubmission, Refusal>>
  review(actor: Actor, review: Review): Promise<Result<StaffSubmission, Refusal>>
  /** By name; `next`: the cursor of the page after. */
  clients(
    actor: Actor,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Result<{ readonly items: readonly ClientRow[]; readonly next: string | null }, Refusal>>
}

const NOT_FOUND = refusal('not_found', 'There is no such submission.')

export interface StaffDeps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}

export function createStaffService({ database, replication, clock }: StaffDeps): StaffService {
  /** Lists over several clients: the role as the database has it now, and one audit row for the whole list. */
  const list = <T>(
    actor: Actor,
    action: string,
    roles: readonly Role[],
    run: (tx: Transaction, account: StaffAccount) => Promise<Result<{ value: T; count: number }, Refusal>>,
  ): Promise<Result<T, Refusal>> =>
    database.transaction(async (tx) => {
      const account = await readStaffAccount(tx, actor.accountId)
      const ran =
        account !== undefined && roles.some((role) => role === account.role)
          ? await run(tx, account)
          : err(refusal('not_permitted', 'Your role does not include this list.'))
      const part = ran.ok
        ? ({ action, outcome: 'allowed', count: ran.value.count } as const)
        : ({ action, outcome: 'denied', reason: ran.error.code } as const)
      await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)])
      return ran.ok ? ok(ran.value.value) : ran
    })

  const submission: StaffService['submission'] = (actor, clientId, submissionId) =>
    replication.read<StaffSubmission>({
      actor,
      clientId,
      action: 'staff.submission',
      permit: ['assigned-clinician'],
      onDevice: false,
      describe: () => ({ collection: COLLECTIONS.submissions.number, documentId: submissionId }),
      run: async (session) => {
        const [stored] = await session.documents('submissions', [submissionId])
        if (stored === undefined) return err(NOT_FOUND)
        const [definition] = await session.documents('definitions', [String(stored.body.definitionId)])
        const clientName = await readClientName(session.scope.tx, clientId)
        if (definition === undefined || clientName === undefined)
          throw new Error('A submission has lost its form or client.')
        const { scores, flags, reviewNotes, ip, userAgent } = stored.server
        return ok({
          clientId,
          clientName,
          submission: toClient(stored) as unknown as Submission,
          definition: toClient(definition) as unknown as FormDefinition,
          scores: (scores ?? []) as readonly JsonObject[],
          flags: (flags ?? []) as readonly JsonObject[],
          reviewNotes: typeof reviewNotes === 'string' ? reviewNotes : null,
          ip: String(ip ?? ''),
          userAgent: String(userAgent ?? ''),
          history: await readAnswerHistory(session, stored),
          ...(await readPrevious(session, clientId, stored)),
        })
      },
    })

  return {
    submission,
    inbox: (actor, { cursor, limit = 50 } = {}) =>
      list(actor, 'staff.inbox', ['clinician'], async (tx) => {
        const after = cursor === undefined ? undefined : parseInboxCursor(cursor)
        if (after === null)
          return err(refusal('invalid_message', 'The cursor is not one that this list gave out.'))
        const size = Math.min(limit, 200)
        const rows = await readInbox(tx, actor.accountId, size + 1, after)
        const items = rows.slice(0, size).map((row) => ({
          clientId: row.client_id,
          clientName: row.client_name,
          submissionId: row.id,
          formKey: row.form_key,
          title: row.title,
          flagged: row.flagged,
          receivedAt: row.received_at.getTime(),
        }))
        const last = items.at(-1)
        const next = rows.length > size && last ? inboxCursor(last) : null
        return ok({ value: { items, next }, count: items.length })
      }),
    clients: (actor, { limit, cursor }) =>
      list(actor, 'staff.clients', ['clinician', 'front-desk', 'admin'], async (tx, account) => {
        const rows = await readClients(tx, actor.accountId, account, { limit, after: cursor })
        const items = rows.slice(0, limit)
        const next = rows.length > limit ? (items.at(-1)?.clientId ?? null) : null
        return ok({ value: { items, next }, count: items.length })
      }),
    async review(actor, { clientId, submissionId, notes, asks }) {
      const done = await replication.commit({
        actor,
        clientId,
        action: asks === undefined ? 'staff.review' : 'staff.return',
        permit: ['assigned-clinician'],
        onDevice: false,
        run: async ({ apply, work }) => {
          const stored = await work.load('submissions', submissionId)
          if (stored === undefined) return err(NOT_FOUND)
          const account = await readStaffAccount(work.scope.tx, actor.accountId)
          const fields: readonly (readonly [string, Json])[] = [
            ['status', 'reviewed'],
            ['reviewedAt', work.receivedAt],
            ['reviewerName', account?.name ?? actor.name],
            ...(asks === undefined
              ? []
              : [
                  [
                    'returned',
                    { note: asks.note, questions: [...asks.questions], at: work.receivedAt },
                  ] as const,
                ]),
          ]
          return apply({
            collection: 'submissions',
            documentId: submissionId,
            baseRev: stored.rev,
            edits: fields.map(([field, value]) => ({ field, value, at: work.receivedAt })),
            by: 'staff',
            writer: actor.accountId,
            server: {
              reviewerAccountId: actor.accountId,
              ...(notes === undefined ? {} : { reviewNotes: notes }),
            },
          })
        },
      })
      return done.ok ? submission(actor, clientId, submissionId) : done
    },
  }
}

/** A chart says enough with so many. */
const MOST_EARLIER = 24

async function readPrevious(
  session: ReadSession,
  clientId: string,
  submission: StoredDocument,
): Promise<Pick<StaffSubmission, 'previous' | 'earlierScores'>> {
  const { formKey, receivedAt } = submission.body
  const before = { formKey: String(formKey), receivedAt: new Date(Number(receivedAt)), id: submission.id }
  const ids = await readPreviousIds(session.scope.tx, clientId, before, MOST_EARLIER)
  const earlier = (await session.documents('submissions', ids)).map((found): PreviousSubmission => {
    const { answers, submittedAt } = toClient(found) as unknown as Submission
    return {
      id: found.id,
      submittedAt,
      answers,
      scores: (found.server.scores ?? []) as readonly JsonObject[],
    }
  })
  return {
    previous: earlier[0] ?? null,
    earlierScores: earlier.map(({ id, submittedAt, scores }) => ({ id, submittedAt, scores })),
  }
}

const inboxCursor = (item: InboxItem) =>
  `${item.flagged ? 1 : 0}_${positionText({ at: item.receivedAt, id: item.submissionId })}`

function parseInboxCursor(cursor: string): InboxPosition | null {
  const [, flagged, rest = ''] = /^([01])_(.+)$/.exec(cursor) ?? []
  const position = parsePosition(rest)
  return position === undefined ? null : { ...position, flagged: flagged === '1' }
}
