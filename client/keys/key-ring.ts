/**
 * The accounts of this device, in a small database of its own, so that a replica can be found and destroyed without
 * its key. Holds no name and no address: an account is known by a salted hash of its e-mail address and by random ids.
 * Deleting an entry destroys the only copy of its key. SPEC: client/replica/SPEC.md, R18.
 */
import { Dexie, type EntityTable } from 'dexie'
import type { PasskeyLock } from '../../shared/crypto/passkey-slot.ts'
import type { BoxRecipient } from '../../shared/crypto/sealed-box.ts'

/** The local data key, sealed to what only this passkey makes. */
export interface PasskeySlot extends PasskeyLock {
  readonly slot: Uint8Array
}

/** The local data key, sealed to a key of the server's. */
export interface EscrowSlot extends BoxRecipient {
  readonly slot: Uint8Array
}

/** A data key of before, sealed under the one that followed it: it opens what it sealed. */
export interface OlderKey {
  readonly keyId: string
  readonly sealed: Uint8Array
}

/** The replica of somebody else's record; its key is sealed under the entry's own. */
export interface RecordEntry {
  readonly clientId: string
  readonly databaseName: string
  readonly keyId: string
  readonly key: Uint8Array
  /** As the key, under the entry's own. */
  readonly olderKeys?: readonly OlderKey[]
  /** Where it lay before it was made anew, until what was typed there has been carried over. */
  readonly former?: FormerRecord
}

export interface FormerRecord {
  readonly databaseName: string
  /** As they were, the present one of that time first. Empty: all is carried over, and the database is about to go. */
  readonly keys: readonly OlderKey[]
}

/** Fields are only ever added, and optional: entries of older builds open as they are. */
export interface RingEntry {
  /** Random, of this device. */
  readonly id: string
  /** SHA-256 of device salt and lower-case e-mail address, hex. */
  readonly emailHash: string
  /** Random name of the database of the own record's replica. */
  readonly databaseName: string
  /** The server's ids: opaque, and part of what every envelope is bound to. `clientId`: '' without a record of one's own. */
  readonly accountId: string
  readonly clientId: string
  readonly deviceId: string
  readonly keyId: string
  readonly deviceSecret: Uint8Array
  /** The local data key, wrapped by password and device secret; null after too many wrong passwords. */
  readonly passwordSlot: Uint8Array | null
  readonly passkeySlots?: readonly PasskeySlot[]
  readonly escrowSlot?: EscrowSlot
  readonly olderKeys?: readonly OlderKey[]
  /** The data key is to be replaced when a password opens it next. */
  readonly rotates?: boolean
  /** Of people this account looks after. */
  readonly records?: readonly RecordEntry[]
  /** Sealed: whose account it is, and which records it may open (account-card.ts). */
  readonly card?: Uint8Array
  /** Whose record was on the screen last. */
  readonly lastRecord?: string
  /** Sealed: until when it opens without a word from the clinic (lease.ts). */
  readonly lease?: Uint8Array
  /** Wrong passwords in a row, and until when none is tried. */
  readonly wrongAttempts: number
  readonly retryAt: number
  readonly usedAt: number
}

/** What is the device's and no account's: its salt, its own key, its name to the server where staff use it, a farewell to be told. */
interface DeviceRow {
  readonly key: string
  readonly value: string | Uint8Array | CryptoKeyPair
}

interface RingDatabase extends Dexie {
  accounts: EntityTable<RingEntry, 'id'>
  device: EntityTable<DeviceRow, 'key'>
}

export interface KeyRing {
  /** The account that was used last; what "unlock" means. */
  current(): Promise<RingEntry | undefined>
  findByEmail(email: string): Promise<RingEntry | undefined>
  /** For an account whose address was changed elsewhere. */
  findByAccount(accountId: string): Promise<RingEntry | undefined>
  get(id: string): Promise<RingEntry | undefined>
  put(entry: RingEntry): Promise<void>
  /**
   * Changes an entry as it is now, in one transaction, whatever other tabs do meanwhile. Undefined, and nothing
   * written, if it is gone: an entry that was removed never comes back.
   */
  update(id: string, change: (entry: RingEntry) => RingEntry): Promise<RingEntry | undefined>
  remove(id: string): Promise<void>
  hashEmail(email: string): Promise<string>
  /** Device id of the staff session, while somebody is signed in; with `email`: only if it is this person's. */
  staffDevice(email?: string): Promise<string | undefined>
  setStaffDevice(session: { email: string; deviceId: string } | null): Promise<void>
  /** Somebody signed out, and the clinic may not know: the id of the device that they were; empty: not known. */
  leaving(): Promise<string | undefined>
  setLeaving(deviceId: string | undefined): Promise<void>
  /** Whose record was removed here because the clinic asked for it, where the clinic may not know yet, and which device it was. */
  wiped(): Promise<{ readonly client: string; readonly deviceId?: string } | undefined>
  setWiped(wiped: { readonly client: string; readonly deviceId: string } | undefined): Promise<void>
  /**
   * The key by which servers know this device, made at first need: neither this worker nor any script of the page can read
   * it, only use it, and it leaves the browser in no way.
   */
  deviceKey(): Promise<CryptoKeyPair>
  close(): void
}

const KEY_OF_DEVICE = { name: 'ECDSA', namedCurve: 'P-256' } as const

export const KEY_RING_DATABASE = 'mentalspace-keys'

export async function openKeyRing(
  factory: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange },
  random: (length: number) => Uint8Array<ArrayBuffer>,
): Promise<KeyRing> {
  const database = new Dexie(KEY_RING_DATABASE, {
    ...factory,
    chromeTransactionDurability: 'strict',
    cache: 'disabled',
  }) as RingDatabase
  database.version(1).stores({ accounts: 'id,emailHash,usedAt', device: 'key' })
  await database.open()

  const salt = async (): Promise<Uint8Array> => {
    // Two tabs may come here at once: only the first `add` succeeds.
    if ((await database.device.get('salt')) === undefined)
      await database.device.add({ key: 'salt', value: random(16) }).catch(() => {})
    return (await database.device.get('salt'))?.value as Uint8Array
  }
  const hashEmail = async (email: string) => {
    const text = new TextEncoder().encode(email.trim().toLowerCase())
    const bytes = await salt()
    const input = new Uint8Array(bytes.length + text.length)
    input.set(bytes)
    input.set(text, bytes.length)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
  return {
    hashEmail,
    current: () => database.accounts.orderBy('usedAt').last(),
    async findByEmail(email) {
      const hash = await hashEmail(email)
      const found = await database.accounts.where('emailHash').equals(hash).sortBy('usedAt')
      return found.at(-1)
    },
    async findByAccount(accountId) {
      const entries = await database.accounts.orderBy('usedAt').reverse().toArray()
      return entries.find((entry) => entry.accountId === accountId)
    },
    get: (id) => database.accounts.get(id),
    async put(entry) {
      await database.accounts.put(entry)
    },
    update: (id, change) =>
      database.transaction('rw', database.accounts, async () => {
        const entry = await database.accounts.get(id)
        if (entry === undefined) return undefined
        const after = change(entry)
        await database.accounts.put(after)
        return after
      }),
    remove: (id) => database.accounts.delete(id),
    async staffDevice(email) {
      const value = (await database.device.get('staff'))?.value as string | undefined
      const [hash, deviceId] = value?.split(' ') ?? []
      return email === undefined || hash === (await hashEmail(email)) ? deviceId : undefined
    },
    async setStaffDevice(session) {
      if (session === null) await database.device.delete('staff')
      else {
        const value = `${await hashEmail(session.email)} ${session.deviceId}`
        await database.device.put({ key: 'staff', value })
      }
    },
    leaving: async () => (await database.device.get('leaving'))?.value as string | undefined,
    async setLeaving(deviceId) {
      if (deviceId === undefined) await database.device.delete('leaving')
      else await database.device.put({ key: 'leaving', value: deviceId })
    },
    async wiped() {
      const value = (await database.device.get('wiped'))?.value as string | undefined
      // Earlier builds wrote the record alone.
      const [client = '', deviceId] = value?.split(' ') ?? []
      return value === undefined ? undefined : { client, ...(deviceId !== undefined && { deviceId }) }
    },
    async setWiped(wiped) {
      if (wiped === undefined) await database.device.delete('wiped')
      else await database.device.put({ key: 'wiped', value: `${wiped.client} ${wiped.deviceId}` })
    },
    async deviceKey() {
      const kept = async () => (await database.device.get('key'))?.value as CryptoKeyPair | undefined
      const known = await kept()
      if (known !== undefined) return known
      const made = await crypto.subtle.generateKey(KEY_OF_DEVICE, false, ['sign', 'verify'])
      // As with the salt: of two tabs the first counts.
      await database.device.add({ key: 'key', value: made }).catch(() => {})
      return (await kept()) ?? made
    },
    close: () => database.close(),
  }
}
