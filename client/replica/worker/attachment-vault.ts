/**
 * What is attached to messages, from the moment it is chosen until the clinic has had it for a while: sealed here before
 * anything else, sent part by part once its message is, and the message goes when all its files are there. So nobody is
 * ever shown a message whose files are missing, and nothing is lost with the browser, the line or the server.
 * SPEC: client/replica/SPEC.md, R54 to R56.
 */
import { PART_BYTES, partsOf } from '../../../shared/domains/documents/limits.ts'
import type { Attachment } from '../../../shared/domains/messages/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import type { AttachedFile, AttachmentsView, ChosenFile, FileAnswer } from '../portal-session.ts'
import type { StoredDocument } from '../worker-port.ts'
import { type FileCard, type FileParts, sha256 } from './file-parts.ts'
import type { FileStore } from './file-store.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import type { ReplicaStore } from './replica-store.ts'
import { STATE } from './sealed-database.ts'
import type { FileSend } from './send-file.ts'

/** Sealed in the replica, by the file's id. */
interface Attached extends FileCard {
  readonly name: string
  readonly type: string
  /** When it was chosen, and when its message was received; ms. */
  readonly at: number
  readonly sent?: number
  /** All of it lies here. */
  readonly whole: boolean
  readonly refused?: boolean
}
type Shelf = { readonly [id: string]: Attached }
const SHELF = 'attached-files'
const MESSAGES = COLLECTIONS.messages.number
/** As long as an answered mutation: a server that was put back from a backup asks for both once more (R11). */
const KEPT_MS = 30 * 24 * 60 * 60_000
/** A file that was chosen a moment ago, in another tab, is about to be named by what is written there. */
const NAMED_BY_THEN_MS = 60 * 60_000

/** Of files that this device is sending, by id: parts that the clinic has, and whether it has taken the whole. */
export type SendingFiles = { readonly [id: string]: { readonly up: number; readonly there: boolean } }

export interface AttachmentVault {
  view(): Promise<AttachmentsView>
  /** Resolves once it is sealed on the disk. */
  attach(file: ChosenFile): Promise<void>
  detach(ids: readonly string[]): Promise<void>
  /** Undefined: it is not here. */
  open(id: string): Promise<FileAnswer | undefined>
  /** How far this tab is with sending, and what the tab that sends says of it. */
  sending(): SendingFiles
  heard(sending: SendingFiles): void
  /** A message that waits for its files. */
  holdsBack(entry: OutboxEntry): Promise<boolean>
  /** Sends what messages wait for. False: a passing trouble stopped it. */
  resume(): Promise<boolean>
  /** What is there is asked for anew; `again`: what was refused as well. */
  doubt(again: boolean): Promise<void>
  /** These messages were received. */
  received(messages: readonly string[]): Promise<void>
  /** What has not been sent, in the clear. */
  exportUnsent(): Promise<readonly unknown[]>
  /** After a start: what nothing names any more goes, and what was sent long ago. */
  tidy(): Promise<void>
  close(): void
}

interface Deps {
  readonly store: Pick<ReplicaStore, 'readLocal' | 'changeLocal' | 'pending' | 'loadCollection'>
  readonly disk: FileStore
  readonly parts: FileParts
  readonly send: FileSend
  readonly clock: Clock
  readonly onChange: (view: AttachmentsView) => void
  /** A message has all its files there. */
  readonly onFree: () => void
}

export function createAttachmentVault(deps: Deps): AttachmentVault {
  const { store, disk, parts, send, clock, onChange, onFree } = deps
  /** Parts of each that the server has, as far as this connection knows. */
  const up = new Map<string, number>()
  const there = new Set<string>()
  /** As the tab that sends says: to show, and no reason to let a message go. */
  let heardThere: ReadonlySet<string> = new Set()
  const filesOf = new Map<string, readonly string[]>()
  let running: Promise<boolean> | undefined
  let closed = false

  const shelf = async () => ((await store.readLocal(SHELF)) as Shelf | undefined) ?? {}
  const show = (now: Shelf) => {
    if (!closed) onChange(viewOf(now))
  }
  const change = async (update: (before: Shelf) => Shelf): Promise<void> =>
    show(await store.changeLocal<Shelf>(SHELF, (before = {}) => update(before)))
  const viewOf = (now: Shelf): AttachmentsView =>
    Object.fromEntries(
      Object.entries(now).map(([id, { name, type, bytes, sent, refused }]) => [
        id,
        {
          name,
          type,
          bytes,
          parts: partsOf(bytes),
          up: sent === undefined ? (up.get(id) ?? 0) : partsOf(bytes),
          state: stateOf(id, sent !== undefined, refused === true),
        },
      ]),
    )

  const stateOf = (id: string, isSent: boolean, isRefused: boolean): AttachedFile['state'] => {
    if (isSent) return 'sent'
    if (isRefused) return 'refused'
    return there.has(id) || heardThere.has(id) ? 'there' : 'here'
  }

  const waiting = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
    const found = new Map<string, readonly string[]>()
    for (const entry of await store.pending()) {
      const ids = namedBy(entry)
      if (ids.length === 0 || entry.state === STATE.acked) continue
      filesOf.set(entry.id, ids)
      if (entry.state !== STATE.attention) found.set(entry.id, ids)
    }
    return found
  }

  const sendOne = async (id: string, { name, bytes, sha256, key }: Attached): Promise<boolean> => {
    const trouble = await send.send(
      { id, name, bytes, sha256 },
      (n) => parts.get(id, { key }, n),
      partsOf(bytes),
      (count) => {
        up.set(id, count)
        void shelf().then(show, () => {})
      },
    )
    if (trouble === 'passing') return false
    if (trouble === null) there.add(id)
    await change((before) =>
      before[id] && trouble !== null ? { ...before, [id]: { ...before[id], refused: true } } : before,
    )
    onFree()
    return true
  }

  const run = async (): Promise<boolean> => {
    for (;;) {
      const wanted = [...(await waiting()).values()].flat()
      const now = await shelf()
      const next = wanted.find((id) => now[id] && !now[id].refused && !there.has(id))
      const file = next === undefined ? undefined : now[next]
      if (closed || next === undefined || file === undefined) return true
      if (!(await sendOne(next, file))) return false
    }
  }

  const forget = async (ids: readonly string[]) => {
    if (ids.length === 0) return
    // The keys first: whatever fails after that, nobody reads what lies there.
    await change((before) => Object.fromEntries(Object.entries(before).filter(([id]) => !ids.includes(id))))
    for (const id of ids) {
      await disk.unmark(id)
      await disk.remove(id)
    }
  }
  const markSent = async (ids: readonly string[]) => {
    const now = clock.now()
    await change((before) =>
      Object.fromEntries(
        Object.entries(before).map(([id, file]) => [
          id,
          ids.includes(id) && file.sent === undefined ? { ...file, sent: now } : file,
        ]),
      ),
    )
    for (const id of ids) await disk.unmark(id)
  }

  return {
    view: async () => viewOf(await shelf()),
    async attach({ id, name, type, bytes }) {
      const card = { key: parts.newKey(), bytes: bytes.length, sha256: await sha256(bytes) }
      const file: Attached = { ...card, name, type, at: clock.now(), whole: false }
      await change((before) => ({ ...before, [id]: file }))
      await disk.mark(id)
      for (let part = 0; part < partsOf(bytes.length); part++)
        await parts.put(id, card, part, bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES))
      await change((before) => (before[id] ? { ...before, [id]: { ...file, whole: true } } : before))
    },
    async detach(ids) {
      const now = await shelf()
      const gone = ids.filter((id) => now[id] !== undefined)
      const begun = gone.filter((id) => up.has(id))
      await forget(gone)
      for (const id of begun) await send.takeBack(id)
    },
    async open(id) {
      const file = (await shelf())[id]
      const bytes = file?.whole ? await parts.read(id, file) : undefined
      return file && bytes ? { ok: true, bytes, type: file.type } : undefined
    },
    sending: () =>
      Object.fromEntries([...up].map(([id, count]) => [id, { up: count, there: there.has(id) }])),
    heard(sending) {
      const told = Object.entries(sending)
      for (const [id, { up: count }] of told) up.set(id, count)
      heardThere = new Set(told.flatMap(([id, file]) => (file.there ? [id] : [])))
    },
    async holdsBack(entry) {
      const ids = namedBy(entry)
      if (ids.length === 0) return false
      const now = await shelf()
      // One that is not here cannot be waited for, and one that was refused is the message's refusal.
      return ids.some((id) => now[id] !== undefined && !there.has(id)) && !ids.some((id) => now[id]?.refused)
    },
    resume() {
      running ??= run().finally(() => {
        running = undefined
      })
      return running
    },
    async doubt(again) {
      there.clear()
      heardThere = new Set()
      if (again && Object.values(await shelf()).some(({ refused }) => refused))
        await change((before) =>
          Object.fromEntries(Object.entries(before).map(([id, { refused: _, ...file }]) => [id, file])),
        )
    },
    async received(messages) {
      await markSent(messages.flatMap((id) => filesOf.get(id) ?? []))
    },
    async exportUnsent() {
      const unsent = Object.entries(await shelf()).filter(
        ([, { sent, whole }]) => sent === undefined && whole,
      )
      const found: unknown[] = []
      for (const [id, file] of unsent) {
        const bytes = await parts.read(id, file)
        const { name, type, at } = file
        if (bytes)
          found.push({
            collection: 'attachments',
            documentId: id,
            since: at,
            fields: { name, type, base64: base64Of(bytes) },
          })
      }
      return found
    },
    async tidy() {
      const now = await shelf()
      if (Object.keys(now).length > 0) {
        const drafts = (await store.loadCollection('outgoing')).filter(({ _deleted }) => !_deleted)
        const named = new Set([...drafts.flatMap(idsIn), ...[...(await waiting()).values()].flat()])
        for (const ids of filesOf.values()) for (const id of ids) named.add(id)
        const messages = await store.loadCollection('messages')
        const had = new Set(messages.filter(({ receivedAt }) => receivedAt !== undefined).flatMap(idsIn))
        await markSent(Object.keys(now).filter((id) => had.has(id) && !named.has(id)))
        const old = clock.now()
        const isOver = (id: string, { sent, at }: Attached) =>
          sent === undefined ? !named.has(id) && at < old - NAMED_BY_THEN_MS : sent < old - KEPT_MS
        await forget(Object.entries(await shelf()).flatMap(([id, file]) => (isOver(id, file) ? [id] : [])))
      }
      show(await shelf())
    },
    close() {
      closed = true
    },
  }
}

const idsIn = (document: StoredDocument): string[] =>
  ((document.attachments ?? []) as readonly Attachment[]).map(({ documentId }) => documentId)

/** The files that a new message comes with. */
function namedBy({ collection, fields }: Pick<OutboxEntry, 'collection' | 'fields'>): readonly string[] {
  if (collection !== MESSAGES) return []
  const value = fields.find(([field]) => field === 'attachments')?.[1]
  return Array.isArray(value) ? value.map((one) => String(Object(one).documentId)) : []
}

function base64Of(bytes: Uint8Array): string {
  const CHUNK = 0x8000
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}
