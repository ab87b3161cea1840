/** What does the jobs of one kind, and what becomes of those that fail. */
import type { z } from 'zod'
import type { Transaction } from './database.ts'

/** `inside`: in the transaction that marks it done, so exactly once. `outside`: may happen twice. */
export type OutboxHandler =
  | { readonly schema: z.ZodType; readonly inside: (tx: Transaction, payload: never) => Promise<void> }
  | { readonly schema: z.ZodType; readonly outside: (payload: never) => Promise<void> }

/** Thrown by a handler that no later attempt could help. `code` is shown to admins: never content. */
export class PermanentFailure extends Error {
  readonly code: string
  constructor(code: string) {
    super(`It cannot be done: ${code}`)
    this.code = code
  }
}

const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 60 * 60_000

/** How long to wait after so many failed attempts, ms. */
export const outboxWait = (attempts: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 4 ** Math.max(0, attempts - 1))
