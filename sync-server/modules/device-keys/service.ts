/**
 * The data keys of devices, in trust: a device whose password was forgotten or changed elsewhere shows the box that it
 * made, and gets what is in it. Only in a session that somebody has just signed in to, on the very device that made the
 * box, for a record that is still theirs; each question is audited. SPEC: sync-server/modules/auth/SPEC.md, S10 and S11.
 */
import { type EscrowOwner, openEscrow, sealEscrowAnswer } from '../../../shared/crypto/escrow-slot.ts'
import { boxKeyId } from '../../../shared/crypto/sealed-box.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import type { EscrowKeys } from '../../platform/escrow-keys.ts'
import { randomBytesOf } from '../../platform/key-provider.ts'
import type { DeviceKey } from '../../platform/possession.ts'
import type { SocketTickets } from '../../platform/socket-ticket.ts'
import type { Actor } from '../../replication/actor.ts'
import { REPLICA_HOLDERS } from '../../replication/client-access-store.ts'
import type { Replication } from '../../replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly escrowKeys: EscrowKeys
  readonly escrowTickets: SocketTickets
  /** Is `session` that of the sign-in that brought a ticket of `before`? */
  readonly isSameSignIn: (source: Database['prisma'], session: string, before: string) => Promise<boolean>
}
export interface ShownBox {
  readonly ticket: string
  readonly clientId: string
  /** Of the data key in the box. */
  readonly keyId: string
  readonly box: Uint8Array
  /** Of the moment: the answer is sealed to it. */
  readonly answerTo: Uint8Array
}
/** Who asks: all of it proved by the request. */
export interface AskingDevice {
  readonly actor: Actor & { readonly deviceId: string }
  readonly sessionId: string
  readonly key: DeviceKey
}
export type DeviceKeyService = ReturnType<typeof createDeviceKeyService>

const notNow = refusal('confirmation_needed', 'Sign in again on this device to open what it holds.')
const notOurs = refusal(
  'unreadable',
  'This was not made by this device for this server. Nothing was changed.',
)

export function createDeviceKeyService(deps: Deps) {
  const { database, replication, escrowKeys, escrowTickets, isSameSignIn } = deps
  const isOfSignIn = async (sessionId: string, ticket: string): Promise<boolean> => {
    const signedIn = escrowTickets.read(ticket)?.sessionId
    return signedIn !== undefined && isSameSignIn(database.prisma, sessionId, signedIn)
  }
  return {
    recipient: () => database.transaction((tx) => escrowKeys.current(tx)),

    async open(
      { actor, sessionId, key }: AskingDevice,
      shown: ShownBox,
    ): Promise<Result<Uint8Array, Refusal>> {
      // Looked up before the record is locked: with one connection there is no other to ask by.
      const isSignedIn = await isOfSignIn(sessionId, shown.ticket)
      return replication.read<Uint8Array>({
        actor,
        clientId: shown.clientId,
        action: 'device-key.open',
        permit: REPLICA_HOLDERS,
        onDevice: false,
        describe: () => ({}),
        run: async ({ scope }) => {
          if (!isSignedIn) return err(notNow)
          const keyId = boxKeyId(shown.box)
          const secret = keyId === undefined ? undefined : await escrowKeys.secret(scope.tx, keyId)
          if (secret === undefined) return err(notOurs)
          const owner: EscrowOwner = {
            account: actor.accountId,
            client: shown.clientId,
            device: actor.deviceId,
            deviceKey: key.thumbprint,
            keyId: shown.keyId,
          }
          const raw = await openEscrow(secret, shown.box, owner)
          if (!raw.ok) return err(notOurs)
          try {
            return ok(await sealEscrowAnswer(shown.answerTo, raw.value, owner, randomBytesOf))
          } catch (error) {
            // A key that agrees with everybody on the same secret.
            if (error instanceof RangeError) return err(notOurs)
            throw error
          } finally {
            raw.value.fill(0)
          }
        },
      })
    },
  }
}
