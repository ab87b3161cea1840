import { expect, it } from 'vitest'
import { isWithinReach } from './record-reach.ts'

const record = (scopes: string[], own = false) => ({ client: 'c', name: 'Ana', own, scopes, until: null })

it.each([
  ['/forms', ['forms:read'], true],
  ['/forms', ['billing:write'], false],
  ['/forms/1b/section/2', ['forms:read'], false],
  ['/forms/1b/section/2', ['forms:write'], true],
  ['/completed/1b', ['forms:read'], true],
  ['/messages/1b', ['appointments:write'], false],
  ['/messages/new', ['messages:read'], false],
  ['/', [], true],
  ['/sync', [], true],
  ['/account/access', [], true],
])('%s with %j: %s', (path, scopes, expected) => {
  expect(isWithinReach(record(scopes), path)).toBe(expected)
  expect(isWithinReach(record(scopes, true), path)).toBe(true)
})
