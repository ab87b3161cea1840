/**
 * A new submission says what the page showed of its draft. The worker compares that with what it holds, so that an
 * answer of another device that nobody has looked at is never passed over, and takes it off: it is not part of the
 * document. SPEC: client/replica/SPEC.md, R6.
 */
import type { Draft } from '../../shared/domains/forms/schema.ts'

export interface WithSeenDraft {
  readonly seenDraft: Pick<Draft, 'answers' | 'contested'>
}

/** The draft is not what the page showed. Nothing was written; to be looked at again and handed in anew. */
export class DraftMoved extends Error {
  override readonly name = 'DraftMoved'
  constructor() {
    super('the draft has changed since it was shown')
  }
}

/** Also for an error that came through the worker's port, which keeps names only. */
export const isDraftMoved = (error: unknown): boolean => error instanceof Error && error.name === 'DraftMoved'
