/**
 * Answers of a visit, as they come from its tablet: opened with the practice's key, and written into the client's draft by
 * the one way that everything is written. The same box twice has one effect; what cannot be written is kept as it came
 * and shown to staff: nothing that somebody typed is refused into nothing. SPEC: K8 and K9.
 */
import { openAnswers } from '../../../shared/crypto/visit-slot.ts'
import { TypedAnswers } from '../../../shared/domains/kiosk/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Caller } from '../../http/route.ts'
import type { DeviceKey } from '../../platform/possession.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { KioskDeps } from './deps.ts'
import { NOT_HANDED_IN } from './kept.ts'
import { notEnrolled, tabletActor } from './tablet-actor.ts'
import { readTabletByKey } from './tablet-store.ts'
import { moveVisit, noteArrived, readLastSeq, readVisit } from './visit-store.ts'

export interface HandedIn {
  readonly visit: string
  readonly draft: string
  /** Rises with every box of this draft in this visit. */
  readonly seq: number
  readonly box: Uint8Array
}
/** `kept`: it is here, and could not be written into the record yet. */
export interface Received {
  readonly outcome: 'received' | 'kept'
  readonly reference: string | null
}

const noVisit = refusal('not_found', 'There is no such visit on this tablet.')

export function createAnswers({
  database,
  replication,
  clinicKeys,
}: Pick<KioskDeps, 'database' | 'replication' | 'clinicKeys'>) {
  return {
    async receive(key: DeviceKey, handed: HandedIn, caller: Caller): Promise<Result<Received, Refusal>> {
      const found = await database.direct(async (tx) => {
        const tablet = await readTabletByKey(tx, key.point)
        if (tablet === undefined) return undefined
        const visit = await readVisit(tx, tablet.id, handed.visit)
        const secret = await clinicKeys.secret(tx, tablet.practiceId)
        return { tablet, visit, secret }
      })
      if (found === undefined) return err(notEnrolled)
      const { tablet, visit, secret } = found
      // A draft of another visit is as absent as another tablet's visit.
      if (visit === undefined || !visit.drafts.includes(handed.draft)) return err(noVisit)
      const place = { tablet: tablet.id, visit: visit.id, draft: handed.draft, seq: handed.seq }
      const opened = await openAnswers(secret, handed.box, place)
      const typed = opened.ok ? TypedAnswers.safeParse(opened.value) : undefined
      const done = await replication.commit<Received>({
        actor: tabletActor(tablet, caller),
        clientId: visit.clientId,
        action: 'kiosk.answers',
        permit: ['kiosk'],
        onDevice: false,
        run: async (session) => {
          const { tx } = session.work.scope
          const last = await readLastSeq(tx, visit.clientId, visit.id, handed.draft)
          if (last !== undefined && last.seq >= handed.seq)
            return ok({ outcome: 'received', reference: last.reference })
          const arrived = {
            ...{ clientId: visit.clientId, visitId: visit.id, draftId: handed.draft },
            ...{ seq: handed.seq, at: session.work.receivedAt },
          }
          // Whoever typed had code and birthday, whether or not the tablet could say so yet.
          await moveVisit(tx, visit, 'started', session.work.receivedAt)
          const written = typed?.success
            ? await write(session, { ...typed.data, tablet: tablet.id, draft: handed.draft })
            : err<NotWritten>(refusal('unreadable', 'The box holds no answers.'))
          if (written.ok) {
            await noteArrived(tx, { ...arrived, reference: written.value ?? undefined })
            return ok({ outcome: 'received', reference: written.value })
          }
          const { code, answersWritten } = written.error
          const reason = `${answersWritten ? NOT_HANDED_IN : ''}${code}`
          await noteArrived(tx, { ...arrived, kept: { reason, box: handed.box } })
          session.audit({
            action: 'kiosk.answers',
            outcome: 'denied',
            documentId: handed.draft,
            reason,
          })
          return ok({ outcome: 'kept', reference: null })
        },
      })
      return done.ok ? ok(done.value.value) : done
    },
  }
}

type Typed = TypedAnswers & { readonly tablet: string; readonly draft: string }

type NotWritten = Refusal & { readonly answersWritten?: true }

/** The reference of the submission, where there is one. `answersWritten`: the draft took them, handing in was refused. */
async function write(
  { apply, work }: CommitSession,
  { answers, rev, submission, tablet, draft }: Typed,
): Promise<Result<string | null, NotWritten>> {
  const edits = Object.entries(answers).map(([key, { value, at }]) => ({
    field: `answers/${key}`,
    value: value as Json,
    at: Math.min(at, work.receivedAt),
  }))
  const by = { by: 'client', writer: tablet } as const
  if (edits.length > 0) {
    const merged = await apply({ ...by, collection: 'drafts', documentId: draft, baseRev: rev, edits })
    if (!merged.ok) return merged
  }
  if (submission === undefined) return ok(null)
  const { id, submittedAt, ...rest } = submission
  const fields: readonly (readonly [string, Json])[] = [
    ['draftId', draft],
    ['definitionId', rest.definitionId],
    ['answers', rest.answers],
    ['submittedAt', submittedAt],
    ['draftRev', rev],
  ]
  const sent = await apply({
    ...by,
    collection: 'submissions',
    documentId: id,
    baseRev: 0,
    edits: fields.map(([field, value]) => ({ field, value, at: submittedAt })),
  })
  if (!sent.ok) return err({ ...sent.error, answersWritten: true })
  const stored = await work.load('submissions', id)
  const reference = stored?.body.reference
  return ok(typeof reference === 'string' ? reference : null)
}
