/** `npm run keys:rotate -- --data-keys` as an operator meets it: killed under a server that works, and gone on with. */
import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { createDatabase } from '../harness/database.ts'
import { giveDocuments, threadOf } from '../harness/many-documents.ts'
import { startPortal } from '../harness/server.ts'
import { signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

const ROOT = join(import.meta.dirname, '../..')
const MESSAGES = 3_000

it('[A11] SIGKILL in the middle loses nothing: the next run finishes, and a signed-in device reads on all the while', async () => {
  await using stored = await createDatabase('postgres')
  await using server = await startPortal(stored)
  const { prisma } = server.portal.database
  await giveDocuments(server, 'messages', MESSAGES, (index, at) => threadOf('Hello', `Message ${index}`, at))
  const device = await signIn(server.url, 'client@demo.test')
  using socket = await connectDevice(device)
  await socket.ask('hello', helloOf(device))
  const pulled = async () => {
    let after = 0
    const shown: unknown[] = []
    for (let done = false; !done; ) {
      const { ok } = await socket.ask('pull', { client: device.clientId, after, upTo: null })
      const page = ok as { rows: unknown[]; next: number; done: boolean }
      shown.push(...page.rows)
      ;({ next: after, done } = page)
    }
    return shown
  }
  const before = await pulled()
  expect(before.length).toBeGreaterThan(MESSAGES)

  const env = {
    ...process.env,
    PORTAL_DATA_DIR: stored.dataDir,
    DATABASE_URL: stored.databaseUrl,
  }
  const command = [
    join(ROOT, 'node_modules/tsx/dist/cli.mjs'),
    join(ROOT, 'sync-server/keys-rotate.ts'),
    '--data-keys',
  ]
  const killed = spawn(process.execPath, command, { env, stdio: 'ignore', detached: true })
  const gone = new Promise((resolve) => killed.once('exit', resolve))
  const keys = () => prisma.clientKey.count({ where: { clientId: device.clientId } })
  while ((await keys()) < 2) expect(killed.exitCode).toBeNull()
  process.kill(-(killed.pid ?? 0), 'SIGKILL')
  await gone
  expect(await keys()).toBe(2)
  expect(await prisma.dataKeyRotation.count({ where: { finishedAt: null } })).toBe(1)
  expect(await pulled()).toEqual(before)

  const { stdout } = await promisify(execFile)(process.execPath, command, { env })
  expect(stdout).toContain('have a new data key')
  expect(await keys()).toBe(1)
  expect(await prisma.dataKeyRotation.count({ where: { finishedAt: null } })).toBe(0)
  expect(await pulled()).toEqual(before)
  const added = { clientId: device.clientId, action: 'keys.data-key-added' }
  expect(await prisma.auditEvent.count({ where: added })).toBe(1)
  expect(await prisma.auditEvent.count({ where: { action: 'seal.unreadable' } })).toBe(0)
})
