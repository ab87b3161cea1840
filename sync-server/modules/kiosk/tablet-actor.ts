/** A tablet acts as itself: what it may do for whom is asked with the visit. */
import type { AccountId } from '../../../shared/kernel/brand.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { Caller } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import type { TabletRow } from './tablet-store.ts'

export const notEnrolled = refusal('not_authenticated', 'This tablet is not enrolled.')

export const tabletActor = ({ id, practiceId, name }: TabletRow, { ip, userAgent }: Caller): Actor => ({
  accountId: id as AccountId,
  role: 'kiosk',
  practiceId,
  deviceId: null,
  name,
  ip,
  userAgent,
})
