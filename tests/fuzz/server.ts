/** The server in a process of its own that also tells how much memory it keeps: the parent asks with a message. */
import { Session } from 'node:inspector/promises'
import { readConfig } from '../../sync-server/config.ts'
import { Portal } from '../../sync-server/context.ts'
import { countRows } from './rows.ts'

export interface Standing {
  readonly heapBytes: number
  readonly rows: readonly (readonly [table: string, count: number])[]
}

const portal = await Portal.start(readConfig())
const inspector = new Session()
inspector.connect()

process.on('message', () => void tell())
process.on('disconnect', () => void portal.close().then(() => process.exit(0)))
process.send?.({ url: portal.url })

async function tell(): Promise<void> {
  const rows = [...(await countRows(portal.database))]
  // A whole collection, as asked for by a debugger.
  await inspector.post('HeapProfiler.collectGarbage')
  const standing: Standing = { heapBytes: process.memoryUsage().heapUsed, rows }
  process.send?.(standing)
}
