/** Mails leave after the commit, at least once, and come to rest; the demo's outbox exists only where nothing else does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountServer, startAccountServer } from '../harness/account-server.ts'
import { startPortal } from '../harness/server.ts'
import { ask } from '../harness/sign-in.ts'

describe.each(['pglite', 'postgres'] as const)('mail over %s', (database) => {
  let server: AccountServer
  beforeAll(async () => {
    server = await startAccountServer(database)
  })
  afterAll(() => server?.close())

  it('[L21] comes again after the mail server refused it, once it takes it, and leaves nothing readable', async () => {
    const { prisma } = server.portal.database
    server.mailbox.refuse(1, 451)
    await server.post('forgot-password', { email: 'client@demo.test' })
    const waiting = () => prisma.outbox.findFirst({ where: { kind: 'mail', doneAt: null } })
    await expect.poll(async () => (await waiting())?.lastError).toBeTruthy()
    expect(server.mailbox.mails).toHaveLength(0)
    const row = await waiting()
    expect(Buffer.from(row?.sealed ?? []).toString('latin1')).not.toContain('client@demo.test')
    server.now += 6_000
    await server.post('forgot-password', { email: 'nobody@demo.test' })
    const mail = await server.mailbox.next('client@demo.test')
    expect(mail.from).toBe('Test practice <portal@practice.test>')
    expect(mail.html).toContain(mail.link)
    expect(mail.raw).toContain('Auto-Submitted: auto-generated')
    await expect.poll(() => prisma.outbox.count({ where: { doneAt: null } })).toBe(0)
    expect(await prisma.outbox.count({ where: { sealed: { not: null } } })).toBe(0)
  })

  it('[L21] does not send what is of no use any more', async () => {
    const { prisma } = server.portal.database
    const before = server.mailbox.mails.length
    server.mailbox.refuse(1, 451)
    await server.post('forgot-password', { email: 'client2@demo.test' })
    await expect.poll(() => prisma.outbox.count({ where: { doneAt: null } })).toBe(1)
    await expect
      .poll(async () => (await prisma.outbox.findFirst({ where: { doneAt: null } }))?.lastError)
      .toBeTruthy()
    server.now += 25 * 3_600_000
    await server.post('forgot-password', { email: 'nobody@demo.test' })
    await expect.poll(() => prisma.outbox.count({ where: { outcome: 'expired' } })).toBe(1)
    expect(server.mailbox.mails).toHaveLength(before)
  })

  it('has no page of mails where there is a mail server', async () => {
    expect((await ask(`${server.url}/demo/outbox`)).status).toBe(404)
  })
})

it('shows the demo’s mails where no mail server is set', async () => {
  await using server = await startPortal()
  const page = () => ask(`${server.url}/demo/outbox`)
  expect((await page()).text).toContain('Nothing was sent yet')
  const body = { email: 'client@demo.test' }
  await ask(`${server.url}/api/v1/portal/auth/forgot-password`, { method: 'POST', body })
  await expect.poll(async () => (await page()).text).toContain('To client@demo.test')
  const [, id] = /href="\/demo\/outbox\/([^"]+)"/.exec((await page()).text) ?? []
  const mail = await ask(`${server.url}/demo/outbox/${id}`)
  expect(mail.text).toContain(`<a href="${server.url}/reset-password#`)
  expect(mail.headers.get('cache-control')).toBe('no-store')
  expect((await ask(`${server.url}/demo/outbox/x`)).status).toBe(404)
})
