/**
 * Refills as clinicians have them before them, of the clients whom they look after: what waits, one with its medication as
 * it is now and what was asked before, and the decision. SPEC: shared/domains/medications/SPEC.md, D5 and D6.
 */
import { mayWithPrescriptions } from '../../../shared/domains/medications/policy.ts'
import { decideRefill, type RefillDecision } from '../../../shared/domains/medications/refill-rules.ts'
import type { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import type { Medication } from '../../../shared/domains/medications/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import { createAcrossClients, type PageInput } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Replication } from '../../replication/replication.ts'
import { changedMeanwhile, type Page, type Revised, revised } from '../../replication/revised.ts'
import { readClientName, readStaffMember } from '../../replication/staff-member-store.ts'
import { type RefillRow, readRefillIds, readRefillsOfClinician } from './reader.ts'

type Answer<T> = Promise<Result<T, Refusal>>
export interface RefillToDecide {
  readonly clientId: string
  readonly clientName: string
  readonly requestId: string
  readonly status: Refill['status']
  /** ms */
  readonly requestedAt: number
}
export interface RefillDetail {
  readonly clientId: string
  readonly clientName: string
  readonly request: Revised<Refill>
  /** As it is now. */
  readonly medication: Revised<Medication> | null
  /** The client's other requests, the newest first. */
  readonly others: readonly Revised<Refill>[]
}
/** `waiting`: for a decision; `under-way`: for what comes after it, or for the client. */
export type RefillShow = 'waiting' | 'under-way'
export interface GivenDecision {
  readonly clientId: string
  readonly requestId: string
  /** The revision that was seen. */
  readonly rev: number
  readonly decision: RefillDecision
  readonly note?: string | undefined
}
export interface StaffRefills {
  list(actor: Actor, show: RefillShow, page: PageInput): Answer<Page<RefillToDecide>>
  get(actor: Actor, clientId: string, requestId: string): Answer<RefillDetail>
  decide(actor: Actor, decision: GivenDecision): Answer<Revised<Refill>>
}

const STATES: Record<RefillShow, readonly Refill['status'][]> = {
  waiting: ['requested'],
  'under-way': ['more-information', 'approved', 'sent'],
}
const LOOKS_AFTER = ['assigned-clinician'] as const
const NOT_FOUND = refusal('not_found', 'There is no such request.')
const OTHERS = 20

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}

export function createStaffRefills({ database, replication, clock }: Deps): StaffRefills {
  const { list } = createAcrossClients({ database, clock })
  return {
    list: (actor, show, page) =>
      list<RefillRow, RefillToDecide>(
        {
          actor,
          action: 'staff.refills',
          permits: (role) => mayWithPrescriptions(role, 'decide'),
          at: ({ requestedAt }) => requestedAt,
          shown: shownRefill,
        },
        page,
        (tx, _, { limit, after }) => readRefillsOfClinician(tx, actor.accountId, STATES[show], limit, after),
      ),

    get: (actor, clientId, requestId) =>
      replication.read<RefillDetail>({
        actor,
        clientId,
        action: 'staff.refill',
        permit: LOOKS_AFTER,
        onDevice: false,
        describe: ({ others }) => ({
          collection: COLLECTIONS.requests.number,
          documentId: requestId,
          count: 1 + others.length,
        }),
        run: async ({ documents, scope }) => {
          const [stored] = await documents('requests', [requestId])
          if (stored === undefined || stored.body.kind !== 'refill') return err(NOT_FOUND)
          const request = revised<Refill>(stored)
          const [medication] = await documents('medications', [request.subjectId])
          const known = await readRefillIds(scope.tx, clientId, { limit: OTHERS + 1 })
          const others = (known?.ids ?? []).filter((id) => id !== requestId).slice(0, OTHERS)
          return ok({
            clientId,
            clientName: await readClientName(scope.tx, clientId),
            request,
            medication: medication === undefined ? null : revised<Medication>(medication),
            others: (await documents('requests', others)).map((each) => revised<Refill>(each)),
          })
        },
      }),

    async decide(actor, { clientId, requestId, rev, decision, note }) {
      const done = await replication.commit({
        actor,
        clientId,
        action: `staff.refill-${decision}`,
        permit: LOOKS_AFTER,
        onDevice: false,
        run: async ({ apply, work }) => {
          const stored = await work.load('requests', requestId)
          if (stored === undefined || stored.deleted || stored.body.kind !== 'refill') return err(NOT_FOUND)
          if (stored.rev !== rev) return err(changedMeanwhile)
          const member = await readStaffMember(work.scope.tx, actor.accountId)
          if (member === undefined) return err(NOT_FOUND)
          const at = work.receivedAt
          const decided = decideRefill(revised<Refill>(stored), { decision, note }, { name: member.name, at })
          if (!decided.ok) return decided
          const answered = await apply({
            collection: 'requests',
            documentId: requestId,
            baseRev: rev,
            edits: Object.entries(decided.value).map(([field, value]) => ({
              field,
              value: value as Json,
              at,
            })),
            by: 'staff',
            writer: actor.accountId,
            server: { decidedByAccountId: actor.accountId },
          })
          if (!answered.ok) return answered
          const after = await work.load('requests', requestId)
          return after === undefined ? err(NOT_FOUND) : ok(after)
        },
      })
      return done.ok ? ok(revised<Refill>(done.value.value)) : done
    },
  }
}

const shownRefill = ({ id, status, requestedAt, ...client }: RefillRow): RefillToDecide => ({
  ...client,
  requestId: id,
  status: status as Refill['status'],
  requestedAt: requestedAt.getTime(),
})
