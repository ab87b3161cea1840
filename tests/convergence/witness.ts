/** Everything that changes or leaves the server passes here: what the invariants are checked against. */
import type { Mutation, PushAnswer } from '../../shared/protocol/messages.ts'
import type { Announcement } from '../../sync-server/replication/sync-service.ts'

export interface Witness {
  committed(announcement: Announcement): void
  /** A push that took effect, whether or not its answer ever arrives. */
  pushed(
    device: string,
    request: { readonly mutations: readonly Mutation[] },
    answer: PushAnswer,
    asked: number,
  ): void
  /** On its way to a device that asked for it, or is told unasked, at that time. */
  told(device: string, message: unknown, asked: number): void
  /** Kept apart, of a device that was signed out. */
  handedIn(request: { readonly mutations: readonly Mutation[] }): void
  /** The server died, perhaps between a commit and its announcement. */
  died(): void
  /** A request failed, and no fault was put in its way. */
  failed(error: unknown): void
}
