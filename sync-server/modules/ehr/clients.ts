/**
 * Clients as the record system makes and changes them: the row by which a person is found and named, who looks after
 * them, and the profile that the client sees. Twice the same writes nothing the second time. SPEC: H5 and H9.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { equalJson, type Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { fieldValue } from '../../../shared/merge/fields.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { appendToRecord } from '../../platform/audit-store.ts'
import type { Database, DirectTransaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { lockHead } from '../../replication/head-store.ts'
import type { Replication } from '../../replication/replication.ts'
import {
  addClient,
  changeClient,
  findByMrn,
  lockName,
  type PracticeFacts,
  readClinicians,
  readPractice,
  readProfileId,
  setClinicians,
} from './client-store.ts'
import { type Fed, fedDocumentId } from './feed.ts'
import type { MappedPatient } from './fhir/patient.ts'
import { putLinks, readLinks } from './link-store.ts'

export type FindTags = (person: {
  dateOfBirth: string
  ssn4?: string | undefined
  mrn?: string | undefined
}) => {
  readonly ssn4Tag: string | null
  readonly mrnTag: string | null
}
export interface ClientsDeps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly findTags: FindTags
}

const UNKNOWN_CLINICIAN = refusal(
  'invalid_document',
  'generalPractitioner names somebody who has no clinician’s account here. Nothing was written.',
)
const PROFILE = ['name', 'preferredName', 'dateOfBirth', 'email', 'phone', 'address'] as const

export const createFedClients = ({ database, replication, clock, findTags }: ClientsDeps) => {
  const findClient = async (
    tx: DirectTransaction,
    practiceId: string,
    externalId: string,
    mrnTag: string | null,
  ) => {
    const [link] = await readLinks(tx, practiceId, [{ resource: 'clients', externalId }])
    if (link !== undefined) return { clientId: link.clientId, isLinked: true }
    const adopted = mrnTag === null ? undefined : await findByMrn(tx, practiceId, mrnTag)
    return adopted === undefined ? undefined : { clientId: adopted, isLinked: false }
  }

  /** Id of the client, and whether anything was otherwise before. */
  const putRow = async (
    tx: DirectTransaction,
    actor: Actor,
    externalId: string,
    patient: MappedPatient,
  ): Promise<Result<{ clientId: string; outcome: Fed['outcome'] }, Refusal>> => {
    const { practiceId } = actor
    const tags = findTags(patient)
    const { name, dateOfBirth, email = null } = patient
    const fields = { name, dateOfBirth, contactEmail: email, ...tags }
    await lockName(tx, practiceId, externalId)
    const clinicians = patient.clinicians && (await readClinicians(tx, practiceId, patient.clinicians))
    if (clinicians && clinicians.length !== new Set(patient.clinicians).size) return err(UNKNOWN_CLINICIAN)
    const found = await findClient(tx, practiceId, externalId, tags.mrnTag)
    const clientId = found?.clientId ?? randomUUID()
    if (found === undefined) await addClient(tx, clientId, practiceId, fields)
    await lockHead(tx, clientId)
    const isOther = found !== undefined && (await changeClient(tx, clientId, fields))
    const isAssigned = clinicians ? await setClinicians(tx, clientId, clinicians, clock.now()) : false
    if (found?.isLinked && !isOther && !isAssigned) return ok({ clientId, outcome: 'unchanged' })
    const link = { clientId, resource: 'clients', externalId, rev: 0 }
    const documentId = fedDocumentId(practiceId, 'clients', externalId)
    await putLinks(tx, practiceId, [{ ...link, documentId }])
    const part = { action: 'ehr.client', outcome: 'allowed' } as const
    await appendToRecord(tx, auditOf(actor, clientId, clock.now(), part))
    return ok({ clientId, outcome: found === undefined ? 'created' : 'updated' })
  }

  /** As the client sees it; preferences are the client's own. */
  const putProfile = (actor: Actor, clientId: string, patient: MappedPatient, practice: PracticeFacts) =>
    replication.commit<{ rev: number; changed: boolean }>({
      actor,
      clientId,
      action: 'ehr.put',
      permit: ['ehr'],
      onDevice: false,
      async run({ apply, work }) {
        const known = await readProfileId(work.scope.tx, clientId)
        const id = known ?? fedDocumentId(actor.practiceId, 'profile', clientId)
        const stored = await work.load('profile', id)
        const fields: Record<string, Json | undefined> = {
          ...Object.fromEntries(PROFILE.map((field) => [field, patient.profile[field]])),
          practiceName: practice.name,
          practicePhone: practice.phone,
          practiceTimeZone: practice.timeZone,
          ...(stored === undefined ? { preferences: {} } : {}),
        }
        const edits = Object.entries(fields).flatMap(([field, given]) => {
          const value = given ?? null
          const before = stored === undefined ? null : fieldValue(stored.body, field)
          return equalJson(before, value) ? [] : [{ field, value, at: work.receivedAt }]
        })
        if (stored !== undefined && edits.length === 0) return ok({ rev: stored.rev, changed: false })
        const write = { collection: 'profile', documentId: id, baseRev: stored?.rev ?? 0, edits } as const
        const done = await apply({ ...write, by: 'server', writer: actor.accountId })
        return done.ok ? ok({ rev: done.value.rev, changed: true }) : done
      },
    })

  return async (actor: Actor, externalId: string, patient: MappedPatient): Promise<Result<Fed, Refusal>> => {
    const put = await database.direct((tx) => putRow(tx, actor, externalId, patient))
    if (!put.ok) return put
    const { clientId, outcome } = put.value
    const practice = await database.direct((tx) => readPractice(tx, actor.practiceId))
    const profile = await putProfile(actor, clientId, patient, practice)
    if (!profile.ok) return profile
    const { rev, changed } = profile.value.value
    return ok({
      id: externalId,
      portalId: clientId,
      rev,
      outcome: outcome === 'unchanged' && changed ? 'updated' : outcome,
    })
  }
}
