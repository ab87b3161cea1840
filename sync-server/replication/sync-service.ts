/**
 * The three questions a device asks. Sockets and HTTP only translate into these calls. Every call authorizes the
 * actor for `message.client` inside its transaction and writes its audit row there; an unknown client and a foreign
 * one get the same `not_found`.
 */
import type { Result } from '../../shared/kernel/result.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type {
  Changes,
  Hello,
  HelloAnswer,
  LastPush,
  PullAnswer,
  PullRequest,
  PushAnswer,
  PushRequest,
} from '../../shared/protocol/messages.ts'
import type { Actor } from './actor.ts'

export interface SyncService {
  hello(actor: Actor, message: Hello): Promise<Result<HelloAnswer, Refusal>>
  /** Throws only for infrastructure failures (nothing is committed then, the device retries). */
  push(actor: Actor, message: PushRequest): Promise<Result<PushAnswer, Refusal>>
  /** From a device that was signed out: kept apart, no document changes, nothing is told. */
  lastPush(actor: Actor, message: LastPush): Promise<Result<null, Refusal>>
  pull(actor: Actor, message: PullRequest): Promise<Result<PullAnswer, Refusal>>
}

/** What a commit announces after it is durable; `origin` has the rows in its ack already. */
export interface Announcement {
  readonly changes: Changes
  readonly origin: string | null
  /** When the server took it, ms. */
  readonly at: number
}
export type Announce = (announcement: Announcement) => void
