/**
 * What is attached to messages, and files that answer questions, from the moment they are chosen until the clinic has had
 * them for a while: sealed here before anything else, sent part by part (a message's once it is sent, an answer's at
 * once, as its form's other answers), and the message or the form goes when all its files are there. So nobody is ever
 * shown one whose files are missing, and nothing is lost with the browser, the line or the server.
 * SPEC: client/replica/SPEC.md, R54 to R56 and R58.
 */
import { PART_BYTES, partsOf } from '../../../shared/domains/documents/limits.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { AttachedFile, AttachmentsView, ChosenFile, FileAnswer } from '../file-views.ts'
import type { StoredDocument } from '../worker-port.ts'
import { type Attached, isUnsent, SHELF, type Shelf, TAKEN_BACK } from './attached-shelf.ts'
import { base64Of } from './base64url.ts'
import { type FileParts, sha256 } from './file-parts.ts'
import type { FileStore } from './file-store.ts'
import { comesWith, filesOfForm, filesOfMessage, namedByDraft } from './named-files.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import type { ReplicaStore } from './replica-store.ts'
import { STATE } from './sealed-rows.ts'
import type { FileSend } from './send-file.ts'

/** As long as an answered mutation: a server that was put back from a backup asks for both once more (R11). */
const KEPT_MS = 30 * 24 * 60 * 60_000
/** A file that was chosen a moment ago, in another tab, is about to be named by what is written there. */
const NAMED_BY_THEN_MS = 60 * 60_000

/** Of files that this device is sending, by id: parts that the clinic has, and whether it has taken the whole. */
export type SendingFiles = { readonly [id: string]: { readonly up: number; readonly there: boolean } }

export interface AttachmentVault {
  view(): Promise<AttachmentsView>
  /** Resolves with its SHA-256, hex, once it is sealed on the disk. */
  attach(file: ChosenFile): Promise<string>
  detach(ids: readonly string[]): Promise<void>
  /** Undefined: it is not here. */
  open(id: string): Promise<FileAnswer | undefined>
  /** How far this tab is with sending, and what the tab that sends says of it. */
  sending(): SendingFiles
  heard(sending: SendingFiles): void
  /** A message, or a form that is handed in, that waits for its files. */
  holdsBack(entry: OutboxEntry): Promise<boolean>
  /** Sends what messages and forms wait for, and what answers name. False: a passing trouble stopped it. */
  resume(): Promise<boolean>
  /** What is there is asked for anew; `again`: what was refused as well. */
  doubt(again: boolean): Promise<void>
  /** These messages and forms were received. */
  received(ids: readonly string[]): Promise<void>
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
  /** A message or a form has all its files there. */
  readonly onFree: () => void
  /** The clinic is to forget a file. */
  readonly onTakenBack: () => void
}

export function createAttachmentVault(deps: Deps): AttachmentVault {
  const { store, disk, parts, send, clock, onChange, onFree, onTakenBack } = deps
  /** Parts of each that the server has, as far as this connection knows. */
  const up = new Map<string, number>()
  const there = new Set<string>()
  /** As the tab that sends says: to show, and no reason to let a message go. */
  let heardThere: ReadonlySet<string> = new Set()
  const filesOf = new Map<string, readonly string[]>()
  let running: Promise<boolean> | undefined
  let isAsked = false
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
      const ids = comesWith(entry)
      if (ids.length === 0 || entry.state === STATE.acked) continue
      filesOf.set(entry.id, ids)
      if (entry.state !== STATE.attention) found.set(entry.id, ids)
    }
    return found
  }

  const sendOne = async (id: string, { name, bytes, sha256, key, draft }: Attached): Promise<boolean> => {
    const trouble = await send.send(
      { id, name, bytes, sha256, ...(draft !== undefined && { draft }) },
      (n) => parts.get(id, { key }, n),
      partsOf(bytes),
      (count) => {
        up.set(id, count)
        void shelf().then(show, () => {})
      },
    )
    if (trouble === 'passing') return false
    if (trouble === null) {
      there.add(id)
      // With the device nothing of it would be lost any more.
      if (draft !== undefined) await disk.unmark(id)
    }
    await change((before) =>
      before[id] && trouble !== null ? { ...before, [id]: { ...before[id], refused: true } } : before,
    )
    onFree()
    return true
  }

  const takenBack = async () => ((await store.readLocal(TAKEN_BACK)) as readonly string[] | undefined) ?? []
  /** False: a passing trouble stopped it. */
  const takeBack = async (): Promise<boolean> => {
    for (const id of await takenBack()) {
      if (closed || !(await send.takeBack(id, 'answer'))) return false
      await store.changeLocal<readonly string[]>(TAKEN_BACK, (before = []) =>
        before.filter((one) => one !== id),
      )
    }
    return true
  }

  const run = async (): Promise<boolean> => {
    for (;;) {
      if (!(await takeBack())) return false
      const now = await shelf()
      const answers = Object.keys(now).filter((id) => now[id]?.draft !== undefined && isUnsent(now[id]))
      const wanted = [...(await waiting()).values()].flat().concat(answers)
      const next = wanted.find((id) => now[id] && !now[id].refused && !there.has(id))
      const file = next === undefined ? undefined : now[next]
      if (closed || next === undefined || file === undefined) return true
      if (!(await sendOne(next, file))) return false
    }
  }

  /** Once more where somebody asked meanwhile: what they had may have come too late for the one that ran. */
  const runAll = async (): Promise<boolean> => {
    let isDone = true
    while (isAsked && isDone) {
      isAsked = false
      isDone = await run()
    }
    return isDone
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
    async attach({ id, name, type, bytes, draft }) {
      const card = { key: parts.newKey(), bytes: bytes.length, sha256: await sha256(bytes) }
      const about = { name, type, at: clock.now(), ...(draft !== undefined && { draft }) }
      const file: Attached = { ...card, ...about, whole: false }
      await change((before) => ({ ...before, [id]: file }))
      await disk.mark(id)
      for (let part = 0; part < partsOf(bytes.length); part++)
        await parts.put(id, card, part, bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES))
      await change((before) => (before[id] ? { ...before, [id]: { ...file, whole: true } } : before))
      return card.sha256
    },
    async detach(ids) {
      const now = await shelf()
      const gone = ids.filter((id) => now[id] !== undefined)
      const begun = gone.filter((id) => up.has(id) && now[id]?.draft === undefined)
      // What was handed in with a form stays with it.
      const answers = gone.filter((id) => now[id]?.draft !== undefined && now[id].sent === undefined)
      if (answers.length > 0)
        await store.changeLocal<readonly string[]>(TAKEN_BACK, (before = []) => [...before, ...answers])
      await forget(gone)
      for (const id of begun) await send.takeBack(id, 'message')
      if (answers.length > 0) onTakenBack()
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
      const ids = comesWith(entry)
      if (ids.length === 0) return false
      const now = await shelf()
      // One that is not here cannot be waited for, and one that was refused is the message's refusal.
      return ids.some((id) => now[id] !== undefined && !there.has(id)) && !ids.some((id) => now[id]?.refused)
    },
    resume() {
      isAsked = true
      running ??= runAll().finally(() => {
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
    async received(ids) {
      await markSent(ids.flatMap((id) => filesOf.get(id) ?? []))
    },
    async exportUnsent() {
      const unsent = Object.entries(await shelf()).filter(
        ([id, file]) => file.whole && isUnsent(file) && !(file.draft !== undefined && there.has(id)),
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
        const written = (await store.loadCollection('outgoing')).filter(({ _deleted }) => !_deleted)
        const open = (await store.loadCollection('drafts')).filter(({ status }) => status !== 'submitted')
        const named = new Set([...written.flatMap(filesOfMessage), ...open.flatMap(filesOfForm)])
        for (const id of (await store.pending()).flatMap(namedByDraft)) named.add(id)
        const held = new Set([...(await waiting()).values(), ...filesOf.values()].flat())
        for (const id of held) named.add(id)
        const isReceived = ({ receivedAt }: StoredDocument) => receivedAt !== undefined
        const had = new Set([
          ...(await store.loadCollection('messages')).filter(isReceived).flatMap(filesOfMessage),
          ...(await store.loadCollection('submissions')).filter(isReceived).flatMap(filesOfForm),
        ])
        await markSent(Object.keys(now).filter((id) => had.has(id) && !held.has(id)))
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
