/**
 * Where the bytes of files lie. What is put here is sealed already (`sealed-parts.ts`): a store sees neither content nor
 * name, nor whose it is. A put that resolved is durable; one that did not has left nothing that can be read.
 */
export interface BlobStore {
  readonly kind: 'disk' | 's3'
  /** The same name again replaces what was there, whole. */
  put(name: BlobName, bytes: Uint8Array): Promise<void>
  /** Undefined where there is none of this name. */
  get(name: BlobName): Promise<Uint8Array | undefined>
  /** Those that are not there are no error. */
  remove(names: readonly BlobName[]): Promise<void>
  close(): Promise<void>
}
declare const isBlobName: unique symbol
export type BlobName = string & { readonly [isBlobName]: true }

const PLACE = /^[0-9a-f]{32}$/

/** Part of a file that lies at `place` (32 hexadecimal digits, made at random): nothing of a request ever becomes a path. */
export function blobName(place: string, part: number): BlobName {
  if (!PLACE.test(place) || !Number.isInteger(part) || part < 0 || part > 9_999)
    throw new Error('This is no place of a file.')
  return `${place.slice(0, 2)}/${place.slice(2)}/${part}` as BlobName
}
