/** A document as REST hands it out: as devices hold it, with the revision that a change of it has to name. */
import { refusal } from '../../shared/protocol/errors.ts'
import type { StoredDocument } from './collection.ts'
import { toClient } from './document-store.ts'

export type Revised<T> = T & { readonly rev: number }
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

// Stored documents were checked when they were written.
export const revised = <T>(document: StoredDocument): Revised<T> =>
  ({ ...toClient(document), rev: document.rev }) as unknown as Revised<T>

export const changedMeanwhile = refusal(
  'precondition_failed',
  'This was changed since you saw it. Nothing was done: look at it again.',
)
export const badCursor = refusal('invalid_message', 'The cursor is not one that this list gave out.')
