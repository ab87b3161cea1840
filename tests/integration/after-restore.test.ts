/** What an operator does after a backup was put back. SPEC: shared/protocol/SPEC.md, P6 and P21. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { afterRestore } from '../../sync-server/after-restore.ts'
import { readConfig } from '../../sync-server/config.ts'
import { openDatabase } from '../../sync-server/platform/database.ts'
import { createDatabase } from '../harness/database.ts'
import { startPortal } from '../harness/server.ts'

it('[P6] every record goes on under a new epoch, each time under a higher one', async () => {
  await using made = await createDatabase('pglite')
  const { dataDir } = made
  await (await startPortal({ dataDir })).close()
  const config = readConfig({ PORTAL_DATA_DIR: dataDir, PORTAL_LOG_LEVEL: 'error' })
  const epochs = async () => {
    await using database = await openDatabase({ dataDir: join(dataDir, 'database') })
    return (await database.prisma.clientHead.findMany()).map(({ epoch }) => epoch)
  }
  const first = await epochs()
  const now = Date.now()
  expect(await afterRestore(config, now)).toBe(first.length)
  const second = await epochs()
  expect(first.length).toBeGreaterThan(0)
  expect(Math.min(...second)).toBeGreaterThan(Math.max(...first))
  await afterRestore(config, now)
  expect(Math.min(...(await epochs()))).toBeGreaterThan(Math.max(...second))
}, 600_000)
