/** Accounts of clients and colleagues as the server knows them, checked at the edge. */
export interface ClientAccount {
  readonly clientId: string
  readonly name: string
  readonly state: 'none' | 'invited' | 'active' | 'locked' | 'closed'
  readonly accountId: string | null
  readonly canBeMailed: boolean
  readonly lockedUntil: number | null
}
export interface ClientAccounts {
  readonly items: readonly ClientAccount[]
  readonly next: string | null
}
export interface Invitation {
  readonly link: string
  readonly expiresAt: number
  readonly mailed: boolean
}
export type StaffRole = 'clinician' | 'front-desk' | 'admin'
export interface Colleague {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: StaffRole
  readonly state: 'invited' | 'active' | 'locked'
}

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))

/** Null for anything that is not what the server promises. */
export const readClientAccounts = (body: unknown): ClientAccounts | null =>
  has(body, 'items', 'next') &&
  Array.isArray(body.items) &&
  body.items.every((item: unknown) => has(item, 'clientId', 'name', 'state', 'canBeMailed'))
    ? (body as unknown as ClientAccounts)
    : null

export const readTeam = (body: unknown): readonly Colleague[] | null =>
  has(body, 'items') &&
  Array.isArray(body.items) &&
  body.items.every((item: unknown) => has(item, 'id', 'name', 'email', 'role', 'state'))
    ? (body.items as unknown as readonly Colleague[])
    : null

export const readInvitation = (body: unknown): Invitation | null =>
  has(body, 'link', 'expiresAt', 'mailed') ? (body as unknown as Invitation) : null

/** A program, such as the record system. */
export interface Machine {
  readonly id: string
  readonly name: string
  readonly lastUsedAt: number | null
}

export const readMachines = (body: unknown): readonly Machine[] | null =>
  has(body, 'items') &&
  Array.isArray(body.items) &&
  body.items.every((item: unknown) => has(item, 'id', 'name', 'lastUsedAt'))
    ? (body.items as unknown as readonly Machine[])
    : null

export const MACHINES_PATH = '/api/v1/staff/ehr-accounts'
export const revokeMachinePath = (id: string) => `${MACHINES_PATH}/${encodeURIComponent(id)}/revoke`
export const TEAM_PATH = '/api/v1/staff/team'
export const closePath = (accountId: string) => `${TEAM_PATH}/${encodeURIComponent(accountId)}/close`
export const unlockPath = (accountId: string) =>
  `/api/v1/staff/accounts/${encodeURIComponent(accountId)}/unlock`
export const signOutPath = (accountId: string) => `${TEAM_PATH}/${encodeURIComponent(accountId)}/sign-out`
export const resetFactorsPath = (accountId: string) =>
  `/api/v1/staff/accounts/${encodeURIComponent(accountId)}/reset-factors`
export const invitePath = (clientId: string) => `/api/v1/staff/clients/${encodeURIComponent(clientId)}/invite`

export const clientAccounts = (search: string, cursor?: string) => ({
  path: '/api/v1/staff/accounts/search',
  search: { ...(search !== '' && { search }), ...(cursor !== undefined && { cursor }) },
})

/** The code of a refusal, or that nobody answered. */
export const whyNot = ({ status, body }: { status: number; body: unknown }): string =>
  status === 0 ? 'unreachable' : has(body, 'code') ? String(body.code) : 'unavailable'
