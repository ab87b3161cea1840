/** What lies here of attached files (attachment-vault.ts), and its way into a record's replica that is made anew. R54, R65. */
import { partsOf } from '../../../shared/domains/documents/limits.ts'
import type { FileCard } from './file-parts.ts'
import type { FileStore } from './file-store.ts'
import type { ReplicaStore } from './replica-store.ts'

/** Sealed in the replica, by the file's id. */
export interface Attached extends FileCard {
  readonly name: string
  readonly type: string
  /** The form whose question it answers; absent: it is for a message. */
  readonly draft?: string
  /** When it was chosen, and when its message was received; ms. */
  readonly at: number
  readonly sent?: number
  /** All of it lies here. */
  readonly whole: boolean
  readonly refused?: boolean
}
export type Shelf = { readonly [id: string]: Attached }
export const SHELF = 'attached-files'
/** Answers' files that were taken away, and that the clinic may still have. */
export const TAKEN_BACK = 'taken-back-files'

export const isUnsent = ({ sent }: Attached): boolean => sent === undefined

/** A replica with its files, while nobody sees it. */
export interface StoreWithFiles {
  readonly store: ReplicaStore
  readonly disk: FileStore
}

/** Parts as they are, with their key: sealed for whoever chose them. What is there already stays, so that it can be done again. */
export async function carryFiles(
  from: StoreWithFiles,
  into: StoreWithFiles,
  isWanted: (id: string, file: Attached) => boolean,
): Promise<void> {
  const shelf = ((await from.store.readLocal(SHELF)) as Shelf | undefined) ?? {}
  for (const [id, file] of Object.entries(shelf)) {
    if (!file.whole || !isWanted(id, file)) continue
    await into.disk.mark(id)
    for (let part = 0; part < partsOf(file.bytes); part++) {
      const sealed = await from.disk.get(id, part)
      if (sealed !== undefined) await into.disk.put(id, part, sealed)
    }
    await into.store.changeLocal<Shelf>(SHELF, (there = {}) =>
      there[id] === undefined ? { ...there, [id]: file } : there,
    )
  }
}
