/**
 * The bytes of a file as they lie in a store: part by part in envelopes under the file's own key, each bound to its
 * client, file and number. The key is sealed with the client's data key in the file's row, so that a new data key
 * re-seals the row alone, and destroying the client's keys destroys the file. SPEC: shared/crypto/SPEC.md, E1.
 */

import { type EnvelopeContext, openOfAnyVersionNow, sealNow } from '../../shared/crypto/envelope.ts'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import { type BlobStore, blobName } from './blob-store.ts'
import { randomBytesOf } from './key-provider.ts'
import { createNodeDataKey } from './node-data-key.ts'

export interface FilePlace {
  readonly clientId: string
  readonly fileId: string
  /** In the store. */
  readonly place: string
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly bytes: number
}

/** A part is not there, or is not what was put there. */
export class BrokenFile extends Error {
  override readonly name = 'BrokenFile'
}

const KEY_ID = 'file'
const contextOf = ({ clientId, fileId }: FilePlace, part: number): EnvelopeContext => ({
  account: 'server',
  client: clientId,
  collection: 'file-part',
  documentId: `${fileId}/${part}`,
  schemaVersion: 1,
})

export const newFileKey = (): Uint8Array => Uint8Array.from(randomBytesOf(32))
export const newFilePlace = (): string => Buffer.from(randomBytesOf(16)).toString('hex')

export function putPart(store: BlobStore, file: FilePlace, part: number, bytes: Uint8Array): Promise<void> {
  const sealed = sealNow(createNodeDataKey(file.key, KEY_ID), bytes, contextOf(file, part), randomBytesOf)
  return store.put(blobName(file.place, part), sealed)
}

/** `from`: the first part that is wanted. One part in memory at a time. Throws BrokenFile where what lies there is not the whole file. */
export async function* readParts(
  store: BlobStore,
  file: FilePlace,
  parts: number,
  from = 0,
): AsyncGenerator<Uint8Array> {
  const key = createNodeDataKey(file.key, KEY_ID)
  let bytes = from * PART_BYTES
  for (let part = from; part < parts; part++) {
    const sealed = await store.get(blobName(file.place, part))
    if (sealed === undefined) throw new BrokenFile(`Part ${part} of a file is not in the store.`)
    const opened = openOfAnyVersionNow(key, sealed, contextOf(file, part))
    if (!opened.ok) throw new BrokenFile(`Part ${part} of a file does not open (${opened.error}).`)
    bytes += opened.value.plaintext.length
    yield opened.value.plaintext
  }
  if (bytes !== file.bytes) throw new BrokenFile('A file is not as long as it was.')
}
