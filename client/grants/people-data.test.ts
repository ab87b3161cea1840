import { expect, it } from 'vitest'
import { readPeople } from './people-data.ts'

it('reads who has access, and nothing that it does not know', () => {
  const terms = { scopes: { forms: 'write', labs: 'read', billing: 'own' }, until: null }
  const body = {
    people: [{ account: 'a', name: 'Ana', email: 'a@test', since: 7, ...terms }],
    invitations: [],
    mayGive: true,
    latestEnd: null,
  }
  expect(readPeople(body)?.people).toEqual([
    { account: 'a', name: 'Ana', email: 'a@test', since: 7, scopes: { forms: 'write' }, until: null },
  ])
  expect(readPeople({ items: [] })).toBeNull()
  expect(readPeople(null)).toBeNull()
})
