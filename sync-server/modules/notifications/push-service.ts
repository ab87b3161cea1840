/** A device says where it wants to be told at once, and that it does not any more. */
import type { z } from 'zod'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, SqlTransaction } from '../../platform/database.ts'
import type { OutgoingAddresses } from '../../platform/outgoing-address.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import type { Subscription } from './push-channel.ts'
import type { PushKeys } from './push-keys.ts'
import type { PushSeal } from './push-seal.ts'
import { isSubscribed, putSubscription, removeSubscription } from './push-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly keys: PushKeys
  readonly seal: PushSeal
  readonly addresses: OutgoingAddresses
}
export interface PushStanding {
  /** What a browser subscribes with, base64url. */
  readonly publicKey: string
  readonly subscribed: boolean
}
const NO_DEVICE = refusal('not_permitted', 'Only a device can be told at once.')
const BAD_ADDRESS = refusal('invalid_document', 'This is not the address of a push service.')

export function createPushService({ database, clock, keys, seal, addresses }: Deps) {
  const act = (actor: Actor, action: string, run: (tx: SqlTransaction) => Promise<unknown>): Promise<void> =>
    database.direct(async (tx) => {
      await run(tx)
      await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), { action, outcome: 'allowed' })])
    })
  return {
    async standing({ deviceId }: Actor): Promise<Result<PushStanding, Refusal>> {
      const { publicKey } = await keys.current()
      const subscribed = deviceId !== null && (await isSubscribed(database.prisma, deviceId))
      return ok({ publicKey, subscribed })
    },
    async subscribe(actor: Actor, given: z.infer<typeof Subscription>): Promise<Result<null, Refusal>> {
      const { deviceId, accountId } = actor
      if (deviceId === null) return err(NO_DEVICE)
      if (addresses.problemOf(given.endpoint) !== undefined) return err(BAD_ADDRESS)
      const sealed = seal.seal('push_subscription', deviceId, JSON.stringify(given))
      const endpointTag = seal.endpointTag(given.endpoint)
      await act(actor, 'notify.push-on', (tx) =>
        putSubscription(tx, { deviceId, accountId, endpointTag, sealed, now: clock.now() }),
      )
      return ok(null)
    },
    async unsubscribe(actor: Actor): Promise<Result<null, Refusal>> {
      const { deviceId } = actor
      if (deviceId !== null) await act(actor, 'notify.push-off', (tx) => removeSubscription(tx, deviceId))
      return ok(null)
    },
  }
}
export type PushService = ReturnType<typeof createPushService>
