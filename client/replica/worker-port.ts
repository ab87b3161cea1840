/**
 * The one typed port between page and worker. Calls are answered by number, events are pushed. Documents cross it in
 * the clear (the page shows them); keys and tokens never do. Messages are delivered in order, which the page relies
 * on: a document's revisions arrive in the order they were committed.
 */

import type { AttachmentsView, ChosenFile, FileAnswer, FileOf, FilesView, FileTrouble } from './file-views.ts'
import type {
  GivenStep,
  NewPassword,
  PasskeyOutput,
  PortalSession,
  SessionView,
  SyncView,
  UsedPasskey,
} from './portal-session.ts'
import type { Shape } from './snapshot/shape.ts'

/** A Worker, a MessagePort of a browser or of Node, or a dedicated worker's own scope. */
export interface MessagePortLike {
  postMessage(message: unknown): void
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  start?(): void
}

/** A document as RxDB stores it: its own fields and `_rev`, `_meta`, `_deleted`, `_attachments`. */
export interface StoredDocument {
  readonly _rev: string
  readonly _deleted: boolean
  readonly _meta: { readonly lwt: number }
  readonly _attachments: object
  readonly [key: string]: unknown
}

export interface WriteRow {
  readonly id: string
  readonly document: StoredDocument
  readonly previous?: StoredDocument
}

/** `newer`: nothing was written, because these documents have moved on since the page read them. */
export type WriteReply = { readonly ok: true } | { readonly ok: false; readonly newer: StoredDocument[] }

/**
 * A collection as it lies on the disk, opened. With a snapshot: its columns, and of the documents only those that it does
 * not have as they are; `moved`: which of its rows no longer count, besides those of the documents given.
 */
export interface LoadedCollection {
  readonly snapshot?: Uint8Array<ArrayBuffer>
  readonly moved?: readonly string[]
  readonly documents: readonly StoredDocument[]
  /** Blocks of `{d: document}` that the page takes apart (block-layout.ts); `ids`: which of them count, '' elsewhere. */
  readonly packs: readonly { readonly json: Uint8Array<ArrayBuffer>; readonly ids: readonly string[] }[]
}

/** Where documents lie: in blocks, or (and where a block is gone) by themselves. */
export interface BodyPlaces {
  readonly blocks: readonly number[]
  readonly ids: readonly string[]
}

/** What was found of them. `json`: as in {@link LoadedCollection}. */
export interface Bodies {
  readonly packs: readonly { readonly block: number; readonly json: Uint8Array<ArrayBuffer> }[]
  readonly documents: readonly StoredDocument[]
}

export type Nudge = 'online' | 'visible' | 'shown' | 'manual'

/** Everything the page may ask. Inputs and outputs are structured-cloneable. */
export interface WorkerCalls {
  signIn(input: { email: string; password: string }): ReturnType<PortalSession['signIn']>
  takeStep(input: GivenStep): ReturnType<PortalSession['takeStep']>
  goOn(input: object): ReturnType<PortalSession['goOn']>
  passkeyQuestion(input: object): ReturnType<PortalSession['passkeyQuestion']>
  signInByPasskey(input: UsedPasskey): ReturnType<PortalSession['signInByPasskey']>
  finishByPassword(input: { password: string }): ReturnType<PortalSession['finishByPassword']>
  unlock(input: { password: string }): ReturnType<PortalSession['unlock']>
  unlockByPasskey(input: PasskeyOutput & { answer?: string }): ReturnType<PortalSession['unlock']>
  addPasskeySlot(input: PasskeyOutput): Promise<boolean>
  removePasskeySlot(input: { credentialId: string }): Promise<boolean>
  lock(input: { reason: 'idle' | 'user' }): Promise<void>
  lookAgain(input: object): Promise<void>
  signOut(input: { force: boolean }): ReturnType<PortalSession['signOut']>
  openRecord(input: { client: string }): ReturnType<PortalSession['openRecord']>
  lookForRecords(input: object): Promise<void>
  request(input: Parameters<PortalSession['request']>[0]): ReturnType<PortalSession['request']>
  readFile(input: { path: string }): Promise<FileAnswer>
  changePassword(input: NewPassword): ReturnType<PortalSession['changePassword']>
  readAccount(input: object): ReturnType<PortalSession['readAccount']>
  askAccounts(input: Parameters<PortalSession['askAccounts']>[0]): ReturnType<PortalSession['askAccounts']>
  openFile(input: { id: string } & OfReplica): Promise<FileAnswer>
  keepFile(input: { id: string } & OfReplica): Promise<FileTrouble | null>
  letFileGo(input: { id: string } & OfReplica): Promise<void>
  attachFile(input: { file: ChosenFile } & OfReplica): Promise<string>
  detachFiles(input: { ids: readonly string[] } & OfReplica): Promise<void>
  openAttachment(input: { id: string; of: FileOf } & OfReplica): Promise<FileAnswer>
  takeBackMessage(input: { id: string } & OfReplica): Promise<boolean>
  readLocal(input: { key: string } & OfReplica): Promise<unknown>
  writeLocal(input: { key: string; value: unknown } & OfReplica): Promise<void>
  nudge(input: { why: Nudge }): Promise<void>
  activity(input: { persisted?: boolean }): Promise<void>
  retry(input: { mutation: number } & OfReplica): Promise<void>
  discard(input: { mutation: number } & OfReplica): Promise<unknown>
  exportUnsent(input: OfReplica): Promise<unknown>
  /**
   * All documents of a collection, deleted ones too; from now on its changes are posted as `changed`. `shape`: what a
   * snapshot has to know of them. `whole`: the snapshot that came was of no use.
   */
  openCollection(
    input: { collection: string; shape: Shape; whole: boolean } & OfReplica,
  ): Promise<LoadedCollection>
  readBodies(input: BodyPlaces & { collection: string } & OfReplica): Promise<Bodies>
  write(input: { collection: string; rows: WriteRow[] } & OfReplica): Promise<WriteReply>
  /** Forgets deleted documents for good. */
  purge(input: { collection: string; ids: string[] } & OfReplica): Promise<void>
  /** Deletes a whole collection of this device (only such as are not replicated). */
  drop(input: { collection: string } & OfReplica): Promise<void>
}

export type WorkerEvent =
  | { readonly event: 'session'; readonly view: SessionView; readonly replica: string | null }
  | { readonly event: 'sync'; readonly view: SyncView }
  | { readonly event: 'files'; readonly view: FilesView }
  | { readonly event: 'attachments'; readonly view: AttachmentsView }
  | {
      readonly event: 'changed'
      readonly collection: string
      readonly documents: StoredDocument[]
      /** Of which opening. */
      readonly replica?: string
    }

type Call = { readonly n: number; readonly call: keyof WorkerCalls; readonly input: unknown }
type Answer =
  | { readonly n: number; readonly value: unknown }
  | { readonly n: number; readonly error: string; readonly name: string }

/**
 * About documents. `replica`: of which opening the page speaks, so that what is late for one record never reaches
 * another.
 */
export interface OfReplica {
  readonly replica?: string | undefined
}

export interface WorkerClient {
  call<K extends keyof WorkerCalls>(name: K, input: Parameters<WorkerCalls[K]>[0]): ReturnType<WorkerCalls[K]>
}

/** Page side. A failed call rejects with an Error that carries the worker's message and name. */
export function connectToWorker(port: MessagePortLike, onEvent: (event: WorkerEvent) => void): WorkerClient {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let last = 0
  port.addEventListener('message', ({ data }) => {
    const message = data as Answer | WorkerEvent
    if ('event' in message) {
      onEvent(message)
      return
    }
    const caller = waiting.get(message.n)
    waiting.delete(message.n)
    if ('error' in message) caller?.reject(Object.assign(new Error(message.error), { name: message.name }))
    else caller?.resolve(message.value)
  })
  port.start?.()
  const call = (name: keyof WorkerCalls, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      port.postMessage({ n: last, call: name, input } satisfies Call)
    })
  return { call: call as WorkerClient['call'] }
}

/** What is given away instead of copied: bytes that the worker has no further use for. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const {
    snapshot,
    packs = [],
    bytes,
  } = (value ?? {}) as Partial<LoadedCollection & { bytes: Uint8Array<ArrayBuffer> }>
  const given = packs.map(({ json }) => json.buffer)
  if (bytes) return [bytes.buffer]
  return snapshot ? [snapshot.buffer, ...given] : given
}

/** Worker side. Returns the function that posts events to the page. */
export function serveWorker(port: MessagePortLike, calls: WorkerCalls): (event: WorkerEvent) => void {
  port.addEventListener('message', ({ data }) => {
    const { n, call, input } = data as Call
    if (!Object.hasOwn(calls, call)) return
    const run = calls[call] as (input: unknown) => Promise<unknown>
    Promise.resolve()
      .then(() => run(input))
      .then(
        (value) => port.postMessage({ n, value } satisfies Answer, buffersOf(value)),
        (error: unknown) => {
          const { message, name } = error instanceof Error ? error : new Error(String(error))
          port.postMessage({ n, error: message, name } satisfies Answer)
        },
      )
  })
  port.start?.()
  return (event) => port.postMessage(event)
}
