/** A device's key, outside of a browser: makes the proofs that the server asks for, honest ones and others. */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { SignJWT } from 'jose'
import { socketProofText } from '../../shared/protocol/possession.ts'

export interface DeviceKey {
  /** Public half, as the server stores it. */
  readonly point: string
  /** RFC 7638. */
  readonly thumbprint: string
  readonly privateKey: KeyObject
  /** What the server gave last; proofs carry it. */
  nonce: string | undefined
  /** The `DPoP` header. `change`: claims that are otherwise. */
  proof(
    request: ProvedRequest,
    change?: Record<string, unknown>,
    header?: Record<string, unknown>,
  ): Promise<string>
  sign(text: string): Promise<string>
  /** What a socket says of itself at the handshake, once the connection has its name. */
  handshake(url: string, ticket: string): (challenge: string) => { readonly t: string; readonly s: string }
}
export interface ProvedRequest {
  readonly method: string
  readonly url: string
  readonly token?: string | undefined
}

export function createDeviceKey(): DeviceKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const jwk = { kty: 'EC', crv: 'P-256', x, y }
  const hash = (text: string) => createHash('sha256').update(text).digest('base64url')
  const signed = (text: string) =>
    sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  const key: DeviceKey = {
    point: `${x}.${y}`,
    thumbprint: hash(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y })),
    privateKey,
    nonce: undefined,
    proof: ({ method, url, token }, change = {}, header = {}) =>
      new SignJWT({
        jti: randomUUID(),
        htm: method,
        htu: url.split('?')[0],
        iat: Math.floor(Date.now() / 1000),
        ...(key.nonce !== undefined && { nonce: key.nonce }),
        ...(token !== undefined && { ath: hash(token) }),
        ...change,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
        .sign(privateKey),
    sign: async (text) => signed(text),
    handshake: (url, ticket) => (challenge) => ({
      t: ticket,
      s: signed(socketProofText({ host: new URL(url).host, challenge, ticket })),
    }),
  }
  return key
}
