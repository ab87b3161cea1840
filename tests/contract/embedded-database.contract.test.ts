/** The embedded database's directory: one opener at a time, and plain words for what cannot be opened. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase } from '../../sync-server/platform/database.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'portal-embedded-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('a second opener is refused while the first lives, and let in after it closed; data stays', async () => {
  const dataDir = join(root, 'database')
  const first = await openDatabase({ dataDir })
  await first.withScripts((connection) =>
    connection.exec('CREATE TABLE kept (n INTEGER); INSERT INTO kept VALUES (7)'),
  )
  await expect(openDatabase({ dataDir })).rejects.toThrow(/in use by another server \(process \d+\)/)
  await first.close()
  const second = await openDatabase({ dataDir })
  expect(await second.withScripts((connection) => connection.query('SELECT n FROM kept'))).toEqual([{ n: 7 }])
  await second.close()
  expect(existsSync(`${dataDir}.lock`)).toBe(false)
})

it('the lock of a process that is gone, or of one that has its number now, is taken over', async () => {
  const dataDir = join(root, 'database')
  const gone = spawn(process.execPath, ['-e', ''])
  await once(gone, 'exit')
  for (const holder of [`${gone.pid} 12345\n`, `${process.pid} 1\n`]) {
    writeFileSync(`${dataDir}.lock`, holder)
    await (await openDatabase({ dataDir })).close()
  }
})

it('a directory of a newer version, a file in its place and a damaged one each give one line', async () => {
  const dataDir = join(root, 'database')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'PG_VERSION'), '99\n')
  await expect(openDatabase({ dataDir })).rejects.toThrow(/written by a newer version/)
  writeFileSync(join(dataDir, 'PG_VERSION'), '18\n')
  await expect(openDatabase({ dataDir })).rejects.toThrow(/cannot be opened: [^\n]+$/)
  rmSync(dataDir, { recursive: true })
  writeFileSync(dataDir, 'a file')
  await expect(openDatabase({ dataDir })).rejects.toThrow(/cannot be opened: [^\n]+$/)
  expect(existsSync(`${dataDir}.lock`)).toBe(false)
})

it('a Postgres that cannot be reached gives one line without the password', async () => {
  const opening = openDatabase({ url: 'postgresql://portal:secret-word@127.0.0.1:1/portal' })
  await expect(opening).rejects.toThrow(
    /^The database in DATABASE_URL cannot be used: (?!.*secret-word)[^\n]+$/,
  )
})
