/**
 * One open tab of a device: the worker's half of the product over virtual disk, network and time, and a page that
 * knows of documents only what it was told.
 */

import type { SyncView } from '../../client/replica/portal-session.ts'
import type { LockManagerLike } from '../../client/replica/worker/environment.ts'
import { handIn } from '../../client/replica/worker/last-push.ts'
import { type OpenedReplica, openReplica } from '../../client/replica/worker/opened-replica.ts'
import { createServerSession } from '../../client/replica/worker/server-session.ts'
import { ReplicaClosed } from '../../client/replica/worker/store-core.ts'
import type { StoredDocument } from '../../client/replica/worker-port.ts'
import { derivedId } from '../../shared/crypto/derived-id.ts'
import type { Answers } from '../../shared/domains/forms/schema.ts'
import type { Device } from './device.ts'
import { openDisk } from './disk.ts'
import type { Entry } from './ledger.ts'
import { createLife, type Life } from './life.ts'
import { connectTo } from './network.ts'
import { readPage } from './read-page.ts'

const FORMS_AND_VISITS = ['definitions', 'drafts', 'submissions', 'appointments'] as const
const TALK = ['messages', 'receipts', 'requests', 'medications'] as const
export type Shown = (typeof FORMS_AND_VISITS)[number] | (typeof TALK)[number]
/** What a page is told of: the second half only where people talk, for opening a collection takes its turns. */
export const shownWhere = ({ talks }: { readonly talks: boolean }): readonly Shown[] =>
  talks ? [...FORMS_AND_VISITS, ...TALK] : FORMS_AND_VISITS

export interface Tab {
  readonly name: string
  readonly life: Life
  /** Null until it is open. */
  readonly replica: OpenedReplica | null
  readonly view: SyncView | null
  /** It was signed out, and hands in what it has. */
  readonly leaving: boolean
  shown(collection: Shown): StoredDocument[]
  /** Writes through the page; the ledger learns when it is safe. */
  edit(id: string, entry: Entry | null, change: (draft: StoredDocument) => object | null): Promise<void>
  /** The same for any collection; `change` makes the document where there is none. */
  put(
    collection: Shown,
    id: string,
    entry: Entry | null,
    change: (document: StoredDocument | undefined) => object | null,
  ): Promise<void>
  /** `safe`: called with the submission's id before it is written; the entry that counts for it. */
  submit(draftId: string, begin: (id: string) => Entry): Promise<void>
  cut(noticed: boolean): void
  loseConnections(): void
  close(): Promise<void>
}

export function openTab(device: Device, name: string): Tab {
  const { world, random, packing } = device.stage
  const life = createLife(
    (line) => world.note(`${name} ${line}`),
    (run) => void world.after(0, run),
  )
  const mine = random.fork(`${name}/${device.opened}`)
  const disk = openDisk(device.store, life, world)
  const network = connectTo(device.door, device.line, life, world, device.protocol)
  const held = device.locks.forTab(life.whenAwake)
  life.onEnd(() => held.release())
  // Code of a dead tab must not stand in line.
  const locks: LockManagerLike = {
    request: (...input) => (life.alive ? held.manager.request(...input) : new Promise(() => {})),
  }
  const pages = new Map<string, Map<string, StoredDocument>>()
  const page = (collection: string) => {
    const known = pages.get(collection) ?? new Map<string, StoredDocument>()
    pages.set(collection, known)
    return known
  }
  const show = (collection: string, documents: readonly StoredDocument[]) => {
    for (const document of documents) {
      const before = page(collection).get(String(document.id))
      if (before === undefined || height(document) >= height(before))
        page(collection).set(String(document.id), document)
    }
  }
  let replica: OpenedReplica | null = null
  let view: SyncView | null = null
  const now = () => world.now + device.skew
  const http = device.withCookie(network.http)
  const environment = {
    indexedDB: disk.factory,
    IDBKeyRange: device.keyRange,
    fetch: () => Promise.reject(new TypeError('no other network')),
    openSocket: network.openSocket,
    origin: '',
    clock: { now },
    random: (length: number) => mine.bytes(length),
    setTimer: (run: () => void, ms: number) =>
      world.after(ms, () =>
        life.whenAwake(() => {
          if (life.alive) run()
        }),
      ),
    locks,
    openChannel: device.channels(life),
    deviceName: device.name,
  }
  const { clock, setTimer } = environment
  /** Somebody scrolls there a little later. */
  const pause = () => new Promise<void>((resolve) => void setTimer(resolve, mine.between(0, 800)))
  const server = createServerSession({
    http,
    clock,
    deviceName: device.name,
    setTimer,
    lastActive: () => undefined,
    locks,
  })

  let leaving = false
  const gone = async (what: 'device' | 'access') => {
    if (replica === null || !life.alive || leaving) return
    leaving = true
    world.note(`${name} revoked: ${what}`)
    const { store } = replica
    const handed =
      what === 'access' || (await handIn(store, device.clientId, { http, server }).catch(() => false))
    if (handed && what === 'device') {
      device.stage.ledger.handedOver.add(device.entry.deviceId)
      // The server is told of the end before it comes.
      await pause()
    }
    leaving = false
    if (!life.alive) return
    if (handed) device.destroy(what)
    else if (!device.tabs.some((tab) => tab.leaving)) device.keepForLater()
  }

  const opening = openReplica({
    environment,
    entry: device.entry,
    key: device.key,
    ...(packing && { packing }),
    http,
    server,
    sign: async () => '',
    post(event) {
      if (!life.alive) return
      if (event.event === 'sync') view = event.view
      if (event.event === 'changed') show(event.collection, event.documents)
    },
    onRevoked: (what) => void gone(what),
    onSignInNeeded: () => world.note(`${name} has to sign in`),
    onOnline: () => {},
    onTab: () => {},
  })
  const ready = opening.then(async (opened) => {
    replica = opened
    opened.start()
    for (const collection of shownWhere(device.stage)) {
      if (packing === null) show(collection, await opened.store.loadCollection(collection))
      else
        for await (const documents of readPage(opened.store, collection, pause)) show(collection, documents)
    }
  })
  ready.catch((error: unknown) => world.note(`${name} did not open: ${String(error)}`))

  const put = async (
    collection: Shown,
    id: string,
    entry: Entry | null,
    change: (document: StoredDocument | undefined) => object | null,
  ): Promise<void> => {
    const store = replica?.store
    if (store === undefined) return
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const previous = page(collection).get(id)
      const body = change(previous)
      if (body === null) return
      const document = nextRevision(previous, body, id, now())
      const reply = await store
        .write(collection, [{ id, document, ...(previous && { previous }) }])
        .catch(whenItGoes)
      if (!life.alive || reply === null) return
      if (reply.ok) {
        const { seenDraft: _, ...stored } = document
        show(collection, [stored as StoredDocument])
        if (entry) entry.accepted = true
        return
      }
      show(collection, reply.newer)
    }
    throw new Error('the page never gets its turn')
  }

  return {
    name,
    life,
    get replica() {
      return replica
    },
    get view() {
      return view
    },
    get leaving() {
      return leaving
    },
    shown: (collection) => [...page(collection).values()].filter(({ _deleted }) => !_deleted),
    put,
    edit: (id, entry, change) => put('drafts', id, entry, (draft) => (draft ? change(draft) : null)),
    async submit(draftId, begin) {
      const draft = page('drafts').get(draftId)
      if (draft === undefined || draft._deleted) return
      const answers = draft.answers as Answers
      const sorted = Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1))
      const id = derivedId('submission', JSON.stringify([draftId, draft.definitionId, sorted]))
      if (page('submissions').has(id)) return
      await put('submissions', id, begin(id), (before) =>
        before
          ? null
          : {
              draftId,
              definitionId: draft.definitionId,
              answers,
              submittedAt: now(),
              formKey: draft.formKey,
              title: draft.title,
              status: 'sent',
              updatedAt: now(),
              ...(draft.amends ? { amends: draft.amends } : {}),
              seenDraft: { answers: draft.answers, contested: draft.contested },
            },
      )
    },
    cut: (noticed) => network.cut(noticed),
    loseConnections: () => disk.loseConnections(),
    async close() {
      await replica?.close()
      life.end()
    },
  }
}

/** The page says that nothing can be written here any more. */
const whenItGoes = (error: unknown): null => {
  if (error instanceof ReplicaClosed) return null
  throw error
}

export const height = (document: StoredDocument) => Number.parseInt(document._rev, 10)

function nextRevision(previous: StoredDocument | undefined, body: object, id: string, at: number) {
  const lwt = Math.max(at, Math.round(((previous?._meta.lwt ?? 0) + 0.01) * 100) / 100)
  const rev = previous === undefined ? 1 : height(previous) + 1
  return {
    ...body,
    id,
    _rev: `${rev}-page`,
    _deleted: false,
    _meta: { lwt },
    _attachments: {},
  } as StoredDocument
}
