/**
 * A backup is taken, more is written, the backup is put back: what was written since comes back from the device that
 * wrote it. SPEC: shared/protocol/SPEC.md, P6 and P21; docs/operations.md.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../sync-server/config.ts'
import { putBack } from '../../sync-server/put-back.ts'
import { takeBackup } from '../../sync-server/take-backup.ts'
import { createTestDevice } from '../device/test-device.ts'
import { createDatabase, type DatabaseKind } from '../harness/database.ts'
import { freePort } from '../harness/free-port.ts'
import { startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD, signIn } from '../harness/sign-in.ts'

const CLIENT = 'client@demo.test'

describe.each<DatabaseKind>(['pglite', 'postgres'])('a backup of %s', (kind) => {
  it('[P21] put back, misses nothing that a device has', async () => {
    await using made = await createDatabase(kind)
    const room = mkdtempSync(join(tmpdir(), 'portal-backup-'))
    const folder = join(room, 'monday')
    const environment = {
      PATH: process.env.PATH ?? '',
      PORTAL_DATA_DIR: made.dataDir,
      ...(made.databaseUrl === undefined ? {} : { DATABASE_URL: made.databaseUrl }),
    }
    const config = readConfig(environment)
    const start = async (port: number) =>
      startPortal({ dataDir: made.dataDir, ...(made.databaseUrl && { databaseUrl: made.databaseUrl }), port })
    const port = await freePort()
    const first = await start(port)
    await using phone = await createTestDevice({
      url: first.url,
      email: CLIENT,
      password: DEMO_PASSWORD,
      name: 'phone',
      collections: ['drafts'],
    })
    await phone.settled()
    const draft = (await phone.db.drafts.findOne().exec(true)).id
    const answer = async (question: string, value: string) => {
      const document = await phone.db.drafts.findOne(draft).exec(true)
      await document.incrementalModify((data) => ({
        ...data,
        status: 'draft' as const,
        answers: { ...data.answers, [question]: value },
      }))
      await phone.settled()
    }
    const answers = async (url: string) => {
      const reader = await signIn(url, CLIENT)
      const body = { client: reader.clientId, after: 0, upTo: null }
      return (await reader.fetch('/api/v1/portal/sync/v1/pull', { method: 'POST', body })).text
    }
    await answer('before', 'written-on-sunday')
    if (kind === 'pglite') {
      // The embedded database is one process's alone.
      await expect(takeBackup(config, folder, Date.now())).rejects.toThrow(/in use/)
      await first.close()
      await takeBackup(config, folder, Date.now())
    } else {
      await takeBackup(config, folder, Date.now())
      await expect(putBack({ config, folder, replace: true, now: Date.now() })).rejects.toThrow(
        /running server/,
      )
      await first.close()
    }
    // Nobody reads in it who they are that the practice looks after, let alone what they say.
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) =>
      /sealed$|json$/.test(each),
    ))
      expect(readFileSync(join(folder, name)).includes('demo.test')).toBe(false)

    const second = await start(port)
    await phone.until(({ link }) => link === 'online')
    await answer('after', 'written-on-tuesday')
    expect(await answers(second.url)).toContain('written-on-tuesday')
    await second.close()

    const restore = (more: Partial<Parameters<typeof putBack>[0]>) =>
      putBack({ config, folder, replace: true, now: Date.now(), ...more })
    await expect(restore({ replace: false })).rejects.toThrow(/--replace.*Nothing was changed/)
    const damaged = readFileSync(join(folder, 'database.sealed'))
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 40) ^ 1, damaged.length - 40)
    const sound = readFileSync(join(folder, 'database.sealed'))
    writeFileSync(join(folder, 'database.sealed'), damaged)
    await expect(restore({})).rejects.toThrow(/Nothing was changed/)
    writeFileSync(join(folder, 'database.sealed'), sound)
    const { before, records } = await restore({})
    expect(records).toBeGreaterThan(0)
    expect(before).toMatch(kind === 'pglite' ? /database\.before-\d{14}$/ : /^schema portal_before_\d{14}$/)

    await using third = await start(port)
    const missing = await answers(third.url)
    expect(missing).toContain('written-on-sunday')
    expect(missing).not.toContain('written-on-tuesday')
    // Its session is not one of this database: the person signs in again, as the page asks.
    await phone.reopen()
    await phone.settled()
    expect(await answers(third.url)).toContain('written-on-tuesday')
    rmSync(room, { recursive: true })
  })
})

it('a server does not start on a database that a backup was not put back into to the end', async () => {
  await using made = await createDatabase('pglite')
  const server = await startPortal({ dataDir: made.dataDir })
  await server.portal.database.withScripts(({ exec }) => exec('CREATE TABLE portal.restore_unfinished ()'))
  await server.close()
  await expect(startPortal({ dataDir: made.dataDir })).rejects.toThrow(/npm start -- --after-restore/)
})
