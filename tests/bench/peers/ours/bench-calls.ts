/** What the bench page asks its worker besides the product's own calls. */
import type { ChangeRow } from '../../../../shared/protocol/messages.ts'

export interface Share {
  readonly accountId: string
  readonly clientId: string
  readonly deviceId: string
  readonly token: string
  readonly ticket: string
  /** ms. */
  readonly goodUntil: number
}

export interface OpenInput {
  readonly db: string
  /** `host:port` of the server; null: none. */
  readonly url: string | null
  readonly key: readonly number[]
  /** Signed in already. */
  readonly known: Share | null
}

export interface BenchCalls {
  benchOpen(input: OpenInput): Promise<Share | null>
  /** Signs another device in. */
  benchShare(input: object): Promise<Share>
  benchConnect(input: object): Promise<void>
  benchDisconnect(input: object): Promise<void>
  /** Mutations that the server has not answered, or whose effect has not arrived. */
  benchUnsent(input: object): Promise<number>
  /** Rows of a pull, as if the server had sent them. `head`: position after them; null: more to come. */
  benchArrive(input: { rows: readonly ChangeRow[]; head: number | null }): Promise<void>
  /** What the leading tab does when nothing was written for three seconds. */
  benchSettle(input: object): Promise<void>
  benchClose(input: object): Promise<void>
}
