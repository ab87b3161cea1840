/** How many rows each table holds, and which tables no request of these people may ever add to. */
import type { Database } from '../../sync-server/platform/database.ts'

export async function countRows(database: Database): Promise<ReadonlyMap<string, number>> {
  return database.withScripts(async ({ query }) => {
    const tables = await query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'portal' ORDER BY 1`,
    )
    const counts = new Map<string, number>()
    for (const { name } of tables) {
      const [row] = await query<{ count: number }>(`SELECT count(*)::integer AS count FROM portal."${name}"`)
      counts.set(name, row?.count ?? 0)
    }
    return counts
  })
}

/** Who belongs to the practice, and what it is made of. */
export const NEVER_GROW: readonly string[] = [
  '_prisma_migrations',
  'access_grant',
  'client',
  'clinician_assignment',
  'data_key_rotation',
  'ehr_account',
  'ehr_delivery',
  'ehr_webhook',
  'form',
  'form_version',
  'payment_event',
  'portal_account',
  'practice',
]

const tablets = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) =>
  (after.get('kiosk_tablet') ?? 0) - (before.get('kiosk_tablet') ?? 0)

export const growthOf = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) =>
  new Map(
    [...after]
      .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
      // The front desk may add tablets, as often as it likes: each has an account, and nobody else gets one.
      .map(([name, by]) => [name, name === 'portal_account' ? by - tablets(before, after) : by] as const)
      .filter(([, by]) => by !== 0),
  )
