/**
 * The disk under the database fills up. Only root can make a small disk to fill; elsewhere this is skipped.
 * SPEC: shared/protocol/SPEC.md, P14, P29.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createTestDevice } from '../device/test-device.ts'
import { createCluster, withClient } from '../harness/postgres-cluster.ts'
import { runServer, spawnServer } from '../harness/server.ts'
import { DEMO_PASSWORD, signIn } from '../harness/sign-in.ts'

vi.setConfig({ testTimeout: 400_000 })

const CLIENT = 'client@demo.test'
let disk: string
const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=240m', 'tmpfs', disk]).status === 0
const fill = (leave: number) => {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'filling'), Buffer.alloc(Math.max(0, bavail * bsize - leave)))
}
const empty = () => rmSync(join(disk, 'filling'))

const canMount = (() => {
  disk = mkdtempSync(join(tmpdir(), 'portal-disk-'))
  const mounted = process.getuid?.() === 0 && mount()
  if (mounted) execFileSync('umount', [disk])
  rmSync(disk, { recursive: true })
  return mounted
})()

/** A phone that writes answers, and what it has written. */
async function typingPhone(url: string) {
  const device = await createTestDevice({
    url,
    email: CLIENT,
    password: DEMO_PASSWORD,
    name: 'phone',
    collections: ['drafts'],
  })
  await device.settled()
  const { id } = await device.db.drafts.findOne().exec(true)
  const written = new Map<string, string>()
  const write = async () => {
    const [key, value] = [`disk-${written.size}`, `${written.size} `.repeat(2_000)]
    await (await device.db.drafts.findOne(id).exec(true)).incrementalModify((data) => ({
      ...data,
      status: 'draft' as const,
      answers: { ...data.answers, [key]: value },
    }))
    written.set(key, value)
  }
  await write()
  await device.settled()
  return {
    device,
    /** Until the server cannot take it any more. */
    async writeUntilFull(isOver: () => boolean) {
      const full = () => device.sync.link === 'unavailable' || isOver()
      for (let count = 0; count < 400 && !full(); count += 1) {
        await write()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      await expect.poll(full, { timeout: 90_000 }).toBe(true)
      expect(device.sync.unsent).toBeGreaterThan(0)
    },
    /** By the device's own doing; then another device of the same client finds all of it. */
    async expectAllArrived() {
      await expect
        .poll(() => device.sync.link === 'online' && device.sync.unsent === 0, { timeout: 90_000 })
        .toBe(true)
      const tablet = await signIn(url, CLIENT)
      const body = { client: tablet.clientId, after: 0, upTo: null }
      const pulled = await tablet.fetch('/api/v1/portal/sync/v1/pull', { method: 'POST', body })
      const rows = pulled.body.rows as [number, string, number, number, { answers: Record<string, string> }][]
      const answers = rows.find(([, document]) => document === id)?.[4].answers ?? {}
      for (const [key, value] of written) expect([key, answers[key]]).toEqual([key, value])
    },
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  }
}

beforeEach(() => {
  if (!canMount) return
  disk = mkdtempSync(join(tmpdir(), 'portal-disk-'))
  mount()
})
afterEach(() => {
  if (!canMount) return
  execFileSync('umount', [disk])
  rmSync(disk, { recursive: true, force: true })
})

describe.runIf(canMount)('a full disk under the embedded database', () => {
  it('at the start is one line that says so', async () => {
    {
      await using first = await spawnServer({ dataDir: join(disk, 'data') })
      expect((await signIn(first.url, CLIENT)).clientId).toBeTypeOf('string')
      await first.kill('SIGKILL')
    }
    fill(0)
    const failed = await runServer({ dataDir: join(disk, 'data') })
    expect((await failed.exited).code).toBe(1)
    expect(failed.stderr().trimEnd().split('\n')).toEqual([expect.stringMatching(/disk is full|ENOSPC/)])
    empty()
    await using again = await spawnServer({ dataDir: join(disk, 'data') })
    expect((await signIn(again.url, CLIENT)).clientId).toBeTypeOf('string')
  })

  it('[P14] [P29] loses nothing: devices keep what the server cannot take, until there is room', async () => {
    const dataDir = join(disk, 'data')
    let server = await spawnServer({ dataDir })
    const { port } = server
    await using phone = await typingPhone(server.url)
    fill(200_000)
    // Either the server still answers that it cannot, or its database has stopped itself, and so has the server.
    await phone.writeUntilFull(() => server.process.exitCode !== null)

    empty()
    if (server.process.exitCode !== null) {
      expect(server.process.exitCode).toBe(1)
      expect(server.output()).toMatch(
        /The embedded database stopped itself: .*Nothing that was acknowledged is lost\./,
      )
      server = await spawnServer({ dataDir, port })
    }
    await using _running = server
    await phone.expectAllArrived()
  })
})

describe.runIf(canMount)('a full disk under PostgreSQL', () => {
  it('[P14] [P29] loses nothing: the server stays up, says so, and goes on once there is room', async () => {
    const directory = join(disk, 'postgres')
    mkdirSync(directory)
    await using cluster = await createCluster({
      directory,
      settings: { min_wal_size: '32MB', max_wal_size: '32MB' },
    })
    await cluster.start()
    await using server = await spawnServer({ databaseUrl: cluster.adminUrl })
    await using phone = await typingPhone(server.url)
    fill(200_000)
    await phone.writeUntilFull(() => false)
    expect(server.process.exitCode).toBeNull()

    empty()
    // Where its log could not be written Postgres has ended, as it does; whoever makes room starts it again.
    await withClient(cluster.adminUrl, (client) => client.query('SELECT 1')).catch(async () => {
      await cluster.stop()
      await cluster.start()
    })
    await phone.expectAllArrived()
  })
})
