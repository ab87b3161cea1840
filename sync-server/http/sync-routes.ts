/**
 * Replication over HTTP: the same messages as over the socket, for bulk and for networks that let no socket through.
 * SPEC: shared/protocol/SPEC.md.
 */
import { z } from 'zod'
import { err } from '../../shared/kernel/result.ts'
import {
  type ChangeRow,
  Cursor,
  Hello,
  LastPush,
  type MutationAnswer,
  PullRequest,
  PushRequest,
} from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import type { SyncService } from '../replication/sync-service.ts'
import type { RateLimits } from './rate-limits.ts'
import { type Caller, defineRoute, type Route } from './route.ts'

const count = z.number().int().nonnegative()
// Made by our own services and bulky: typed, documented, not walked again.
const rows = z.custom<readonly ChangeRow[]>().meta({ description: 'Rows of changes, see the protocol.' })
const answers = z
  .custom<readonly MutationAnswer[]>()
  .meta({ description: '[number, outcome, revision, updatedAt, reason?], in the order of the mutations.' })

const HelloAnswer = z.object({
  mode: z.enum(['delta', 'rewind', 'reset']),
  head: Cursor,
  last: count,
  from: count.optional(),
  grant: z
    .object({ g: count, scopes: z.array(z.string()), until: z.number().int().nullable() })
    .optional()
    .meta({ description: 'What a proxy may do with the record, until when (ms).' }),
})
const PushAnswer = z.object({
  answers,
  changes: z.object({ client: z.uuid().lowercase(), from: count, to: Cursor, rows }),
})
const PullAnswer = z.object({ rows, next: count, upTo: count, done: z.boolean(), head: Cursor })

const access = { audience: 'portal', roles: ['client', 'proxy'] } as const
const tag = 'sync'

interface Deps {
  readonly sync: SyncService
  readonly limits: Pick<RateLimits, 'lastPush'>
  readonly markWiped: (deviceId: string, caller: Caller) => Promise<void>
}

export const syncRoutes = ({ sync, limits, markWiped }: Deps): Route[] => [
  defineRoute({
    method: 'post',
    path: `${SYNC_HTTP}/hello`,
    summary: 'Where does this device stand?',
    tag,
    access,
    body: Hello,
    response: HelloAnswer,
    refusals: ['not_found', 'protocol_unsupported'],
    handler: ({ actor, body }) => sync.hello(actor, body),
  }),
  defineRoute({
    method: 'post',
    path: `${SYNC_HTTP}/push`,
    summary: 'Send mutations; each gets its own answer',
    tag,
    access,
    body: PushRequest,
    // Each mutation is answered for itself, those that no column holds as well.
    anyText: true,
    response: PushAnswer,
    refusals: ['not_found'],
    handler: ({ actor, body }) => sync.push(actor, body),
  }),
  defineRoute({
    method: 'post',
    path: `${SYNC_HTTP}/last-push`,
    summary: 'Hand in what a device that was signed out had not sent; changes no document and tells nothing',
    tag,
    access: { audience: 'last-push', roles: ['client', 'proxy'] },
    body: LastPush,
    anyText: true,
    response: z.null(),
    status: 204,
    refusals: ['not_found'],
    handler: async ({ actor, body, caller }) => {
      const limited = await limits.lastPush(String(actor.deviceId))
      if (limited !== undefined) return err(limited)
      const kept = await sync.lastPush(actor, body)
      if (kept.ok && body.wiped && actor.deviceId !== null) await markWiped(actor.deviceId, caller)
      return kept
    },
  }),
  defineRoute({
    method: 'post',
    path: `${SYNC_HTTP}/pull`,
    summary: 'Fetch documents in the order of the feed',
    tag,
    access,
    body: PullRequest,
    response: PullAnswer,
    refusals: ['not_found'],
    handler: ({ actor, body }) => sync.pull(actor, body),
  }),
]
