/** What lies under a data key that was replaced moves to the present one, and the older key goes. R57. */
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Person } from '../../client/replica/portal-session.ts'
import { holdKey } from '../../client/replica/worker/held-key.ts'
import type { ReplicaStore } from '../../client/replica/worker/replica-store.ts'
import { createResealing } from '../../client/replica/worker/reseal.ts'
import type { Tables } from '../../client/replica/worker/sealed-rows.ts'
import { envelopeKeyId } from '../../shared/crypto/envelope.ts'
import type { DataKey } from '../../shared/crypto/key-types.ts'
import { createWebDataKey } from '../../shared/crypto/web-data-key.ts'
import { SCHEMA_HISTORY, type SchemaHistory } from '../../shared/domains/schema-history.ts'
import type { ChangeRow } from '../../shared/protocol/messages.ts'
import { createLocks } from '../device/tabs.ts'
import { ask, instanceOf } from './replica-notes.ts'
import { openSealedReplica, type SealedReplica } from './sealed-replica.ts'

const DRAFTS = 6
const idOf = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
const rowsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at): ChangeRow => {
    const id = idOf(from + at)
    return [DRAFTS, id, 1, 0, { id, text: `text ${from + at}`, rank: from + at, answers: {}, contested: {} }]
  })

const keyOf = (name: string, byte: number) =>
  createWebDataKey<CryptoKey>(crypto.subtle, new Uint8Array(32).fill(byte), name)
const older = await keyOf('older', 1)
const alone = await keyOf('present', 2)
const present: DataKey = { ...alone, older: new Map([['older', older]]) }

const opened: SealedReplica[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const each of opened.splice(0)) await each.close()
})
const open = async (indexedDB: IDBFactory, key: DataKey, history?: SchemaHistory) => {
  const replica = await openSealedReplica({ indexedDB, key, ...(history && { history }) })
  opened.push(replica)
  return replica
}

async function answer(store: ReplicaStore, id: string, text: string) {
  const [previous] = (await store.loadCollection('drafts')).filter((document) => document.id === id)
  if (previous === undefined) throw new Error('no such draft')
  const document = {
    ...previous,
    text,
    _rev: `${Number.parseInt(previous._rev, 10) + 1}-test`,
  }
  expect(await store.write('drafts', [{ id, document, previous }])).toEqual({ ok: true })
}

/** Something in every table, under the older key: blocks, records, shadows, what waits, what was answered, a snapshot. */
async function underOlder(indexedDB: IDBFactory, history?: SchemaHistory) {
  const on = await open(indexedDB, older, history)
  await on.store.reconcile({
    rows: rowsOf(0, 130),
    pulled: { position: null },
    to: { e: 1, s: 1, k: 'k1' },
  })
  await (await instanceOf(on, 'drafts')).count(ask({ selector: {} }))
  expect(await on.store.settle(() => Promise.resolve())).toBe(true)
  await answer(on.store, idOf(3), 'answered and received')
  const [sent] = await on.store.takeBatch()
  if (sent === undefined) throw new Error('nothing to send')
  await on.store.reconcile({ answers: [[sent[0], 0, 2, 50]], rows: [], from: 1, to: { e: 1, s: 2, k: 'k2' } })
  await answer(on.store, idOf(5), 'typed and not sent')
  await on.store.writeLocal('a local value', 'kept')
  const names = await on.database.read(async (tables) => filled(tables))
  expect(names).toEqual(['blocks', 'journal', 'outbox', 'records', 'shadow', 'snapshots'])
  await on.close()
}
const SEALED = ['blocks', 'journal', 'outbox', 'records', 'shadow', 'snapshots'] as const
async function filled(tables: Tables): Promise<string[]> {
  const counts = await Promise.all(SEALED.map(async (name) => (await tables[name].all()).length))
  return SEALED.filter((_, at) => (counts[at] ?? 0) > 0)
}
const keysOnDisk = async ({ database }: SealedReplica) =>
  database.read(async (tables) => {
    const rows = (await Promise.all(SEALED.map((name) => tables[name].all()))).flat()
    const values = await Promise.all(
      (['locals', 'names', 'person'] as const).map((key) => tables.meta.get(key)),
    )
    const envelopes = [...rows.map(({ e }) => e), ...values.filter((value) => value instanceof Uint8Array)]
    return [
      ...new Set(envelopes.map((envelope) => (envelopeKeyId(envelope) as { value: string }).value)),
    ].sort()
  })
async function everything({ store }: SealedReplica) {
  const documents = await store.loadCollection('drafts')
  return {
    documents: documents.map(({ id, text }) => `${id} ${text}`).sort(),
    unsent: await store.exportUnsent(),
    local: await store.readLocal('a local value'),
  }
}
const pause = () => Promise.resolve()
const always = () => true
const moves = (on: SealedReplica, locks = createLocks().forTab().manager) => {
  const gone: (readonly string[])[] = []
  const letGo = async (keyIds: readonly string[]) => void gone.push(keyIds)
  return { gone, resealing: createResealing({ core: on.core, locks, letGo }) }
}

describe('[R57] what lies under an older key', () => {
  it('dies at any write and loses nothing, and goes on; in the end the present key opens all, alone', async () => {
    const put = IDBObjectStore.prototype.put
    for (let survives = 0, isOver = false; !isOver; survives += 1) {
      expect(survives).toBeLessThan(100)
      const indexedDB = new IDBFactory()
      await underOlder(indexedDB)
      const on = await open(indexedDB, present)
      const before = await everything(on)
      expect(JSON.stringify(before)).toMatch(/typed and not sent.*kept/)
      const dies = moves(on)
      let left = survives
      const dying = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
        this: IDBObjectStore,
        ...given
      ) {
        if (left-- <= 0) throw new Error('the device dies')
        return put.apply(this, given)
      })
      await dies.resealing.goOn(pause, always).catch(() => {})
      dying.mockRestore()
      isOver = dies.gone.length > 0
      // Not before the last write: a key that went too early would take what it sealed along.
      if (isOver) expect(left).toBeGreaterThanOrEqual(0)
      const next = await open(indexedDB, present)
      expect(await everything(next)).toEqual(before)
      const { gone, resealing } = moves(next)
      await resealing.goOn(pause, always)
      expect(gone).toEqual([['older']])
      const last = await open(indexedDB, alone)
      expect(await everything(last)).toEqual(before)
      expect(await keysOnDisk(last)).toEqual(['present'])
      expect(await shownBySnapshot(last)).toBe(130)
    }
  })

  it('gives way to whoever writes, and goes on afterwards', async () => {
    const indexedDB = new IDBFactory()
    await underOlder(indexedDB)
    const on = await open(indexedDB, present)
    const { gone, resealing } = moves(on)
    let writes = 0
    const whileSomebodyTypes = async () => {
      if (writes++ < 5) await answer(on.store, idOf(7), `typed ${writes}`)
    }
    for (let calls = 0; gone.length === 0; calls += 1) {
      expect(calls).toBeLessThan(50)
      await resealing.goOn(whileSomebodyTypes, always)
    }
    const last = await open(indexedDB, alone)
    expect(JSON.stringify(await everything(last))).toMatch(
      /text 6.*typed 5.*text 8.*typed and not sent.*kept/,
    )
    expect(await keysOnDisk(last)).toEqual(['present'])
  })

  it('stops where nobody wants it any more', async () => {
    const indexedDB = new IDBFactory()
    await underOlder(indexedDB)
    const on = await open(indexedDB, present)
    const { gone, resealing } = moves(on)
    await resealing.goOn(pause, () => false)
    expect(await keysOnDisk(on)).toEqual(['older'])
    expect(gone).toEqual([])
  })

  it('stays readable while a tab has the older key open: what that one writes opens, and moves later', async () => {
    const indexedDB = new IDBFactory()
    await underOlder(indexedDB)
    const locks = createLocks()
    const frozen = await open(indexedDB, older)
    const release = await holdKey(locks.forTab().manager, 'older')
    const on = await open(indexedDB, present)
    const { gone, resealing } = moves(on, locks.forTab().manager)
    await resealing.goOn(pause, always)
    expect(await keysOnDisk(on)).toEqual(['present'])
    expect(gone).toEqual([])
    await frozen.store.setPerson({ accountId: 'account', role: 'client', name: 'written late' } as Person)
    expect(await keysOnDisk(on)).toEqual(['older', 'present'])
    await frozen.close()
    release()
    await resealing.goOn(pause, always)
    expect(gone).toEqual([['older']])
    const last = await open(indexedDB, alone)
    expect(await last.store.person()).toMatchObject({ name: 'written late' })
    expect(await keysOnDisk(last)).toEqual(['present'])
  })

  it('stays with its key where it does not open, and holds nothing else back', async () => {
    const indexedDB = new IDBFactory()
    await underOlder(indexedDB)
    const on = await open(indexedDB, present)
    await on.database.write(async ({ journal }) => {
      for (const row of await journal.all())
        journal.put({ ...row, e: row.e.map((byte, at) => (at > 60 ? byte ^ 1 : byte)) })
      return true
    })
    const { gone, resealing } = moves(on)
    await resealing.goOn(pause, always)
    expect(gone).toEqual([[]])
    expect(await keysOnDisk(on)).toEqual(['older', 'present'])
  })

  it('keeps the document schema that it was sealed under', async () => {
    const indexedDB = new IDBFactory()
    await underOlder(indexedDB, SCHEMA_HISTORY)
    const next: SchemaHistory = {
      version: SCHEMA_HISTORY.version + 1,
      steps: { [SCHEMA_HISTORY.version]: (_, field, value) => [field === 'text' ? 'words' : field, value] },
    }
    const on = await open(indexedDB, present, next)
    const { gone, resealing } = moves(on)
    await resealing.goOn(pause, always)
    expect(gone).toEqual([['older']])
    const last = await open(indexedDB, alone, next)
    const words = (await last.store.loadCollection('drafts')).map(({ words }) => words)
    expect(words).toContain('typed and not sent')
    expect(words).toContain('text 129')
  })
})

const shownBySnapshot = async (on: SealedReplica) =>
  (await (await instanceOf(on, 'drafts')).count(ask({ selector: {} }))).count
