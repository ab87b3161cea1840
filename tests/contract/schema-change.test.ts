/**
 * A replica that an older build wrote, opened by builds with newer document schemas: synthetic versions 2 and 3, since
 * the documents have had one schema until now. Nothing is lost, and fields are found under their new names.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, describe, expect, it } from 'vitest'
import { replicaCollections } from '../../client/replica/collections.ts'
import type { StoredDocument } from '../../client/replica/worker-port.ts'
import {
  raiseBody,
  raiseField,
  SCHEMA_HISTORY,
  type SchemaHistory,
} from '../../shared/domains/schema-history.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import { createClientCipher } from '../../sync-server/platform/sealing.ts'
import { assignedDraft } from '../harness/assigned-draft.ts'
import { openSealedReplica, type SealedReplica } from './sealed-replica.ts'

/** 1 → 2 only added fields; 2 → 3 calls an answer otherwise and counts in minutes what it counted in hours. */
const THIRD: SchemaHistory = {
  version: 3,
  steps: {
    2: (collection, field, value) =>
      collection === 'drafts' && field === 'answers/sleep-hours'
        ? ['answers/sleep-minutes', typeof value === 'number' ? value * 60 : value]
        : [field, value],
  },
}
const SECOND: SchemaHistory = { version: 2, steps: {} }

const opened: SealedReplica[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})
const open = async (indexedDB: IDBFactory, history: SchemaHistory = SCHEMA_HISTORY) => {
  const replica = await openSealedReplica({ indexedDB, history })
  opened.push(replica)
  return replica
}
const draft = (id: string) => ({
  ...assignedDraft(id),
  answers: { 'sleep-hours': 8 },
  updatedAt: 1,
})

const DRAFTS = 50

/** As an older build left it: fifty drafts from the server, each with an answer of the client's that is not sent. */
async function fiftyUnsent(indexedDB: IDBFactory): Promise<readonly string[]> {
  const on = await open(indexedDB)
  const ids = Array.from({ length: DRAFTS }, () => randomUUID())
  await on.store.reconcile({
    rows: ids.map((id) => [6, id, 1, 0, draft(id)] as const),
    from: 0,
    to: { e: 1, s: DRAFTS, k: 'k' },
  })
  for (const previous of await on.store.loadCollection('drafts')) {
    const document = {
      ...previous,
      answers: { 'sleep-hours': 5, note: `of ${String(previous.id)}` },
      _rev: '2-client',
    } as StoredDocument
    const reply = await on.store.write('drafts', [{ id: String(previous.id), document, previous }])
    expect(reply.ok).toBe(true)
  }
  await on.close()
  return ids
}

describe('document schemas', () => {
  it.each([
    ['one version later, by added fields', SECOND, 'sleep-hours', 5],
    ['two versions later, with another name and unit', THIRD, 'sleep-minutes', 300],
  ])('[P2] [E12] fifty unsent changes survive an upgrade %s', async (_, history, name, value) => {
    const indexedDB = new IDBFactory()
    const ids = await fiftyUnsent(indexedDB)
    const on = await open(indexedDB, history)
    const shown = await on.store.loadCollection('drafts')
    expect(new Set(shown.map(({ id }) => id))).toEqual(new Set(ids))
    for (const { id, answers } of shown as unknown as { id: string; answers: JsonObject }[])
      expect(answers).toEqual({ [name]: value, note: `of ${id}` })
    // Numbers, bases and times are those of the old build; only the fields are called as they are now.
    const batch = await on.store.takeBatch()
    expect(batch.map(([number]) => number)).toEqual(Array.from({ length: DRAFTS }, (_unused, n) => n + 1))
    for (const [, , id, baseRev, , changes] of batch) {
      expect(baseRev).toBe(1)
      expect(new Map(changes.map(([field, sent]) => [field, sent]))).toEqual(
        new Map<string, unknown>([
          [`answers/${name}`, value],
          ['answers/note', `of ${id}`],
        ]),
      )
    }
    // Typing goes on, the answers come, and the replica is at rest under the new schema.
    const { gap } = await on.store.reconcile({
      answers: batch.map(([number]) => [number, 0, 2, 5]),
      rows: [],
      from: DRAFTS,
      to: { e: 1, s: DRAFTS + 1, k: 'k2' },
    })
    expect(gap).toBe(false)
    expect(await on.store.pending()).toEqual([])
    await on.store.replayJournal()
    expect(await on.store.pending()).toHaveLength(DRAFTS)
  })

  it('[P2] a build that was rolled back opens what the newer one has not written', async () => {
    const indexedDB = new IDBFactory()
    await fiftyUnsent(indexedDB)
    const newer = await open(indexedDB, THIRD)
    expect(await newer.store.pending()).toHaveLength(DRAFTS)
    await newer.close()
    expect(await (await open(indexedDB)).store.pending()).toHaveLength(DRAFTS)
  })

  it('[P2] reading raises fields, and keeps identity, time and what it does not know', () => {
    const body = { ...draft('a'), later: { x: [1] }, _rev: '1-a' }
    const raised = raiseBody(THIRD, 1, 'drafts', body, ['answers', 'contested'])
    expect(raised).toEqual({ ...body, answers: { 'sleep-minutes': 480 }, contested: undefined })
    expect(raiseBody(THIRD, 3, 'drafts', body, ['answers'])).toBe(body)
    expect(raiseField(THIRD, 1, 'profile', 'answers/sleep-hours', 1)).toEqual(['answers/sleep-hours', 1])
  })

  it('[P2] the pages’ database has no versions of its own: raising is the worker’s work', () => {
    for (const { schema } of Object.values(replicaCollections())) expect(schema.version).toBe(0)
  })

  it('[P2] [E12] the server opens what it sealed under an older document schema', async () => {
    const cipher = createClientCipher('client', [{ keyId: 'k', raw: randomBytes(32) }])
    const place = { collection: 'drafts', documentId: 'a', schema: 1 }
    const sealed = cipher.seal(place, { body: { status: 'draft' } })
    expect(cipher.openOfAnyVersion({ ...place, schema: 3 }, sealed)).toEqual({
      value: { body: { status: 'draft' } },
      schema: 1,
    })
    expect(() => cipher.open({ ...place, documentId: 'b', schema: 3 }, sealed)).toThrow('tampered')
  })
})
