/**
 * What this module needs of whoever sends links and knows accounts: an invitation is proved by the link that went to
 * one address and by the day of birth of the person whose record it is.
 */
import type { Transaction } from '../../platform/database.ts'

export interface Invited {
  readonly clientId: string
  readonly invitationId: string
  readonly email: string
  readonly createdBy: string
}
/** What somebody who was invited holds and knows. */
export interface Proof {
  readonly invite: string
  readonly dateOfBirth: string
}
export interface Invitations {
  /** How long a link is good, ms. */
  readonly goodFor: number
  /** Queues the mail with the link in the caller's transaction. */
  send(tx: Transaction, invited: Invited): Promise<void>
  /** Ends the links of an invitation. */
  withdraw(tx: Transaction, invitationId: string): Promise<void>
  /** Counts the guess; undefined for whatever is not right. Uses nothing up. */
  prove(
    tx: Transaction,
    proof: Proof,
  ): Promise<{ readonly clientId: string; readonly invitationId: string } | undefined>
  /** Tells the person whose record it is that somebody may see it, or sees more of it. */
  tellOwner(tx: Transaction, clientId: string): Promise<void>
  nudge(): void
}
