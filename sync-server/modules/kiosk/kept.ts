/**
 * What arrived from a tablet and could not be written: whose, why, and what staff do about it. What is in a box nobody of
 * the front desk reads; it goes into a new copy of the form, where the client finds it. SPEC: K14.
 */
import { openAnswers } from '../../../shared/crypto/visit-slot.ts'
import { TypedAnswers } from '../../../shared/domains/kiosk/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { createAcrossClients } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { KioskDeps } from './deps.ts'
import { type KeptRow, lockKept, readKept, settleKept } from './kept-store.ts'

/**
 * `unreadable`: the box does not open; `not-handed-in`: its answers are in the draft, only handing in was refused;
 * `not-filed`: nothing of it is in the record.
 */
export const KEPT_PROBLEMS = ['unreadable', 'not-filed', 'not-handed-in'] as const
export type KeptProblem = (typeof KEPT_PROBLEMS)[number]
/** Before the code of a refusal, where the answers were written and the submission was not. */
export const NOT_HANDED_IN = 'submission:'

export interface ShownKept extends Omit<KeptRow, 'reason' | 'receivedAt'> {
  readonly problem: KeptProblem
  readonly receivedAt: number
}
export interface KeptPlace {
  readonly clientId: string
  readonly visitId: string
  readonly draftId: string
}

const OFFICE = ['front-desk', 'admin'] as const
const nothingKept = refusal('not_found', 'There is nothing of this form that waits.')
const unreadable = refusal(
  'unreadable',
  'What arrived does not open. The client has to fill in the form again.',
)

const problemOf = (reason: string): KeptProblem => {
  if (reason.startsWith(NOT_HANDED_IN)) return 'not-handed-in'
  return reason === 'unreadable' ? 'unreadable' : 'not-filed'
}

export type Kept = ReturnType<typeof createKept>

export function createKept({ database, replication, clock, clinicKeys, assign }: KioskDeps) {
  const { run: across } = createAcrossClients({ database, clock })
  const inRecord = <T>(
    actor: Actor,
    clientId: string,
    action: string,
    run: (session: CommitSession) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> =>
    replication
      .commit<T>({ actor, clientId, action, permit: OFFICE, onDevice: false, run })
      .then((done) => (done.ok ? ok(done.value.value) : done))

  return {
    list: (actor: Actor): Promise<Result<readonly ShownKept[], Refusal>> =>
      across(
        { actor, action: 'kiosk.kept', permits: (role) => OFFICE.some((one) => one === role) },
        async (tx, { practiceId }) => {
          const value = (await readKept(tx, practiceId)).map(({ reason, receivedAt, ...row }) => ({
            ...row,
            problem: problemOf(reason),
            receivedAt: receivedAt.getTime(),
          }))
          return ok({ value, count: value.length })
        },
      ),

    /** Puts what was typed into a new copy of the newest version; arming the visit again opens that one. */
    file: (actor: Actor, place: KeptPlace): Promise<Result<{ draftId: string }, Refusal>> =>
      inRecord(actor, place.clientId, 'kiosk.kept-filed', async (session) => {
        const { clientId, visitId, draftId } = place
        const { scope, receivedAt } = session.work
        const kept = await lockKept(scope.tx, clientId, visitId, draftId)
        if (kept === undefined) return err(nothingKept)
        const secret = await clinicKeys.secret(scope.tx, kept.practiceId)
        const where = { tablet: kept.tabletId, visit: visitId, draft: draftId, seq: kept.seq }
        const opened = await openAnswers(secret, new Uint8Array(kept.box), where)
        const typed = opened.ok ? TypedAnswers.safeParse(opened.value) : undefined
        if (!typed?.success) return err(unreadable)
        const made = await assign(session, actor, { clientId, formKey: kept.formKey })
        if (!made.ok) return made
        const filled = await fill(session, actor, made.value.draftId, typed.data.answers)
        if (!filled.ok) return filled
        await settleKept(scope.tx, place, { written: true, at: receivedAt })
        session.audit({ action: 'kiosk.kept-filed', outcome: 'allowed', documentId: made.value.draftId })
        return made
      }),

    /** Staff have seen to it in another way. The box stays as it came. */
    settle: (actor: Actor, place: KeptPlace): Promise<Result<null, Refusal>> =>
      inRecord(actor, place.clientId, 'kiosk.kept-settled', async ({ work, audit }) => {
        const { tx } = work.scope
        if ((await lockKept(tx, place.clientId, place.visitId, place.draftId)) === undefined)
          return err(nothingKept)
        await settleKept(tx, place, { written: false, at: work.receivedAt })
        audit({ action: 'kiosk.kept-settled', outcome: 'allowed', documentId: place.draftId })
        return ok(null)
      }),
  }
}

/** Over what the form begins with. An answer that was taken away is not there. */
async function fill(
  { apply, work }: CommitSession,
  actor: Actor,
  draftId: string,
  typed: TypedAnswers['answers'],
): Promise<Result<unknown, Refusal>> {
  const draft = await work.load('drafts', draftId)
  if (draft === undefined) throw new Error('A draft that was just made is gone.')
  const answers: Record<string, Json> = { ...(draft.body.answers as Record<string, Json>) }
  for (const [key, { value }] of Object.entries(typed)) {
    if (value === null) delete answers[key]
    else answers[key] = value as Json
  }
  const fields: readonly (readonly [string, Json])[] = [
    ['answers', answers],
    ['status', 'draft'],
  ]
  return apply({
    ...{
      by: 'server',
      writer: actor.accountId,
      collection: 'drafts',
      documentId: draftId,
      baseRev: draft.rev,
    },
    edits: fields.map(([field, value]) => ({ field, value, at: work.receivedAt })),
  })
}
