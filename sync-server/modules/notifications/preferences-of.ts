/** What a reader chose and where they are reached, from the sealed profile of their own record. */
import type { Preferences } from '../../../shared/domains/profile/preferences.ts'
import { Profile } from '../../../shared/domains/profile/schema.ts'
import type { AccountId, ClientId } from '../../../shared/kernel/brand.ts'
import { ok } from '../../../shared/kernel/result.ts'
import type { Actor } from '../../replication/actor.ts'
import { toClient } from '../../replication/document-store.ts'
import type { Replication } from '../../replication/replication.ts'
import { type Reader, readProfileId } from './notification-store.ts'

export interface Reached {
  readonly preferences: Preferences
  readonly phone: string | undefined
}
const NOTHING: Reached = { preferences: {}, phone: undefined }

/** The server on behalf of the account, for its own record alone. */
export const onBehalfOf = (reader: Reader, userAgent: string): Actor => ({
  accountId: reader.accountId as AccountId,
  role: reader.role,
  practiceId: reader.practiceId,
  ...(reader.ownClientId !== null && { ownClientId: reader.ownClientId as ClientId }),
  deviceId: null,
  name: reader.name,
  ip: 'local',
  userAgent,
})

export async function reachedOf(replication: Pick<Replication, 'read'>, reader: Reader): Promise<Reached> {
  const clientId = reader.role === 'client' ? reader.ownClientId : null
  if (clientId === null) return NOTHING
  const read = await replication.read<Reached>({
    actor: onBehalfOf(reader, 'notifications'),
    clientId,
    action: 'notify.profile',
    permit: ['own'],
    onDevice: false,
    // Where they want to be reached is no health data, and nobody has looked at it.
    describe: () => null,
    run: async ({ scope, documents }) => {
      const id = await readProfileId(scope.tx, clientId)
      const [document] = id === undefined ? [] : await documents('profile', [id])
      const profile = document && Profile.safeParse(toClient(document))
      if (!profile?.success) return ok(NOTHING)
      const { preferences, phone } = profile.data
      return ok({ preferences, phone })
    },
  })
  // An account that was closed a moment ago hears nothing more than it would anyway.
  return read.ok ? read.value : NOTHING
}
