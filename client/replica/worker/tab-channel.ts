/**
 * What the tabs of one replica tell each other. Never a document, key or token: only which documents moved, so that
 * each tab reads and opens them itself.
 */
import type { SendingFiles } from './attachment-vault.ts'
import type { ChannelLike } from './environment.ts'
import type { LinkStatus } from './link.ts'
import type { DocumentKey } from './sealed-rows.ts'
import type { Received } from './sync-view.ts'

/** How the leader's link stands. */
export interface LinkFacts {
  readonly link: LinkStatus
  readonly inFlight: readonly number[]
  readonly received: readonly Received[]
  readonly progress: number | null
}

export type TabMessage =
  /** `version`: of the database after the commit. */
  | {
      readonly say: 'commit'
      readonly keys: readonly DocumentKey[]
      readonly outbox: boolean
      readonly version: number
    }
  /** `leader`: who speaks; `begins`: from now on. */
  | { readonly say: 'link'; readonly leader: string; readonly begins: boolean; readonly facts: LinkFacts }
  /** What lies here of files has changed. `sending`: of the leader alone, for only it sends. */
  | { readonly say: 'files'; readonly sending: SendingFiles | null }
  /** A tab asks the leader how the link stands, and so whether it is alive; at first also how far its files are. */
  | { readonly say: 'report'; readonly files: boolean }
  /** Something outside changed (network, sign-in): the leader should try now. */
  | { readonly say: 'nudge' }
  | { readonly say: 'active' }
  | { readonly say: 'lock'; readonly reason: 'idle' | 'user' | 'lease_ended' }
  | { readonly say: 'gone'; readonly reason: 'signed-out-elsewhere' | 'wiped' }
  /** This record alone is off the device; `renewed`: and is fetched anew under another key. */
  | { readonly say: 'left'; readonly renewed: boolean }

export interface TabChannel {
  say(message: TabMessage): void
  close(): void
}

export function openTabChannel(
  open: ((name: string) => ChannelLike) | undefined,
  name: string,
  onMessage: (message: TabMessage) => void,
): TabChannel {
  const channel = open?.(`replica:${name}`)
  channel?.listen((message) => onMessage(message as TabMessage))
  return {
    say: (message) => channel?.postMessage(message),
    close: () => channel?.close(),
  }
}
