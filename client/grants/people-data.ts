/** Who has access, as the server answers; checked at the edge. */
import { GRANT_SCOPES, type Granted } from '../../shared/domains/grants/scopes.ts'

export interface Terms {
  readonly scopes: Granted
  /** ms; null: until it is ended. */
  readonly until: number | null
}
export interface Helper extends Terms {
  readonly account: string
  readonly name: string
  readonly email: string
  readonly since: number
}
export interface Invited extends Terms {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly goodUntil: number
}
export interface People {
  readonly people: readonly Helper[]
  readonly invitations: readonly Invited[]
  readonly mayGive: boolean
  readonly latestEnd: number | null
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const list = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.map(object) : []
const moment = (value: unknown): number | null => (typeof value === 'number' ? value : null)

function termsOf({ scopes, until }: Record<string, unknown>): Terms {
  const given = object(scopes)
  const granted = Object.fromEntries(
    GRANT_SCOPES.flatMap((scope) => {
      const level = given[scope]
      return level === 'read' || level === 'write' ? [[scope, level]] : []
    }),
  ) as Granted
  return { scopes: granted, until: moment(until) }
}
const personOf = (row: Record<string, unknown>) => ({
  name: String(row.name),
  email: String(row.email),
  ...termsOf(row),
})

/** Null for what is no such list. */
export function readPeople(body: unknown): People | null {
  const { people, invitations, mayGive, latestEnd } = object(body)
  if (!Array.isArray(people) || !Array.isArray(invitations)) return null
  return {
    people: list(people).map((row) => ({
      ...personOf(row),
      account: String(row.account),
      since: Number(row.since),
    })),
    invitations: list(invitations).map((row) => ({
      ...personOf(row),
      id: String(row.id),
      goodUntil: Number(row.goodUntil),
    })),
    mayGive: mayGive === true,
    latestEnd: moment(latestEnd),
  }
}

export const codeOf = (body: unknown): string => String(object(body).code ?? '')
export const detailOf = (body: unknown): string => String(object(body).detail ?? '')
