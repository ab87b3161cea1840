/**
 * What the client asks of the practice: written to the replica at once, with no network, and taken back the same way.
 * Everything here resolves when it is sealed on disk.
 */
import type { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import type { Medication } from '../../../shared/domains/medications/schema.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'

interface Ask {
  readonly medication: Pick<Medication, 'id' | 'name' | 'dose'>
  readonly pharmacy: string
  readonly note: string
  readonly now: number
}

/** Leaves out what was not said: a field without a value is no field. */
const said = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([field, text]) => (text.trim() === '' ? [] : [[field, text.trim()]])),
  )

export async function askForRefill(
  replica: ReplicaDatabase,
  { medication, pharmacy, note, now }: Ask,
): Promise<void> {
  const refill: Refill = {
    id: crypto.randomUUID(),
    kind: 'refill',
    status: 'requested',
    subjectId: medication.id,
    medication: { name: medication.name, dose: medication.dose },
    ...said({ pharmacy, note }),
    requestedAt: now,
    updatedAt: now,
  }
  await replica.requests.insert(refill)
}

async function change(replica: ReplicaDatabase, id: string, fields: Partial<Refill>): Promise<void> {
  const found = await replica.requests.findOne(id).exec()
  if (found === null) throw new Error('The request is not on this device.')
  await found.incrementalPatch(fields)
}

export const withdraw = (replica: ReplicaDatabase, id: string): Promise<void> =>
  change(replica, id, { status: 'withdrawn' })

/** The client has the medication. */
export const received = (replica: ReplicaDatabase, id: string): Promise<void> =>
  change(replica, id, { status: 'done' })

export const answer = (replica: ReplicaDatabase, id: string, text: string): Promise<void> =>
  change(replica, id, { status: 'requested', answer: text.trim() })
