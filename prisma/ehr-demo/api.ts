/**
 * A client of the record system's door, as any other program would be one: a signed assertion becomes a token, the token
 * goes along. Knows nothing of the server but its API.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { importJWK, type JWK, SignJWT } from 'jose'

export interface Item {
  readonly type: string
  readonly id: string
  readonly resource: object
}
export interface ItemResult {
  readonly type: string
  readonly id: string
  readonly result?: { readonly outcome: 'created' | 'updated' | 'unchanged' }
  readonly error?: { readonly code: string; readonly detail: string }
}
interface AccountFile {
  readonly accountId: string
  readonly keyId: string
  readonly alg: string
  readonly privateKey: JWK
}
const RENEW_BEFORE_MS = 60_000
const TRIES = 8

export function createApi(url: string, accountFile: string) {
  const account = JSON.parse(readFileSync(accountFile, 'utf8')) as AccountFile
  const tokenUrl = `${url}/api/v1/ehr/token`
  let token = { text: '', until: 0 }

  async function renew(): Promise<string> {
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: account.alg, kid: account.keyId })
      .setIssuer(account.accountId)
      .setSubject(account.accountId)
      .setAudience(tokenUrl)
      .setExpirationTime('2 minutes')
      .sign(await importJWK(account.privateKey, account.alg))
    const answer = await fetch(tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    })
    if (!answer.ok) throw new Error(`No token: ${answer.status} ${await answer.text()}`)
    const given = (await answer.json()) as { access_token: string; expires_in: number }
    token = { text: given.access_token, until: Date.now() + given.expires_in * 1000 }
    return token.text
  }
  let renewing: Promise<string> | undefined
  const current = (): string | Promise<string> => {
    if (token.until - RENEW_BEFORE_MS > Date.now()) return token.text
    renewing ??= renew().finally(() => {
      renewing = undefined
    })
    return renewing
  }

  /** A number, ms: it may pass; come back not before. */
  const attempt = async (items: readonly Item[]): Promise<readonly ItemResult[] | number> => {
    const answer = await fetch(`${url}/api/v1/ehr/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await current()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ items }),
    })
    if (answer.ok) return ((await answer.json()) as { items: ItemResult[] }).items
    if (answer.status === 429 || answer.status >= 500)
      return Number(answer.headers.get('retry-after') ?? 0) * 1000
    throw new Refused(`${answer.status} ${await answer.text()}`)
  }

  return {
    /** Whatever is sent again changes nothing: so everything that may pass is tried again. */
    async putMany(items: readonly Item[]): Promise<readonly ItemResult[]> {
      for (let tried = 1; tried <= TRIES; tried++) {
        const answer = await attempt(items).catch((error: unknown) => {
          if (error instanceof Refused) throw error
          return 0
        })
        if (typeof answer !== 'number') return answer
        await new Promise((resolve) => setTimeout(resolve, Math.max(answer, 250 * 2 ** tried)))
      }
      throw new Error(`The server at ${url} did not take it, ${TRIES} times.`)
    },
  }
}

class Refused extends Error {}
