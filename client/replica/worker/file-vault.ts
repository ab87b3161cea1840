/**
 * Files on this device: opened once and forgotten, or kept, sealed, for when there is no network. A file that is kept
 * arrives part by part; what is here already is never fetched again, whatever breaks in between. Where its document is
 * withdrawn, the kept file goes. SPEC: client/replica/SPEC.md, R52 and R53.
 */
import { PART_BYTES, partsOf } from '../../../shared/domains/documents/limits.ts'
import type { FileAnswer, FilesView, FileTrouble } from '../file-views.ts'
import { type FileFetch, type FoundFile, readWhole } from './fetch-file.ts'
import type { FileCard, FileParts } from './file-parts.ts'
import type { FileStore } from './file-store.ts'
import type { ReplicaStore } from './replica-store.ts'

/** Sealed in the replica, by the document's id. */
interface Kept extends FileCard {
  readonly type: string
  /** Parts that are here. */
  readonly have: number
}
type Shelf = { readonly [id: string]: Kept }
const SHELF = 'kept-files'

export interface FileVault {
  view(): Promise<FilesView>
  open(id: string): Promise<FileAnswer>
  /** Resolves when it is here, or why it is not; what was begun goes on with `resume`. */
  keep(id: string): Promise<FileTrouble | null>
  letGo(ids: readonly string[]): Promise<void>
  /** Goes on with what was begun. False: a passing trouble stopped it, and it is worth another attempt. */
  resume(): Promise<boolean>
  /** After a start: nothing stays of what is not in the record any more; `there`: what is, asked only where something is kept. */
  tidy(there: () => Promise<ReadonlySet<string>>): Promise<void>
  close(): void
}

interface Deps {
  readonly store: Pick<ReplicaStore, 'readLocal' | 'changeLocal'>
  readonly disk: FileStore
  readonly parts: FileParts
  readonly fetch: FileFetch
  /** Where a document's link is asked for. */
  readonly linkOf: (id: string) => string
  readonly onChange: (view: FilesView) => void
}

export function createFileVault({ store, disk, parts, fetch, linkOf, onChange }: Deps): FileVault {
  const coming = new Map<string, Promise<FileTrouble | null>>()
  let closed = false

  const shelf = async () => ((await store.readLocal(SHELF)) as Shelf | undefined) ?? {}
  const change = async (update: (before: Shelf) => Shelf): Promise<Shelf> => {
    const after = await store.changeLocal<Shelf>(SHELF, (before = {}) => update(before))
    if (!closed) onChange(viewOf(after))
    return after
  }
  const viewOf = (now: Shelf): FilesView =>
    Object.fromEntries(
      Object.entries(now).map(([id, { bytes, have }]) => [id, { bytes, have, parts: partsOf(bytes) }]),
    )
  const takeIn = async (id: string, found: FoundFile): Promise<FileTrouble | null> => {
    const begun = await change((before) => {
      const known = before[id]
      if (known?.sha256 === found.sha256) return before
      const { bytes, type } = found
      return { ...before, [id]: { key: parts.newKey(), bytes, type, sha256: found.sha256, have: 0 } }
    })
    const kept = begun[id] as Kept
    let { have } = kept
    let rest: Uint8Array<ArrayBuffer> = new Uint8Array()
    const store = async (bytes: Uint8Array) => {
      await parts.put(id, kept, have, bytes)
      have += 1
      const counted = have
      const after = await change((before) =>
        before[id] ? { ...before, [id]: { ...before[id], have: counted } } : before,
      )
      if (after[id] === undefined) throw new Error('let go meanwhile')
    }
    if (have < partsOf(kept.bytes)) {
      const done = await fetch.read(found.url, have, async (bytes) => {
        rest = joined(rest, bytes)
        while (rest.length >= PART_BYTES) {
          await store(rest.subarray(0, PART_BYTES))
          rest = rest.slice(PART_BYTES)
        }
      })
      if (!done.ok) return done.reason
      if (rest.length > 0) await store(rest)
    }
    if ((await parts.read(id, kept)) !== undefined) return null
    await vault.letGo([id])
    return 'broken'
  }

  const vault: FileVault = {
    view: async () => viewOf(await shelf()),
    async open(id) {
      const kept = (await shelf())[id]
      if (kept !== undefined && kept.have === partsOf(kept.bytes)) {
        const bytes = await parts.read(id, kept)
        if (bytes !== undefined) return { ok: true, bytes, type: kept.type }
      }
      return readWhole(fetch, linkOf(id))
    },
    keep(id) {
      const known = coming.get(id)
      if (known !== undefined) return known
      const run = async (): Promise<FileTrouble | null> => {
        const found = await fetch.find(linkOf(id))
        return found.ok ? takeIn(id, found.value) : found.reason
      }
      const going = run()
        .catch((): FileTrouble => 'unavailable')
        .finally(() => coming.delete(id))
      coming.set(id, going)
      return going
    },
    async letGo(ids) {
      const there = await shelf()
      const gone = ids.filter((id) => there[id] !== undefined)
      if (gone.length === 0) return
      // The keys first: whatever fails after that, nobody reads what lies there.
      await change((before) =>
        Object.fromEntries(Object.entries(before).filter(([id]) => !gone.includes(id))),
      )
      for (const id of gone) await disk.remove(id)
    },
    async resume() {
      let whole = true
      for (const [id, { bytes, have }] of Object.entries(await shelf())) {
        if (closed || have >= partsOf(bytes)) continue
        const trouble = await vault.keep(id)
        if (trouble === 'gone') await vault.letGo([id])
        else if (trouble !== null) whole = false
      }
      return whole
    },
    async tidy(there) {
      const now = Object.keys(await shelf())
      if (now.length > 0) {
        const known = await there()
        await vault.letGo(now.filter((id) => !known.has(id)))
      }
      if (!closed) onChange(viewOf(await shelf()))
    },
    close() {
      closed = true
    },
  }
  return vault
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
