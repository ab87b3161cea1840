/**
 * The files of an open replica: those that a person keeps, those attached to messages, and those that are answers. Both travel part by part
 * beside the link, by the leader, while there is a way to the clinic; both lie sealed in one database of files.
 */
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import type { Http } from '../../transport/http.ts'
import type { FileAnswer, FileOf } from '../file-views.ts'
import type { WorkerEvent } from '../worker-port.ts'
import { type AttachmentVault, createAttachmentVault, type SendingFiles } from './attachment-vault.ts'
import { createBackoff } from './backoff.ts'
import type { WorkerEnvironment } from './environment.ts'
import { createFileFetch, FILE_PATHS, readWhole } from './fetch-file.ts'
import { createFileParts } from './file-parts.ts'
import { createFileStore } from './file-store.ts'
import { createFileVault, type FileVault } from './file-vault.ts'
import type { ReplicaStore } from './replica-store.ts'
import { StorageLost } from './sealed-database.ts'
import type { SealOwner } from './sealer.ts'
import { createFileSend } from './send-file.ts'
import type { ServerSession } from './server-session.ts'
import type { Commit } from './store-core.ts'
import type { Received } from './sync-view.ts'

export interface ReplicaFiles {
  readonly kept: FileVault
  readonly attachments: AttachmentVault
  /** From this device where it is here, else over the network. */
  openAttachment(id: string, of: FileOf): Promise<FileAnswer>
  /** Somebody wants refused ones to be tried once more. */
  tryAgain(): Promise<void>
  exportUnsent(): Promise<unknown>
  /** Something waits to be sent, here or in another tab: it may wait for files. */
  written(): void
  committed(commit: Pick<Commit, 'changed' | 'outbox'>): void
  /** The link is up: what was there may be gone, for the server may have been put back. */
  online(): void
  /** Sends what messages wait for, also while the link is not up for anything else. False: a passing trouble. */
  sendNow(): Promise<boolean>
  received(settled: readonly Received[]): void
  show(): void
  /** Another tab says that something has changed. */
  heard(sending: SendingFiles | null): void
  /** After a start. */
  tidy(): Promise<void>
  close(): void
}

interface Deps {
  readonly environment: WorkerEnvironment
  readonly databaseName: string
  readonly owner: SealOwner
  readonly store: ReplicaStore
  readonly server: ServerSession
  readonly http: Http
  readonly post: (event: WorkerEvent) => void
  /** To the other tabs: something has changed here. */
  readonly tell: (sending: SendingFiles) => void
  readonly chance: () => number
  /** This tab has the link, and it is up. */
  readonly isLinked: () => boolean
  /** A message or a form waited for its files, and does no longer. */
  readonly onFree: () => void
  readonly notShown: (error: unknown) => void
}

export function createReplicaFiles(deps: Deps): ReplicaFiles {
  const { environment, databaseName, owner, store, server, http, post, tell, chance, isLinked, notShown } =
    deps
  const disk = createFileStore(databaseName, environment)
  const parts = createFileParts({ store: disk, owner, random: environment.random })
  const fetch = createFileFetch(server, http)
  const linkOf = (of: FileOf | 'document') => (id: string) =>
    `/api/v1/portal/${FILE_PATHS[of]}/${id}/download?client=${owner.client}`
  let closed = false

  const kept = createFileVault({
    store,
    disk,
    parts,
    fetch,
    linkOf: linkOf('document'),
    onChange(view) {
      post({ event: 'files', view })
      tell(attachments.sending())
    },
  })
  const attachments = createAttachmentVault({
    store,
    disk,
    parts,
    send: createFileSend(server, http, owner.client),
    clock: environment.clock,
    onChange(view) {
      post({ event: 'attachments', view })
      tell(attachments.sending())
    },
    onFree: deps.onFree,
    onTakenBack: () => goOnSending(),
  })

  /** A token that is renewed just then, or a busy server, costs a wait and not the file. */
  const goOnWith = (vault: { resume(): Promise<boolean> }) => {
    const waits = createBackoff(chance)
    let isWaiting = false
    const go = async (): Promise<void> => {
      if (closed || isWaiting || !isLinked()) return
      if (await vault.resume()) return waits.reset()
      isWaiting = true
      environment.setTimer(() => {
        isWaiting = false
        void go().catch(notShown)
      }, waits.next())
    }
    return () => void go().catch(notShown)
  }
  const goOnKeeping = goOnWith(kept)
  const goOnSending = goOnWith(attachments)

  const show = () => {
    void kept.view().then((view) => post({ event: 'files', view }), notShown)
    void attachments.view().then((view) => post({ event: 'attachments', view }), notShown)
  }

  store.holdsBack = attachments.holdsBack
  const documentsThere = async () =>
    new Set(
      (await store.loadCollection('documents')).flatMap(({ _deleted, id }) => (_deleted ? [] : String(id))),
    )
  return {
    kept,
    attachments,
    async openAttachment(id, of) {
      return (await attachments.open(id)) ?? (await readWhole(fetch, linkOf(of)(id)))
    },
    async tryAgain() {
      await attachments.doubt(true)
    },
    async exportUnsent() {
      const words = (await store.exportUnsent()) as unknown[]
      // The keys of files lay in the database alone.
      const found = await attachments.exportUnsent().catch((error: unknown) => {
        if (error instanceof StorageLost) return []
        throw error
      })
      return [...words, ...found]
    },
    committed({ changed, outbox }) {
      const withdrawn = changed.flatMap(({ number, documents }) =>
        number === COLLECTIONS.documents.number ? documents.filter(({ _deleted }) => _deleted) : [],
      )
      if (withdrawn.length > 0) void kept.letGo(withdrawn.map(({ id }) => String(id))).catch(notShown)
      if (outbox) goOnSending()
    },
    written: goOnSending,
    online() {
      attachments.doubt(false).catch(notShown)
      goOnKeeping()
      goOnSending()
    },
    sendNow: () => attachments.resume(),
    received(settled) {
      const { messages, submissions } = COLLECTIONS
      const sent = settled.flatMap(({ collection, id }) =>
        collection === messages.number || collection === submissions.number ? id : [],
      )
      if (sent.length > 0) void attachments.received(sent).catch(notShown)
    },
    show,
    heard(sending) {
      if (sending !== null) attachments.heard(sending)
      show()
    },
    async tidy() {
      await kept.tidy(documentsThere)
      await attachments.tidy()
    },
    close() {
      closed = true
      kept.close()
      attachments.close()
      disk.close()
    },
  }
}
