/** Names by which a client knows the devices (or staff members) that wrote an answer. */
import type { SqlTransaction } from '../platform/database.ts'

export async function readDeviceNames(
  tx: SqlTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; name: string }[]>`
    WITH wanted AS (SELECT unnest(string_to_array(${ids.join(',')}, ',')::uuid[]) AS id)
    SELECT d.id, d.name FROM portal.device d JOIN wanted w ON w.id = d.id
    UNION ALL
    SELECT a.id, a.name FROM portal.portal_account a JOIN wanted w ON w.id = a.id`
  return new Map(rows.map(({ id, name }) => [id, name]))
}
