/**
 * The page half of a session: turns the worker's events into observables and opens RxDB over the in-memory index
 * when the worker has opened the replica. Holds no key and no token. The screens know only `PortalSession`.
 */
import { BehaviorSubject } from 'rxjs'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import type { AttachmentsView, FilesView } from './file-views.ts'
import type { ActivitySink } from './page-activity.ts'
import type { PortalSession, SessionView, SyncView } from './portal-session.ts'
import type { ReplicaDatabase } from './replica-database.ts'
import {
  connectToWorker,
  type MessagePortLike,
  type StoredDocument,
  type WorkerClient,
} from './worker-port.ts'

const NO_SYNC: SyncView = {
  link: 'offline',
  lastSyncedAt: null,
  unsent: 0,
  progress: null,
  items: [],
  persisted: false,
}

type ChangedListener = (collection: string, documents: StoredDocument[], replica?: string) => void

/** RxDB is 40 kB and more: fetched when an unlock begins, never before. */
const loadDatabaseCode = () => import('./database.ts')

export interface SessionOptions {
  readonly worker: MessagePortLike
  /** Collections to open; default: all. */
  readonly collections?: readonly CollectionName[]
  /** Why the page before this one was left. */
  readonly leftBy?: SessionView['lockReason']
}

export function createPortalSession(options: SessionOptions): PortalSession & ActivitySink {
  const session$ = new BehaviorSubject<SessionView>({ state: 'starting', person: null })
  const sync$ = new BehaviorSubject<SyncView>(NO_SYNC)
  const attachments$ = new BehaviorSubject<AttachmentsView>({})
  const files$ = new BehaviorSubject<FilesView>({})
  const replica$ = new BehaviorSubject<ReplicaDatabase | null>(null)
  const listeners = new Set<ChangedListener>()
  let opened: string | null = null
  /** Opening and closing happen one after the other, in the order the worker said so. */
  let turning: Promise<void> = Promise.resolve()

  /** RxDB gets ready while the worker unlocks; what is read waits until it has. */
  const prepare = () => {
    let open = () => {}
    /** Which opening it is for, once that is known: it asks and hears of no other. */
    let name: string | undefined
    const bound = {
      call: (call, input) => client.call(call, { ...input, replica: name }),
    } as WorkerClient
    const whenOpen = new Promise<void>((resolve) => {
      open = resolve
    })
    const database = loadDatabaseCode().then(({ openReplica }) =>
      openReplica({
        name: `replica-${crypto.randomUUID()}`,
        collections: options.collections,
        client: bound,
        opened: whenOpen,
        onChanged: (listener) => {
          const hear: ChangedListener = (collection, documents, replica) => {
            if (replica === undefined || replica === name) listener(collection, documents)
          }
          listeners.add(hear)
          return () => listeners.delete(hear)
        },
      }),
    )
    // Another attempt may find its code.
    database.catch(() => {
      prepared = undefined
    })
    return async (replica: string) => {
      name = replica
      open()
      return await database
    }
  }
  let prepared: ReturnType<typeof prepare> | undefined

  const turn = (replica: string | null) => {
    if (replica === opened) return
    opened = replica
    turning = turning
      .then(async () => {
        const before = replica$.value
        if (before !== null) {
          replica$.next(null)
          await before.close()
        }
        if (replica === null || opened !== replica) return
        const open = prepared ?? prepare()
        prepared = undefined
        const database = await open(replica)
        if (opened === replica) replica$.next(database)
        else await database.close()
      })
      .catch((error: unknown) => console.error('replica could not be opened', error))
  }

  let { leftBy } = options
  const remembering = (view: SessionView): SessionView => {
    const lockReason = view.lockReason ?? leftBy
    if (view.state !== 'starting') leftBy = undefined
    return lockReason === undefined ? view : { ...view, lockReason }
  }

  const client = connectToWorker(options.worker, (message) => {
    if (message.event === 'changed')
      for (const listener of listeners) listener(message.collection, message.documents, message.replica)
    else if (message.event === 'sync') sync$.next(message.view)
    else if (message.event === 'files') files$.next(message.view)
    else if (message.event === 'attachments') attachments$.next(message.view)
    else {
      turn(message.replica)
      // "open" is told to the screens once there is something to read.
      if (message.view.state === 'open' && message.replica !== null)
        turning.then(() => opened === message.replica && session$.next(message.view))
      else session$.next(remembering(message.view))
    }
  })

  const begin = async <T>(call: Promise<T>): Promise<T> => {
    // One at a time: RxDB's free edition opens no more collections in one page.
    if (opened === null && replica$.value === null) prepared ??= prepare()
    const result = await call
    await turning
    return result
  }

  const shown = () => opened ?? undefined
  return {
    session$,
    sync$,
    replica$,
    files$,
    attachments$,
    openFile: (id) => client.call('openFile', { id, replica: shown() }),
    keepFile: (id) => client.call('keepFile', { id, replica: shown() }),
    letFileGo: (id) => client.call('letFileGo', { id, replica: shown() }),
    attachFile: (file) => client.call('attachFile', { file, replica: shown() }),
    detachFiles: (ids) => client.call('detachFiles', { ids, replica: shown() }),
    openAttachment: (id, of = 'message') => client.call('openAttachment', { id, of, replica: shown() }),
    takeBackMessage: (id) => client.call('takeBackMessage', { id, replica: shown() }),
    signIn: (input) => begin(client.call('signIn', input)),
    takeStep: (input) => begin(client.call('takeStep', input)),
    goOn: () => begin(client.call('goOn', {})),
    passkeyQuestion: () => client.call('passkeyQuestion', {}),
    signInByPasskey: (input) => begin(client.call('signInByPasskey', input)),
    finishByPassword: (input) => begin(client.call('finishByPassword', input)),
    unlock: (input) => begin(client.call('unlock', input)),
    unlockByPasskey: (input) => begin(client.call('unlockByPasskey', input)),
    addPasskeySlot: (input) => client.call('addPasskeySlot', input),
    removePasskeySlot: (input) => client.call('removePasskeySlot', input),
    lock: async (reason) => {
      await client.call('lock', { reason })
      await turning
    },
    lookAgain: () => client.call('lookAgain', {}),
    signOut: async (input) => {
      const result = await client.call('signOut', input)
      await turning
      return result
    },
    openRecord: async (input) => {
      const done = await client.call('openRecord', input)
      await turning
      return done
    },
    lookForRecords: () => client.call('lookForRecords', {}),
    request: (input) => client.call('request', input),
    readFile: (path) => client.call('readFile', { path }),
    changePassword: (input) => client.call('changePassword', input),
    readAccount: () => client.call('readAccount', {}),
    askAccounts: (input) => client.call('askAccounts', input),
    readLocal: (key) => client.call('readLocal', { key, replica: shown() }),
    writeLocal: (key, value) => client.call('writeLocal', { key, value, replica: shown() }),
    syncNow: () => void client.call('nudge', { why: 'manual' }),
    retry: (mutation) => client.call('retry', { mutation, replica: shown() }),
    discard: (mutation) => client.call('discard', { mutation, replica: shown() }),
    exportUnsent: () => client.call('exportUnsent', { replica: shown() }),
    nudge: (why) => void client.call('nudge', { why }),
    reportActivity: (persisted) => void client.call('activity', persisted === undefined ? {} : { persisted }),
  }
}
