/**
 * All that a tablet keeps: its own key, what the practice said last, published forms, boxes that it cannot open, and what
 * happened. No name, no birthday, no answer. SPEC: sync-server/modules/kiosk/SPEC.md.
 */
import type { FormDefinition } from '../../../shared/domains/forms/schema.ts'
import type { TabletEvent, TabletOrders } from '../../../shared/domains/kiosk/visit.ts'
import { KEY_RING_DATABASE } from '../../keys/key-ring.ts'
import { type Table, tablesOver } from '../../replica/worker/idb-table.ts'

export const DATABASE = 'kiosk'
const STORES = ['facts', 'definitions', 'outbox', 'events', 'used'] as const

export interface Box {
  readonly visit: string
  readonly draft: string
  readonly seq: number
  readonly box: Uint8Array<ArrayBuffer>
  /** When the practice’s server last did not take it, ms: staff are told, it stays, and is tried again. */
  readonly refusedAt?: number
}
export interface Facts {
  key: CryptoKeyPair
  orders: TabletOrders
  /** How far the server's clock is ahead of this one, ms. */
  ahead: number
  /** The visit that was open last: after a crash it is a parked one. */
  open: { readonly visit: string }
  /** Everything was handed in or given up, and the practice is being told: what is here goes, also after a crash. */
  leaving: true
  nextEvent: number
  mismatches: number
  pin: { readonly wrong: number; readonly retryAt: number }
}
interface Tables {
  readonly facts: Table<Facts[keyof Facts], keyof Facts>
  readonly definitions: Table<FormDefinition, string>
  readonly outbox: Table<Box, string>
  readonly events: Table<TabletEvent, number>
  /** Tags of codes that were used here, and when. */
  readonly used: Table<number, string>
}
export const boxKey = ({ visit, draft }: Pick<Box, 'visit' | 'draft'>): string => `${visit}/${draft}`

export interface TabletDatabase {
  /** Awaiting anything but the tables ends the transaction. Durable when it resolves. */
  change<T>(run: (tables: Tables) => Promise<T>): Promise<T>
  fact<K extends keyof Facts>(name: K): Promise<Facts[K] | undefined>
  /** Also where another page of this browser still has it open. */
  destroy(): Promise<void>
}

const tables = tablesOver<Tables>(STORES)

export async function openTabletDatabase(): Promise<TabletDatabase> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => {
      for (const name of STORES) request.result.createObjectStore(name)
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  database.onversionchange = () => database.close()
  const change: TabletDatabase['change'] = async (run) => {
    const transaction = database.transaction([...STORES], 'readwrite', { durability: 'strict' })
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'))
    })
    done.catch(() => {})
    const value = await run(tables(transaction, IDBKeyRange))
    await done
    return value
  }
  return {
    change,
    fact: <K extends keyof Facts>(name: K) =>
      change(async ({ facts }) => (await facts.get(name)) as Facts[K] | undefined),
    destroy: async () => {
      database.close()
      await deleteDatabase(DATABASE)
    },
  }
}

export const deleteDatabase = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })

export const databaseNames = async (): Promise<readonly string[]> =>
  (await indexedDB.databases()).flatMap(({ name }) => (name === undefined ? [] : [name]))

/** Has somebody's portal data in this browser? A key ring without an account is of a page that was only looked at. */
export async function holdsPortal(): Promise<boolean> {
  const names = await databaseNames()
  if (names.some((name) => name !== DATABASE && name !== KEY_RING_DATABASE)) return true
  if (!names.includes(KEY_RING_DATABASE)) return false
  const ring = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(KEY_RING_DATABASE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  try {
    if (!ring.objectStoreNames.contains('accounts')) return false
    return await new Promise<boolean>((resolve, reject) => {
      const request = ring.transaction('accounts').objectStore('accounts').count()
      request.onsuccess = () => resolve(request.result > 0)
      request.onerror = () => reject(request.error)
    })
  } finally {
    ring.close()
  }
}
