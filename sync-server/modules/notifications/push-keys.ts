/** The portal's key towards push services (VAPID): made at the first need, the secret half sealed in the database. */
import webpush from 'web-push'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Database } from '../../platform/database.ts'
import { StartError } from '../../platform/start-error.ts'
import type { PushSeal } from './push-seal.ts'
import { addPushKey, readPushKey } from './push-store.ts'

export interface PushKeys {
  current(): Promise<{ readonly publicKey: string; readonly privateKey: string }>
}

export function createPushKeys({
  database,
  clock,
  seal,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly seal: PushSeal
}): PushKeys {
  let known: { readonly publicKey: string; readonly privateKey: string } | undefined
  const make = async (): Promise<void> => {
    const { publicKey, privateKey } = webpush.generateVAPIDKeys()
    const sealed = seal.seal('push_key', publicKey, privateKey)
    await database.transaction((tx) => addPushKey(tx, { publicKey, sealed }, clock.now()))
  }
  return {
    async current() {
      if (known !== undefined) return known
      if ((await readPushKey(database.prisma)) === undefined) await make()
      const stored = await readPushKey(database.prisma)
      const privateKey = stored && (await seal.open('push_key', stored.publicKey, stored.sealed))
      if (stored === undefined || privateKey === undefined)
        throw new StartError(
          'PORTAL_PEPPER is not the one that the key for push in this database was sealed with.',
        )
      known = { publicKey: stored.publicKey, privateKey }
      return known
    },
  }
}
