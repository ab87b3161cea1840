/** Personal information, read-only for clients, and preferences, which merge entry by entry. */
import { isPreference } from '../../../shared/domains/profile/preferences.ts'
import { Profile } from '../../../shared/domains/profile/schema.ts'
import { err, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Collection, Decision, Write } from '../../replication/collection.ts'
import { createTableCollection, putRecord } from '../../replication/record-collection.ts'
import type { WorkingSet } from '../../replication/working-set.ts'

const ofPractice = createTableCollection({
  collection: 'profile',
  table: 'profile',
  schema: Profile,
  columns: {},
  project: () => ({}),
})

const ENTRY = 'preferences/'

async function applyPreferences(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const stored = await work.load('profile', write.documentId)
  if (stored === undefined || stored.deleted) return err(refusal('not_found', 'There is no such profile.'))
  const known = write.edits.every(
    ({ field, value }) => field.startsWith(ENTRY) && isPreference(field.slice(ENTRY.length), value),
  )
  return known
    ? putRecord(work, write)
    : err(refusal('not_permitted', 'Only preferences can be changed here; ask your practice for the rest.'))
}

export const profile: Collection = {
  ...ofPractice,
  decide: (work, write) =>
    write.by === 'client' ? applyPreferences(work, write) : ofPractice.decide(work, write),
}
