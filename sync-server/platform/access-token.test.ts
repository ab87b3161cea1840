import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAccessTokens } from './access-token.ts'
import { createSigningKeys } from './signing-keys.ts'

const NOW = Date.UTC(2026, 0, 1)
const account = '0190a000-0000-7000-8000-000000000001'
const session = '0190a000-0000-7000-8000-000000000002'
const device = '0190a000-0000-7000-8000-000000000003'
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const key = newKey()
const keys = createSigningKeys([key])
const keyThumbprint = 'the-thumbprint-of-a-key-of-some-device'
const claims = { accountId: account, sessionId: session, deviceId: device, keyThumbprint }

interface Forgery {
  key?: KeyObject | Uint8Array
  alg?: string
  typ?: string
  iss?: string
  aud?: string
  exp?: number
  kid?: string
  cnf?: object
}
/** A sound token but for what is given. */
const forge = (forgery: Forgery = {}) =>
  new SignJWT({ sid: session, did: device, cnf: forgery.cnf ?? { jkt: keyThumbprint } })
    .setProtectedHeader({
      alg: forgery.alg ?? 'ES256',
      typ: forgery.typ ?? 'at+jwt',
      kid: forgery.kid ?? keys.signing.kid,
      jku: 'https://evil.example/jwks.json',
    })
    .setIssuer(forgery.iss ?? 'mentalspace-portal')
    .setAudience(forgery.aud ?? 'mentalspace-portal')
    .setSubject(account)
    .setIssuedAt(NOW / 1000)
    .setExpirationTime(forgery.exp ?? NOW / 1000 + 300)
    .sign(forgery.key ?? key)

describe('access tokens', () => {
  let now = NOW
  const tokens = createAccessTokens(keys, { now: () => now })

  it('[S1] are verified for their audience and last five minutes', async () => {
    now = NOW
    const token = await tokens.sign('portal', claims)
    const expected = { ...claims, audience: 'portal' }
    expect(await tokens.verify(token, ['portal'])).toEqual({ ...expected, expiresAt: NOW + 300_000 })
    expect(await tokens.verify(token, ['staff'])).toBeUndefined()
    now = NOW + 300_000
    expect(await tokens.verify(token, ['portal'])).toBeUndefined()
  })

  it('[S1] are refused when anything about them is not ours', async () => {
    now = NOW
    const other = newKey()
    const wide = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
    expect(await tokens.verify(await forge(), ['portal'])).toBeDefined()
    const forgeries: Forgery[] = [
      { key: other },
      { kid: 'unknown' },
      { cnf: {} },
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

  it('[S8] of an older key are good until they end, while another key signs', async () => {
    now = NOW
    const older = await tokens.sign('portal', claims)
    const next = newKey()
    const rotated = createAccessTokens(createSigningKeys([next, key]), { now: () => now })
    const newer = await rotated.sign('portal', claims)
    expect(await rotated.verify(older, ['portal'])).toMatchObject(claims)
    expect(await rotated.verify(newer, ['portal'])).toMatchObject(claims)
    // A server that knows the new key already, and does not sign with it yet.
    const ahead = createAccessTokens(createSigningKeys([key, next]), { now: () => now })
    expect(await ahead.verify(newer, ['portal'])).toMatchObject(claims)
    expect(await tokens.verify(newer, ['portal'])).toBeUndefined()
    expect(createSigningKeys([next, key]).jwks.keys.map(({ kid }) => kid)).toEqual([
      createSigningKeys([next]).signing.kid,
      keys.signing.kid,
    ])
    expect(JSON.stringify(keys.jwks)).not.toContain('"d"')
  })
})
