/** Secrets of authenticator apps as they lie in the database: sealed under a key of the server's, bound to their account. */
import { hkdfSync } from 'node:crypto'
import { open, seal } from '../../../../shared/crypto/envelope.ts'
import { randomBytesOf } from '../../../platform/key-provider.ts'
import { createNodeDataKey } from '../../../platform/node-data-key.ts'

export interface TotpSeal {
  seal(secret: Uint8Array, accountId: string): Promise<Uint8Array>
  /** Undefined for what was changed, moved, or sealed under another key. */
  open(sealed: Uint8Array, accountId: string): Promise<Uint8Array | undefined>
}

export function createTotpSeal(pepper: Uint8Array): TotpSeal {
  const raw = new Uint8Array(hkdfSync('sha256', pepper, new Uint8Array(), 'totp secrets v1', 32))
  const key = createNodeDataKey(raw, 'totp-1')
  const place = (accountId: string) => ({
    account: accountId,
    client: '',
    collection: 'totp_factor',
    documentId: accountId,
    schemaVersion: 1,
  })
  return {
    seal: (secret, accountId) => seal(key, Uint8Array.from(secret), place(accountId), randomBytesOf),
    async open(sealed, accountId) {
      const opened = await open(key, sealed, place(accountId))
      return opened.ok ? opened.value : undefined
    },
  }
}
