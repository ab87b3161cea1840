/** The account's devices as the server knows them, checked at the edge. Who else is signed in can only be asked there. */
export interface AccountDevice {
  readonly id: string
  readonly name: string
  readonly lastSeenAt: number | null
  readonly lastIp: string | null
  readonly signedIn: boolean
  readonly revokedAt: number | null
  readonly wipedAt: number | null
  readonly current: boolean
}

const isDevice = (value: unknown): value is AccountDevice => {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, current } = value as Partial<AccountDevice>
  return typeof id === 'string' && typeof name === 'string' && typeof current === 'boolean'
}

/** Null for anything that is not what the server promises. */
export function readDevices(body: unknown): readonly AccountDevice[] | null {
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'items') : undefined
  return Array.isArray(items) && items.every(isDevice) ? items : null
}

export const DEVICES_PATH = '/api/v1/portal/auth/devices'

/** What can be done about a device. */
export type DeviceAction =
  | { readonly do: 'sign-out'; readonly device: AccountDevice }
  | { readonly do: 'wipe'; readonly device: AccountDevice }
  | { readonly do: 'sign-out-others' }

export const requestOf = (action: DeviceAction): { method: string; path: string } =>
  action.do === 'sign-out-others'
    ? { method: 'POST', path: `${DEVICES_PATH}/sign-out-others` }
    : action.do === 'wipe'
      ? { method: 'DELETE', path: `${DEVICES_PATH}/${action.device.id}` }
      : { method: 'POST', path: `${DEVICES_PATH}/${action.device.id}/sign-out` }

export const codeOf = (body: unknown): unknown =>
  typeof body === 'object' && body !== null ? Reflect.get(body, 'code') : undefined
