/** How the server starts, starts again, stops, and refuses to start: as a process, the way people meet it. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../sync-server/platform/database.ts'
import { createDatabase } from '../harness/database.ts'
import { ROLE_WITH_PASSWORD } from '../harness/postgres.ts'
import { runServer, type SpawnOptions, spawnServer } from '../harness/server.ts'
import { ask, DEMO_PASSWORD, refresh, signIn } from '../harness/sign-in.ts'

const folders: string[] = []
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'portal-start-'))
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

/** What a start that must fail says. */
async function failure(options: SpawnOptions): Promise<{ code: number | null; lines: string[] }> {
  const run = await runServer(options)
  const { code } = await run.exited
  return { code, lines: run.stderr().trimEnd().split('\n') }
}
const expectOneLine = ({ code, lines }: Awaited<ReturnType<typeof failure>>, line: RegExp) => {
  expect(lines).toEqual([expect.stringMatching(line)])
  expect(code).toBe(1)
}

describe('starting', () => {
  it.each(['pglite', 'postgres'] as const)(
    'tells what to do, and has everything at the second start, over %s',
    async (kind) => {
      await using database = await createDatabase(kind, { empty: true })
      let account: string
      {
        await using first = await spawnServer(database)
        expect(first.output()).toContain(DEMO_PASSWORD)
        expect(first.output()).toContain('client@demo.test')
        expect(first.output()).toContain(kind === 'pglite' ? database.dataDir : 'Postgres at')
        expect((await ask(`${first.url}/healthz`)).body).toEqual({ status: 'ok' })
        account = (await signIn(first.url, 'client@demo.test')).account.id
        expect(await first.kill('SIGINT')).toEqual({ code: 0, signal: null })
      }
      await using second = await spawnServer(database)
      expect(second.output()).not.toContain('Demo practice: created')
      expect((await signIn(second.url, 'client@demo.test')).account.id).toBe(account)
    },
  )

  it('stops cleanly when it is asked to while it still starts', async () => {
    await using database = await createDatabase('pglite', { empty: true })
    const run = await runServer(database)
    expect(await run.printed(/migration/)).toBe(true)
    run.process.kill('SIGINT')
    expect(await run.exited).toEqual({ code: 0, signal: null })
    await using again = await spawnServer(database)
    expect((await signIn(again.url, 'client@demo.test')).clientId).toBeTypeOf('string')
  })

  it('keeps what was acknowledged when it is killed', async () => {
    await using database = await createDatabase('pglite')
    const first = await spawnServer(database)
    const device = await signIn(first.url, 'client@demo.test')
    await first.kill('SIGKILL')
    await using second = await spawnServer({ ...database, port: first.port })
    const answer = await refresh(second.url, device.cookie, device.key)
    expect(answer.status).toBe(200)
  })
})

describe('not starting, with one line that says why', () => {
  it('a taken port', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    expectOneLine(await failure({ port, dataDir: folder() }), new RegExp(`^Port ${port} is already in use`))
    other.close()
  })

  it('a data directory that another server has open', async () => {
    await using first = await spawnServer()
    const failed = await failure({ dataDir: first.dataDir })
    expectOneLine(failed, /in use/)
    expect((await ask(`${first.url}/healthz`)).status).toBe(200)
  })

  it('a database that a newer version migrated', async () => {
    await using database = await createDatabase('postgres')
    {
      await using first = await spawnServer(database)
      expect(first.port).toBeGreaterThan(0)
    }
    const { default: pg } = await import('pg')
    const client = new pg.Client(database.databaseUrl)
    await client.connect()
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values (gen_random_uuid()::text, repeat('0', 64), '99990101000000_from_the_future', now(), 1)`,
    )
    await client.end()
    expectOneLine(await failure(database), /newer/)
  })

  it('a DATABASE_URL that is none', async () => {
    const failed = await failure({ dataDir: folder(), databaseUrl: 'not a url' })
    expectOneLine(failed, /^DATABASE_URL must look like postgresql:/)
  })

  it('a DATABASE_URL where nobody answers', async () => {
    const failed = await failure({ dataDir: folder(), databaseUrl: 'postgresql://u:hush@127.0.0.1:1/portal' })
    expectOneLine(failed, /DATABASE_URL/)
    expect(failed.lines.join()).not.toContain('hush')
  })

  it('a DATABASE_URL with an unknown database or user', async () => {
    await using database = await createDatabase('postgres')
    const url = new URL(database.databaseUrl ?? '')
    url.pathname = '/no_such_database'
    expectOneLine(
      await failure({ dataDir: folder(), databaseUrl: url.href }),
      /DATABASE_URL.*no_such_database/,
    )
  })

  it('a DATABASE_URL with a wrong password, or without one', async () => {
    await using database = await createDatabase('postgres')
    const client = new pg.Client(database.databaseUrl)
    await client.connect()
    await client.query(`create role ${ROLE_WITH_PASSWORD} login password 'the-right-one'`)
    await client.query(`grant create on database ${new URL(database.databaseUrl ?? '').pathname.slice(1)}
      to ${ROLE_WITH_PASSWORD}`)
    const url = new URL(database.databaseUrl ?? '')
    url.username = ROLE_WITH_PASSWORD
    url.password = 'the-wrong-one'
    const wrong = await failure({ dataDir: folder(), databaseUrl: url.href })
    expectOneLine(wrong, /^The database in DATABASE_URL cannot be used: the password is wrong/)
    expect(wrong.lines.join()).not.toContain('the-wrong-one')
    url.password = ''
    expectOneLine(
      await failure({ dataDir: folder(), databaseUrl: url.href }),
      /DATABASE_URL.*needs a password/,
    )
    url.password = 'the-right-one'
    await (await openDatabase({ url: url.href })).close()
    await client.query(`drop owned by ${ROLE_WITH_PASSWORD}`)
    await client.query(`drop role ${ROLE_WITH_PASSWORD}`)
    await client.end()
  })

  it.each(['pglite', 'postgres'] as const)(
    'another PORTAL_KEK than that of the data, over %s',
    async (kind) => {
      await using database = await createDatabase(kind)
      {
        await using first = await spawnServer(database)
        await first.kill('SIGTERM')
      }
      const environment = { PORTAL_KEK: randomBytes(32).toString('base64') }
      expectOneLine(await failure({ ...database, environment }), /^PORTAL_KEK is not the key/)
      await using again = await spawnServer(database)
      expect((await signIn(again.url, 'client@demo.test')).clientId).toBeTypeOf('string')
    },
  )

  it('a data directory that it may not write to', async () => {
    const closed = folder()
    chmodSync(closed, 0o555)
    // Root may write anywhere.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    const line = /secrets\.json cannot be read or made: EACCES/
    expectOneLine(await failure({ dataDir: closed, ...nobody }), line)
    expectOneLine(await failure({ dataDir: join(closed, 'below'), ...nobody }), line)
  })

  it('[V13.2.3] production without its secrets: one line each', async () => {
    const environment = { NODE_ENV: 'production', PORTAL_ORIGIN: 'https://portal.example.org' }
    const { code, lines } = await failure({ dataDir: folder(), environment })
    expect(code).toBe(1)
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'PORTAL_KEK',
      'PORTAL_PEPPER',
      'PORTAL_SIGNING_KEY',
    ])
  })
})
