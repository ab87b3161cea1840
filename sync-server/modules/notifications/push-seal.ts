/** What is kept sealed for push: the addresses of devices and the secret half of the portal's key. */
import { createHmac, hkdfSync } from 'node:crypto'
import { fromUtf8, utf8 } from '../../../shared/crypto/bytes.ts'
import { open, sealNow } from '../../../shared/crypto/envelope.ts'
import { randomBytesOf } from '../../platform/key-provider.ts'
import { createNodeDataKey } from '../../platform/node-data-key.ts'

export interface PushSeal {
  seal(what: 'push_key' | 'push_subscription', id: string, text: string): Uint8Array
  /** Undefined for what was changed, moved, or sealed under another key. */
  open(what: 'push_key' | 'push_subscription', id: string, sealed: Uint8Array): Promise<string | undefined>
  endpointTag(endpoint: string): string
}

export function createPushSeal(pepper: Uint8Array): PushSeal {
  const derive = (info: string) => new Uint8Array(hkdfSync('sha256', pepper, new Uint8Array(), info, 32))
  const key = createNodeDataKey(derive('push addresses v1'), 'push-1')
  const tagKey = derive('push tags v1')
  const place = (collection: string, documentId: string) => ({
    account: 'server',
    client: '',
    collection,
    documentId,
    schemaVersion: 1,
  })
  return {
    seal: (what, id, text) => sealNow(key, utf8(text), place(what, id), randomBytesOf),
    async open(what, id, sealed) {
      const opened = await open(key, sealed, place(what, id))
      return opened.ok ? fromUtf8(opened.value) : undefined
    },
    endpointTag: (endpoint) => createHmac('sha256', tagKey).update(endpoint).digest('base64url'),
  }
}
