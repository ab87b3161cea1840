/** Notifications of a running server, as mail programs get them, and the link in them that ends them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountServer, startAccountServer } from '../harness/account-server.ts'
import { ask, signIn } from '../harness/sign-in.ts'

describe('notifications by mail', () => {
  let server: AccountServer
  beforeAll(async () => {
    server = await startAccountServer()
  })
  afterAll(() => server?.close())
  const notices = (to: string) => server.mailbox.notices.filter((mail) => mail.to === to)

  it('[N7] tell of the second device that signs in, and not of the first', async () => {
    const email = 'client2@demo.test'
    const deviceId = randomUUID()
    await signIn(server.url, email, { deviceId })
    await signIn(server.url, email, { deviceId })
    expect(notices(email)).toEqual([])
    await signIn(server.url, email)
    await expect.poll(() => notices(email).length).toBe(1)
    const [mail] = notices(email)
    expect(mail?.subject).toBe('A new device signed in to your account')
    expect(mail?.link).toBe(`${server.url}/forgot-password`)
    expect(mail?.raw).not.toContain('List-Unsubscribe')
  })

  it('[N8] end by one POST to the address in the header of the mail, and by nothing less', async () => {
    const email = 'client@demo.test'
    const client = await signIn(server.url, email)
    const clinician = await signIn(server.url, 'clinician@demo.test')
    const write = async () => {
      const id = randomUUID()
      const sent = await clinician.fetch(`/api/v1/staff/clients/${client.clientId}/messages`, {
        method: 'POST',
        headers: { 'idempotency-key': id },
        body: {
          subject: 'Your sertraline',
          body: 'Take it at night.',
          priority: 'normal',
        },
      })
      expect(sent.status).toBe(201)
    }
    await write()
    await expect.poll(() => notices(email).length).toBe(1)
    const [mail] = notices(email)
    expect(mail?.subject).toBe('You have a new message')
    expect(mail?.raw).not.toMatch(/sertraline|night|Chen|Rivera/i)
    expect(mail?.raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
    const unfolded = mail?.raw.replaceAll(/\r\n[ \t]+/g, '') ?? ''
    const link = /^List-Unsubscribe: *<([^>]+)>/m.exec(unfolded)?.[1] ?? ''
    expect(link.startsWith(`${server.url}/api/v1/unsubscribe/`)).toBe(true)

    const looked = await ask(link)
    expect(looked.status).toBe(200)
    expect(looked.text).toContain('Shall these mails end?')
    expect((await ask(link, { headers: { 'accept-language': 'es' } })).text).toContain('lang="es"')
    expect((await ask(`${link}?language=es`)).text).toContain('lang="es"')
    expect((await ask(`${link.slice(0, -1)}`)).status).toBe(404)
    // As a browser asks: a person who copied half of it reads what to do.
    const half = await ask(link.slice(0, -1), { headers: { accept: 'text/html,*/*;q=0.8' } })
    expect([half.status, half.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(half.text).toContain('This link is not complete')
    await write()
    await expect.poll(() => notices(email).length).toBe(2)

    const oneClick = {
      method: 'POST',
      raw: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }
    expect((await ask(`${link.slice(0, -1)}`, oneClick)).status).toBe(404)
    const ended = await ask(link, oneClick)
    expect(ended.status).toBe(200)
    expect(ended.text).toContain('No more of these mails will come.')
    await write()
    const { outbox } = server.portal.database.prisma
    await expect
      .poll(() => outbox.count({ where: { kind: 'notify.plan', outcome: 'done' } }))
      .toBeGreaterThanOrEqual(4)
    expect(notices(email)).toHaveLength(2)
  })
})
