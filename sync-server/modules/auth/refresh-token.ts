/**
 * Refresh tokens: `<session>.<generation>.<256-bit HMAC>`. They are derived, so that the database holds nothing usable
 * (a hash only) and yet the same successor can be given again within the grace period; and an old generation with a
 * sound MAC is proof that a token was used twice, while a made-up one proves nothing and revokes nothing.
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

export interface RefreshTokens {
  issue(sessionId: string, generation: number): string
  /** Undefined for what this server never issued. */
  parse(token: string): { readonly sessionId: string; readonly generation: number } | undefined
  /** What is stored. */
  hash(token: string): string
}

const SHAPE = /^([0-9a-f-]{36})\.(\d{1,9})\.([\w-]{43})$/

export function createRefreshTokens(secret: Uint8Array): RefreshTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), 'portal refresh token v1', 32))
  const mac = (sessionId: string, generation: number) =>
    createHmac('sha256', key).update(`${sessionId}.${generation}`).digest()
  return {
    issue: (sessionId, generation) =>
      `${sessionId}.${generation}.${mac(sessionId, generation).toString('base64url')}`,
    parse: (token) => {
      const [, sessionId = '', generation = '', given = ''] = SHAPE.exec(token) ?? []
      if (sessionId === '') return undefined
      const bytes = Buffer.from(given, 'base64url')
      const expected = mac(sessionId, Number(generation))
      const sound = bytes.length === expected.length && timingSafeEqual(bytes, expected)
      return sound ? { sessionId, generation: Number(generation) } : undefined
    },
    hash: (token) => createHash('sha256').update(token).digest('base64url'),
  }
}
