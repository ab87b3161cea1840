/**
 * Which pages there are for the record on the screen: of somebody else's only what was granted. The worker and the server
 * hold nothing else of it anyway; this only offers no door to an empty room.
 */
import { covers, type GrantLevel, type GrantScope, grantedOf } from '../../shared/domains/grants/scopes.ts'
import type { OpenRecord } from '../replica/portal-session.ts'

/** By the beginning of the address. What is not named here is about the account, or shows what there is. */
const AREAS: readonly (readonly [path: string, scope: GrantScope, level: GrantLevel])[] = [
  ['/appointments', 'appointments', 'read'],
  ['/messages/new', 'messages', 'write'],
  ['/messages', 'messages', 'read'],
  ['/forms/', 'forms', 'write'],
  ['/forms', 'forms', 'read'],
  ['/completed', 'forms', 'read'],
  ['/receipt', 'forms', 'read'],
  ['/documents', 'documents', 'read'],
  ['/billing/pay', 'billing', 'write'],
  ['/billing/methods', 'billing', 'write'],
  ['/billing', 'billing', 'read'],
  ['/prescriptions/', 'prescriptions', 'write'],
  ['/prescriptions', 'prescriptions', 'read'],
  ['/profile', 'profile', 'read'],
]

export function isWithinReach(record: OpenRecord | null | undefined, path: string): boolean {
  if (!record || record.own) return true
  const area = AREAS.find(
    ([begin]) => path === begin || path.startsWith(begin.endsWith('/') ? begin : `${begin}/`),
  )
  return area === undefined || covers(grantedOf(record.scopes), area[1], area[2])
}
