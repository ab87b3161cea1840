/**
 * The bytes of one file on this device: sealed part by part under the file's own key, each bound to its place. Whoever
 * holds the file's card (sealed in the replica) reads it; without it the parts are noise. SPEC: client/replica/SPEC.md, R52.
 */
import { openOfAnyVersion, seal } from '../../../shared/crypto/envelope.ts'
import type { DataKey } from '../../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../../shared/crypto/web-data-key.ts'
import { PART_BYTES, partsOf } from '../../../shared/domains/documents/limits.ts'
import { bytesOf, textOf } from './base64url.ts'
import type { WorkerEnvironment } from './environment.ts'
import type { FileStore } from './file-store.ts'
import type { SealOwner } from './sealer.ts'

/** What has to be known of a file to open it. */
export interface FileCard {
  readonly key: string
  readonly bytes: number
  /** Of the whole, hex. */
  readonly sha256: string
}

export interface FileParts {
  newKey(): string
  put(id: string, card: Pick<FileCard, 'key'>, part: number, bytes: Uint8Array): Promise<void>
  /** Undefined where it is missing, or is not what was put here. */
  get(id: string, card: Pick<FileCard, 'key'>, part: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** The whole; undefined where any of it is not what was announced. */
  read(id: string, card: FileCard): Promise<Uint8Array<ArrayBuffer> | undefined>
}

interface Deps {
  readonly store: Pick<FileStore, 'put' | 'get'>
  readonly owner: SealOwner
  readonly random: WorkerEnvironment['random']
}

export function createFileParts({ store, owner, random }: Deps): FileParts {
  const place = (id: string, part: number) => ({
    ...owner,
    collection: 'kept-file',
    documentId: `${id}/${part}`,
    schemaVersion: 1,
  })
  const keyOf = ({ key }: Pick<FileCard, 'key'>): Promise<DataKey> =>
    createWebDataKey(crypto.subtle, bytesOf(key), 'file')
  const get = async (id: string, key: DataKey, part: number) => {
    const sealed = await store.get(id, part)
    const opened = sealed && (await openOfAnyVersion(key, sealed, place(id, part)))
    return opened?.ok ? opened.value.plaintext.slice() : undefined
  }
  return {
    newKey: () => textOf(random(32)),
    put: async (id, card, part, bytes) =>
      store.put(id, part, await seal(await keyOf(card), bytes, place(id, part), random)),
    get: async (id, card, part) => get(id, await keyOf(card), part),
    async read(id, card) {
      const key = await keyOf(card)
      const whole = new Uint8Array(card.bytes)
      for (let part = 0; part < partsOf(card.bytes); part++) {
        const bytes = await get(id, key, part)
        if (bytes === undefined) return undefined
        whole.set(bytes, part * PART_BYTES)
      }
      return (await sha256(whole)) === card.sha256 ? whole : undefined
    },
  }
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
