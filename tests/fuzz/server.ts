/**
 * The server in a process of its own that also tells how much memory it keeps, and undoes what chance did to accounts: the
 * parent asks with a message.
 */
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

const { prisma } = portal.database
const [accounts, practices] = await Promise.all([prisma.portalAccount.findMany(), prisma.practice.findMany()])
process.on('message', (wish) => void (wish === 'put back' ? putBack() : tell()))
process.on('disconnect', () => void portal.close().then(() => process.exit(0)))
process.send?.({ url: portal.url })

async function tell(): Promise<void> {
  const rows = [...(await countRows(portal.database))]
  // A whole collection, as asked for by a debugger.
  await inspector.post('HeapProfiler.collectGarbage')
  const standing: Standing = { heapBytes: process.memoryUsage().heapUsed, rows }
  process.send?.(standing)
}

/** Passwords, addresses and what the practice asks for as they were; nobody locked, nobody with a second factor. */
async function putBack(): Promise<void> {
  for (const { id, ...data } of practices) await prisma.practice.update({ where: { id }, data })
  // One whose address somebody else was given stays as it is.
  for (const { id, ...data } of accounts)
    await prisma.portalAccount.update({ where: { id }, data }).catch(() => undefined)
  await prisma.loginThrottle.deleteMany()
  await prisma.totpFactor.deleteMany()
  await prisma.passkey.deleteMany()
  process.send?.('put back')
}
