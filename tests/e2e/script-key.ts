/** A device's key in the hands of a script on the page, as an attacker with a login of their own would make one. */
import type { Page } from '@playwright/test'

/** What `page.evaluate` finds at `window.scriptKey` afterwards. */
export interface ScriptKey {
  /** Proves the key with every request, `token` or not; once more with the nonce that the server asks for. */
  fetch(path: string, init?: RequestInit, token?: string): Promise<Response>
  /** What a hand-written socket says once the server has named its connection. */
  handshake(challenge: string, ticket: string): Promise<{ t: string; s: string }>
}
declare global {
  interface Window {
    scriptKey: ScriptKey
  }
}

/** Until the page is left. */
export const installScriptKey = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
    const bytes = (text: string) => new TextEncoder().encode(text)
    const base64 = (data: ArrayBuffer | Uint8Array) =>
      btoa(String.fromCharCode(...new Uint8Array(data)))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '')
    const sign = async (text: string) => base64(await crypto.subtle.sign(algorithm, privateKey, bytes(text)))
    let nonce: string | undefined
    const proof = async (method: string, path: string, token?: string) => {
      const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } }
      const ath = token && base64(await crypto.subtle.digest('SHA-256', bytes(token)))
      const htu = (location.origin + path).split('?')[0]
      const claims = { jti: crypto.randomUUID(), htm: method, htu, iat: 1, nonce, ath }
      const text = [header, claims].map((part) => base64(bytes(JSON.stringify(part)))).join('.')
      return `${text}.${await sign(text)}`
    }
    window.scriptKey = {
      async fetch(path, init = {}, token) {
        const once = async () => {
          const headers = new Headers(init.headers)
          headers.set('dpop', await proof(init.method ?? 'GET', path, token))
          if (token) headers.set('authorization', `DPoP ${token}`)
          const response = await fetch(path, { ...init, headers })
          nonce = response.headers.get('dpop-nonce') ?? nonce
          return response
        }
        const first = await once()
        return first.status === 401 && first.headers.has('dpop-nonce') ? once() : first
      },
      async handshake(challenge, ticket) {
        return { t: ticket, s: await sign(['portal-socket-1', location.host, challenge, ticket].join('\n')) }
      },
    }
  })
