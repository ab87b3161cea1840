/** Where resetting a password and changing what one signs in with ask for one more factor. */
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { KnownAccount } from './account-store.ts'
import type { Factor } from './sign-in.ts'

/** What was given beside the link or the password. */
export interface GivenFactor {
  readonly kind: Factor
  readonly value: string
}
/** Undefined: it is enough. A refusal says what is missing, and nothing has been changed. */
export type FurtherProof = (
  account: KnownAccount,
  given: GivenFactor | undefined,
  /** `sessionId`: one in which a factor may have been shown a moment ago. */
  from: { readonly caller: Caller; readonly sessionId?: string | undefined },
) => Promise<DelayedRefusal | undefined>

/** Nobody has enrolled a factor. */
export const noFurtherProof: FurtherProof = async () => undefined
