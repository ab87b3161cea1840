/** The operator's command for a practice and its first admin, over a database as a server in production left it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { createDatabase } from '../harness/database.ts'
import { startPortal } from '../harness/server.ts'
import { ask, signIn } from '../harness/sign-in.ts'

const run = promisify(execFile)
const ARGUMENTS = [
  ...['--name', 'North Shore', '--time-zone', 'America/Chicago', '--phone', '+1 555 010 0177'],
  ...['--admin-name', 'Dana Reyes', '--admin-email', 'Dana@example.org'],
]

it('[L22] makes a practice and its admin, who alone chooses a password', async () => {
  const database = await createDatabase('postgres')
  const env = {
    ...process.env,
    PORTAL_DATA_DIR: database.dataDir,
    DATABASE_URL: database.databaseUrl ?? '',
    PORTAL_ORIGIN: 'https://portal.example.org',
    PORTAL_SMTP_URL: '',
  }
  const create = (args: readonly string[], more = {}) =>
    run('node_modules/.bin/tsx', ['sync-server/practice-create.ts', ...args], { env: { ...env, ...more } })
  const refused = async (args: readonly string[]) => {
    const { stderr } = (await create(args).catch((error: unknown) => error)) as { stderr: string }
    return stderr
  }
  await using server = await startPortal({
    dataDir: database.dataDir,
    ...(database.databaseUrl === undefined ? {} : { databaseUrl: database.databaseUrl }),
  })
  const practices = () => server.portal.database.prisma.practice.count()
  const before = await practices()
  // What is not right makes nothing, and says what would be.
  expect(await refused(ARGUMENTS)).toContain('use --show-link')
  expect(await refused([...ARGUMENTS, '--show-link', '--password', 'x'])).toContain('--password')
  expect(await refused([...ARGUMENTS.with(3, 'Atlantis'), '--show-link'])).toContain('is no time zone')
  expect(await refused([...ARGUMENTS.with(9, 'admin@demo.test'), '--show-link'])).toContain(
    'Nothing was made',
  )
  expect(await practices()).toBe(before)

  const { stdout } = await create([...ARGUMENTS, '--show-link'])
  const link = /https:\/\/portal\.example\.org\/reset-password#(\S+)/.exec(stdout)?.[1]
  expect(link).toHaveLength(80)
  const password = 'three slow herons'
  const chosen = await ask(`${server.url}/api/v1/portal/auth/reset-password`, {
    method: 'POST',
    body: { link, password },
  })
  expect(chosen.body).toEqual({ email: 'dana@example.org' })
  // Practices ask their staff for a second factor unless they say otherwise; this one is about the account.
  const { prisma } = server.portal.database
  const made = await prisma.practice.findFirstOrThrow({ where: { name: 'North Shore' } })
  expect(made).toMatchObject({ timeZone: 'America/Chicago', mfaStaff: true })
  expect(await prisma.form.count({ where: { practiceId: made.id } })).toBeGreaterThan(0)
  await prisma.practice.update({ where: { id: made.id }, data: { mfaStaff: false } })
  const dana = await signIn(server.url, 'dana@example.org', { password })
  expect(dana.account.role).toBe('admin')
  const team = await dana.fetch('/api/v1/staff/team')
  expect(team.text).toContain('Dana Reyes')
  expect(team.text).not.toContain('demo.test')
  await database.dispose()
})
