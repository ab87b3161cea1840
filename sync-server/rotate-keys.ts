/** Brings every wrapped data key under the current key-encryption key, some at a time, each batch in the audit trail. */
import { createClinicKeys } from './modules/kiosk/clinic-key-store.ts'
import { appendAudit } from './platform/audit-store.ts'
import { createClientKeys } from './platform/client-keys.ts'
import type { Database } from './platform/database.ts'
import { createEscrowKeys } from './platform/escrow-keys.ts'
import type { KeyProvider } from './platform/key-provider.ts'

const BATCH = 100

/** How many. */
export async function rotateKeys(
  database: Database,
  keyProvider: KeyProvider,
  now: () => number,
  onProgress: (soFar: number) => void = () => undefined,
): Promise<number> {
  const keys = createClientKeys({ keyProvider })
  const escrow = createEscrowKeys({ keyProvider })
  const clinics = createClinicKeys(keyProvider)
  let done = 0
  for (;;) {
    const moved = await database.transaction(async (tx) => {
      const count =
        (await keys.rewrap(tx, BATCH)) + (await escrow.rewrap(tx, BATCH)) + (await clinics.rewrap(tx, BATCH))
      const event = {
        action: 'keys.rewrapped',
        outcome: 'allowed',
        count,
        reason: keyProvider.kekId,
      } as const
      if (count > 0) await appendAudit(tx, [{ ...event, ip: 'local', userAgent: 'operator', at: now() }])
      return count
    })
    if (moved === 0) return done
    done += moved
    onProgress(done)
  }
}
