/**
 * The password slot of a device: Argon2id (32 MiB, t=3, p=1) over the password, then shared/crypto/password-slot with
 * the device secret. One wrong guess costs one Argon2id, on the device or on a copy of its disk.
 */
import { argon2id } from 'hash-wasm'
import type { Bytes, RandomBytes } from '../../shared/crypto/bytes.ts'
import { type SlotOwner, unwrapDataKey, wrapDataKey } from '../../shared/crypto/password-slot.ts'

const COST = { memorySize: 32 * 1024, iterations: 3, parallelism: 1, hashLength: 32 } as const

/** The salt is the device secret: random and used for this slot only. */
const hashPassword = (password: string, deviceSecret: Uint8Array): Promise<Uint8Array> =>
  argon2id({ ...COST, password: password.normalize('NFKC'), salt: deviceSecret, outputType: 'binary' })

export interface NewSlot {
  readonly deviceSecret: Bytes
  readonly passwordSlot: Bytes
}

export async function makeSlot(
  password: string,
  rawKey: Uint8Array,
  owner: SlotOwner,
  random: RandomBytes,
): Promise<NewSlot> {
  const deviceSecret = random(32)
  const passwordHash = await hashPassword(password, deviceSecret)
  const passwordSlot = await wrapDataKey({ passwordHash, deviceSecret }, rawKey, owner, random)
  passwordHash.fill(0)
  return { deviceSecret, passwordSlot }
}

/** The raw data key (overwrite it after import), or null for a wrong password. */
export async function openSlot(
  password: string,
  slot: { readonly deviceSecret: Uint8Array; readonly passwordSlot: Uint8Array | null },
  owner: SlotOwner,
): Promise<Bytes | null> {
  if (slot.passwordSlot === null) return null
  const passwordHash = await hashPassword(password, slot.deviceSecret)
  const raw = await unwrapDataKey({ passwordHash, deviceSecret: slot.deviceSecret }, slot.passwordSlot, owner)
  passwordHash.fill(0)
  return raw.ok ? raw.value : null
}
