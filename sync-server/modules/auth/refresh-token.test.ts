import { randomBytes, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createRefreshTokens } from './refresh-token.ts'

it('derives the same successor again, and only for its own session and generation', () => {
  const tokens = createRefreshTokens(randomBytes(32))
  const session = randomUUID()
  expect(tokens.issue(session, 2)).toBe(tokens.issue(session, 2))
  expect(tokens.issue(session, 2)).not.toBe(tokens.issue(session, 3))
  expect(tokens.parse(tokens.issue(session, 2))).toEqual({ sessionId: session, generation: 2 })
})

it('does not take what this server never issued', () => {
  const tokens = createRefreshTokens(randomBytes(32))
  const session = randomUUID()
  const [, , mac] = tokens.issue(session, 2).split('.')
  expect(tokens.parse(`${session}.3.${mac}`)).toBeUndefined()
  expect(tokens.parse(`${randomUUID()}.2.${mac}`)).toBeUndefined()
  expect(tokens.parse(createRefreshTokens(randomBytes(32)).issue(session, 2))).toBeUndefined()
  expect(tokens.parse('')).toBeUndefined()
})
