/** The page half of the replica (RxDB over its index) as the bench calls it, without screens. */
import { changedDraft } from '../../../../client/drafts/draft-source.ts'
import { openReplica } from '../../../../client/replica/database.ts'
import type { SyncView } from '../../../../client/replica/portal-session.ts'
import type { ReplicaDatabase } from '../../../../client/replica/replica-database.ts'
import type { StoredDocument } from '../../../../client/replica/worker-port.ts'
import type { Draft } from '../../../../shared/domains/forms/schema.ts'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import type { ChangeRow } from '../../../../shared/protocol/messages.ts'
import type { Share } from './bench-calls.ts'
import type { BenchWorker, OpenOptions } from './page.ts'

interface BenchDocument {
  readonly id: string
  readonly clientId: string
  readonly formId: string
  readonly status: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly answers: { readonly [field: string]: string }
}
/** Documents that the device is given at a time. */
const PAGE = 1_000
const DEFINITION = '0196f3c1-0000-7000-8000-00000000be0c'

export function createBench({ client, ask, onEvent }: BenchWorker) {
  const changed = new Set<(collection: string, documents: StoredDocument[]) => void>()
  const waiting = new Set<() => void>()
  let view: SyncView | null = null
  onEvent((event) => {
    if (event.event === 'changed') for (const listener of changed) listener(event.collection, event.documents)
    if (event.event === 'sync') {
      view = event.view
      for (const look of waiting) look()
    }
  })

  /** At the next view that fits, or at once. */
  const until = (fits: (view: SyncView) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (view === null || !fits(view)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })

  let database: ReplicaDatabase | null = null
  let syncs = false
  const drafts = () => {
    if (database === null) throw new Error('not open')
    return database.drafts
  }

  const toDraft = (document: BenchDocument): Draft => ({
    id: document.id,
    definitionId: DEFINITION,
    formKey: document.formId,
    title: document.clientId,
    status: document.status as Draft['status'],
    assignedAt: document.createdAt,
    answers: document.answers,
    contested: {},
    updatedAt: document.updatedAt,
  })

  /** As the form filler writes: through the draft's own rule for an answer. */
  const answer = async (id: string, answers: { readonly [field: string]: string }) => {
    const draft = await drafts().findOne(id).exec()
    if (draft === null) throw new Error(`no draft ${id}`)
    const change = { answers: new Map(Object.entries(answers)) }
    await draft.incrementalModify((before) => changedDraft(before, change, Date.now()))
  }

  /** The rows of a first pull; done when the page shows them all. */
  async function arrive(documents: readonly BenchDocument[]) {
    const before = await drafts().count().exec()
    const shown = new Promise<void>((resolve) => {
      const look = async () => {
        if ((await drafts().count().exec()) < before + documents.length) return
        changed.delete(heard)
        resolve()
      }
      // After the storage has heard of it.
      const heard = () => queueMicrotask(() => void look())
      changed.add(heard)
    })
    // As in a pull, the next page comes while one is written.
    let written: Promise<void> = Promise.resolve()
    for (let from = 0; from < documents.length; from += PAGE) {
      const rows = documents
        .slice(from, from + PAGE)
        .map(
          (document): ChangeRow => [6, document.id, 1, 0, { ...toDraft(document) } as unknown as JsonObject],
        )
      const last = from + PAGE >= documents.length
      const coming = ask('benchArrive', { rows, head: last ? documents.length : null })
      await written
      written = coming
    }
    await written
    await shown
  }

  return {
    async open({ sync = false }: OpenOptions, opened: Promise<Share | null>) {
      syncs = sync
      database = await openReplica({
        name: `replica-${crypto.randomUUID()}`,
        client,
        opened,
        onChanged: (listener) => {
          changed.add(listener)
          return () => changed.delete(listener)
        },
      })
    },
    async close() {
      await database?.close()
      await ask('benchClose', {})
    },
    async bulkInsert(documents: readonly BenchDocument[]) {
      if (syncs) await Promise.all(documents.map(({ id, answers }) => answer(id, answers)))
      else await arrive(documents)
    },
    insert: async (document: BenchDocument) => void (await drafts().insert(toDraft(document))),
    get: async (id: string) => (await drafts().findOne(id).exec())?.toMutableJSON() ?? null,
    async queryDrafts(count: number) {
      const found = await drafts()
        .find({ selector: { status: 'draft' }, sort: [{ updatedAt: 'desc' }], limit: count })
        .exec()
      return found.map((draft) => draft.toMutableJSON())
    },
    editField: (id: string, field: string, value: string) => answer(id, { [field]: value }),
    count: () => drafts().count().exec(),
    async connect() {
      await ask('benchConnect', {})
      await until(({ link }) => link === 'online')
    },
    async disconnect() {
      await ask('benchDisconnect', {})
      await until(({ link }) => link !== 'online')
    },
    async flush() {
      while ((await ask('benchUnsent', {})) > 0) {
        const seen = view
        await until((now) => now !== seen)
      }
    },
    async watch(id: string, heard: (document: unknown) => void) {
      drafts()
        .findOne(id)
        .$.subscribe((draft) => draft !== null && heard(draft.toMutableJSON()))
    },
    share: async () => await ask('benchShare', {}),
    settle: async () => await ask('benchSettle', {}),
  }
}
