import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAccessTokens } from './access-token.ts'

const NOW = Date.UTC(2026, 0, 1)
const account = '0190a000-0000-7000-8000-000000000001'
const session = '0190a000-0000-7000-8000-000000000002'
const device = '0190a000-0000-7000-8000-000000000003'
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const claims = { accountId: account, sessionId: session, deviceId: device, role: 'client' }

interface Forgery {
  key?: KeyObject | Uint8Array
  alg?: string
  typ?: string
  iss?: string
  aud?: string
  exp?: number
}
/** A sound token but for what is given. */
const forge = (forgery: Forgery = {}) =>
  new SignJWT({ sid: session, did: device, role: 'client' })
    .setProtectedHeader({ alg: forgery.alg ?? 'ES256', typ: forgery.typ ?? 'at+jwt' })
    .setIssuer(forgery.iss ?? 'mentalspace-portal')
    .setAudience(forgery.aud ?? 'mentalspace-portal')
    .setSubject(account)
    .setIssuedAt(NOW / 1000)
    .setExpirationTime(forgery.exp ?? NOW / 1000 + 300)
    .sign(forgery.key ?? key)

describe('access tokens', () => {
  let now = NOW
  const tokens = createAccessTokens(key, { now: () => now })

  it('are verified for their audience and last five minutes', async () => {
    now = NOW
    const token = await tokens.sign('portal', claims)
    const expected = { accountId: account, sessionId: session, deviceId: device, audience: 'portal' }
    expect(await tokens.verify(token, ['portal'])).toEqual({ ...expected, expiresAt: NOW + 300_000 })
    expect(await tokens.verify(token, ['staff'])).toBeUndefined()
    now = NOW + 300_000
    expect(await tokens.verify(token, ['portal'])).toBeUndefined()
  })

  it('are refused when anything about them is not ours', async () => {
    now = NOW
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const wide = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
    expect(await tokens.verify(await forge(), ['portal'])).toBeDefined()
    const forgeries: Forgery[] = [
      { key: other },
      { key: wide, alg: 'ES384' },
      { key: new TextEncoder().encode('a secret that is long enough for HS256'), alg: 'HS256' },
      { typ: 'JWT' },
      { iss: 'somebody' },
      { aud: 'mentalspace-staff' },
      { exp: NOW / 1000 - 1 },
    ]
    for (const forgery of forgeries)
      expect(await tokens.verify(await forge(forgery), ['portal']), JSON.stringify(forgery)).toBeUndefined()
    const [, body] = (await forge()).split('.')
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
    expect(await tokens.verify(`${none}.${body}.`, ['portal'])).toBeUndefined()
    expect(await tokens.verify('', ['portal'])).toBeUndefined()
  })
})
