/** Argon2id of what opens a visit, and of the staff's PIN: the same as on the tablet, which has to do it with no network. */
import { hashRaw } from '@node-rs/argon2'
import { VISIT_HASH } from '../../../shared/crypto/visit-slot.ts'

export const slowHash = (secret: string | Uint8Array, salt: Uint8Array): Promise<Uint8Array> =>
  hashRaw(secret, {
    /** Argon2id (the package has a const enum, which isolated modules cannot import). */
    algorithm: 2,
    memoryCost: VISIT_HASH.memoryKiB,
    timeCost: VISIT_HASH.passes,
    parallelism: VISIT_HASH.lanes,
    outputLen: VISIT_HASH.bytes,
    salt,
  })
