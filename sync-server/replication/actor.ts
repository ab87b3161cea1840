import type { AccountId, ClientId, DeviceId } from '../../shared/kernel/brand.ts'

export type Role = 'client' | 'proxy' | 'clinician' | 'front-desk' | 'admin' | 'ehr' | 'kiosk'

/** Who acts, as established by the edge (token, device). Grants are looked up inside the transaction, never trusted from here. */
export interface Actor {
  readonly accountId: AccountId
  readonly role: Role
  readonly practiceId: string
  /** The account's own record; absent for staff. */
  readonly ownClientId?: ClientId
  /** Null for REST calls of staff and for server work. */
  readonly deviceId: DeviceId | null
  readonly name: string
  readonly ip: string
  readonly userAgent: string
}
