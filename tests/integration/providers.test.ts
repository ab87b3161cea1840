/** Mail by SendGrid and texts by Twilio, through their SDKs, against doubles that check what comes over the wire; and what both report, signed. */
import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { reportPath } from '../../sync-server/modules/notifications/provider-events.ts'
import { createTwilioSender } from '../../sync-server/platform/sms-sender.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
interface Answer {
  readonly status: number
  readonly body: unknown
}

async function openDouble(answer: () => Answer) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      received.push({ path: `${request.method} ${request.url}`, headers: request.headers, body })
      const { status, body: said } = answer()
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, received, close: () => server.close() }
}

const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`
const TOKEN = 'the token of the test'
const EMAIL = 'client@demo.test'
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

describe('providers', () => {
  let server: RunningPortal
  let sendGrid: Awaited<ReturnType<typeof openDouble>>
  let twilio: Awaited<ReturnType<typeof openDouble>>
  let client: SignedInDevice
  let clinician: SignedInDevice
  let mailAnswer: Answer = { status: 202, body: '' }
  const taken: Answer = { status: 201, body: { sid: `SM${'0'.repeat(32)}`, status: 'queued' } }
  let textAnswer = taken

  beforeAll(async () => {
    sendGrid = await openDouble(() => mailAnswer)
    twilio = await openDouble(() => textAnswer)
    server = await startPortal({
      environment: {
        PORTAL_SENDGRID_KEY: 'SG.test.key',
        PORTAL_SENDGRID_ENDPOINT: sendGrid.url,
        PORTAL_SENDGRID_WEBHOOK_KEY: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
        PORTAL_MAIL_FROM: 'Test practice <portal@practice.test>',
        PORTAL_TWILIO_ACCOUNT: ACCOUNT,
        PORTAL_TWILIO_TOKEN: TOKEN,
        PORTAL_TWILIO_FROM: '+15550100199',
        PORTAL_TWILIO_ENDPOINT: twilio.url,
      },
    })
    client = await signIn(server.url, EMAIL)
    clinician = await signIn(server.url, 'clinician@demo.test')
    // Noon at the clinic, whatever the hour here.
    const ahead = 12 - new Date().getUTCHours()
    const timeZone = `Etc/GMT${ahead > 0 ? `-${ahead}` : `+${-ahead}`}`
    await server.portal.database.prisma.practice.updateMany({ data: { timeZone } })
    await wantTexts()
  })
  afterAll(async () => {
    await server?.close()
    sendGrid?.close()
    twilio?.close()
  })

  const wantTexts = async () => {
    const socket = await connectDevice(client)
    await socket.ask('hello', helloOf(client))
    const { ok } = await socket.ask('pull', { client: client.clientId, after: 0, upTo: null })
    const { rows } = ok as { rows: [number, string, number, number, unknown][] }
    const [, id, rev] = rows.find(([collection]) => collection === COLLECTIONS.profile.number) ?? []
    const mutation = [
      1,
      COLLECTIONS.profile.number,
      id,
      rev,
      Date.now(),
      [['preferences/notify.message.sms', true]],
    ]
    await socket.ask('push', { client: client.clientId, mutations: [mutation] })
    socket[Symbol.dispose]()
  }
  const write = async () => {
    const sent = await clinician.fetch(`/api/v1/staff/clients/${client.clientId}/messages`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: { subject: 'Your sertraline', body: 'Take it at night.', priority: 'normal' },
    })
    expect(sent.status).toBe(201)
  }
  const settled = async () => {
    const { outbox } = server.portal.database.prisma
    await expect.poll(() => outbox.count({ where: { doneAt: null, kind: { not: 'notify.tidy' } } })).toBe(0)
  }
  const tellTwilio = (
    params: Readonly<Record<string, string>>,
    token = TOKEN,
    path = '/api/v1/hooks/twilio',
    signedPath = path,
  ) => {
    const url = `${server.url}${signedPath}`
    const sorted = Object.keys(params).sort()
    const text = url + sorted.map((name) => `${name}${params[name]}`).join('')
    return ask(`${server.url}${path}`, {
      method: 'POST',
      raw: new URLSearchParams(params).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': createHmac('sha1', token).update(text).digest('base64'),
      },
    })
  }
  const tellSendGrid = (events: unknown, { at = Date.now(), key = privateKey } = {}) => {
    const raw = JSON.stringify(events)
    const timestamp = String(Math.floor(at / 1000))
    return ask(`${server.url}/api/v1/hooks/sendgrid`, {
      method: 'POST',
      raw,
      headers: {
        'x-twilio-email-event-webhook-timestamp': timestamp,
        'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(timestamp + raw), key).toString(
          'base64',
        ),
      },
    })
  }

  it('[N1] [N11] take a mail and a text of one event, as their interfaces have it, without a word of it', async () => {
    await write()
    await settled()
    const [mail] = sendGrid.received
    expect(mail?.path).toBe('POST /v3/mail/send')
    expect(mail?.headers.authorization).toBe('Bearer SG.test.key')
    const sent = JSON.parse(mail?.body ?? '{}')
    expect(sent).toMatchObject({
      from: { email: 'portal@practice.test', name: 'Test practice' },
      personalizations: [{ to: [{ email: EMAIL }] }],
      subject: 'You have a new message',
      content: [{ type: 'text/plain' }, { type: 'text/html' }],
      headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
      },
    })
    const [text] = twilio.received
    expect(text?.path).toBe(`POST /2010-04-01/Accounts/${ACCOUNT}/Messages.json`)
    expect(text?.headers.authorization).toBe(`Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`)
    const params = new URLSearchParams(text?.body)
    expect(params.get('From')).toBe('+15550100199')
    expect(params.get('To')).toMatch(/^\+1\d{10}$/)
    expect(params.get('Body')).toBe('You have a new message. Reply STOP to end texts.')
    for (const { body } of [...sendGrid.received, ...twilio.received])
      expect(decodeURIComponent(body)).not.toMatch(/sertraline|night/i)
    expect([sendGrid.received.length, twilio.received.length]).toEqual([1, 1])
  })

  it('[N1] a text that Twilio has reported is not sent again, whatever became of the server that sent it', async () => {
    const { notification, outbox } = server.portal.database.prisma
    const before = twilio.received.length
    // It has taken the text, and its answer comes to nobody: as where the server dies before it can note it.
    textAnswer = { status: 503, body: '' }
    const sendLost = async () => {
      const last = twilio.received.length
      await write()
      await expect.poll(() => twilio.received.length).toBe(last + 1)
      await expect.poll(() => outbox.count({ where: { doneAt: null, lastError: 'twilio-503' } })).toBe(1)
      const [notice] = await notification.findMany({
        where: { channel: 'sms', sentAt: null },
        orderBy: { createdAt: 'desc' },
      })
      return notice?.id ?? ''
    }
    const tryAgain = async () => {
      textAnswer = taken
      await settled()
    }
    const reported = await sendLost()
    const sent = { MessageSid: 'SM2', MessageStatus: 'sent', To: '+15550100142', From: '+15550100199' }
    const elsewhere = '/api/v1/hooks/twilio'
    // What was signed for one address says nothing at another.
    expect((await tellTwilio(sent, TOKEN, reportPath(reported), elsewhere)).status).toBe(403)
    expect((await tellTwilio(sent, TOKEN, reportPath(reported))).status).toBe(200)
    await tryAgain()
    expect(twilio.received.length - before).toBe(1)

    textAnswer = { status: 503, body: '' }
    await sendLost()
    await tryAgain()
    // Nobody reported this one: twice is better than never.
    expect(twilio.received.length - before).toBe(3)

    const sender = createTwilioSender(
      { account: ACCOUNT, token: TOKEN, from: '+15550100199', endpoint: twilio.url },
      (id) => `https://portal.practice.test${reportPath(id)}`,
    )
    await sender.send({ id: reported, to: '+15550100142', text: 'You have a new message.' })
    const callback = new URLSearchParams(twilio.received.at(-1)?.body).get('StatusCallback')
    expect(callback).toBe(`https://portal.practice.test/api/v1/hooks/twilio?notice=${reported}`)
    twilio.received.length = before
  })

  it('[N11] a number that said STOP hears nothing until it says START, told by Twilio alone', async () => {
    const to = new URLSearchParams(twilio.received[0]?.body).get('To') ?? ''
    const stop = { From: to, To: '+15550100199', Body: 'Stop', OptOutType: 'STOP', MessageSid: 'SM1' }
    expect((await tellTwilio(stop, 'another token')).status).toBe(403)
    await write()
    await settled()
    expect(twilio.received).toHaveLength(2)
    const told = await tellTwilio(stop)
    expect([told.status, told.text]).toEqual([200, expect.stringContaining('<Response>')])
    expect((await tellTwilio(stop)).status).toBe(200)
    await write()
    await settled()
    expect(twilio.received).toHaveLength(2)
    expect((await tellTwilio({ ...stop, Body: 'start', OptOutType: 'START' })).status).toBe(200)
    await write()
    await settled()
    expect(twilio.received).toHaveLength(3)

    // Said to Twilio before we heard of it.
    textAnswer = { status: 400, body: { code: 21610, message: 'unsubscribed', status: 400 } }
    await write()
    await settled()
    textAnswer = taken
    await write()
    await settled()
    expect(twilio.received).toHaveLength(4)
    const kept = await server.portal.database.prisma.noticeBlock.findMany()
    expect(JSON.stringify(kept)).not.toContain(to.slice(2))
  })

  it('[N12] an address that bounced gets no more notifications, told by SendGrid alone', async () => {
    const before = sendGrid.received.length
    const bounce = [{ event: 'bounce', type: 'bounce', email: EMAIL, sg_event_id: 'x' }]
    const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
    expect((await tellSendGrid(bounce, { key: other })).status).toBe(403)
    expect((await tellSendGrid(bounce, { at: Date.now() - 3_600_000 })).status).toBe(403)
    expect(
      (
        await tellSendGrid([
          { ...bounce[0], type: 'blocked' },
          { event: 'delivered', email: EMAIL },
        ])
      ).status,
    ).toBe(204)
    await write()
    await settled()
    expect(sendGrid.received).toHaveLength(before + 1)
    expect((await tellSendGrid(bounce)).status).toBe(204)
    expect((await tellSendGrid({ not: 'a list' })).status).toBe(400)
    await write()
    await settled()
    expect(sendGrid.received).toHaveLength(before + 1)
  })

  it('[J4] what SendGrid refuses for good is not tried again, what it cannot do now is', async () => {
    const { outbox } = server.portal.database.prisma
    const forgot = (email: string) =>
      ask(`${server.url}/api/v1/portal/auth/forgot-password`, { method: 'POST', body: { email } })
    mailAnswer = { status: 400, body: { errors: [{ message: 'no' }] } }
    await forgot('client2@demo.test')
    await expect.poll(() => outbox.count({ where: { outcome: 'failed', lastError: 'sendgrid-400' } })).toBe(1)
    mailAnswer = { status: 503, body: {} }
    await forgot('client2@demo.test')
    await expect.poll(() => outbox.count({ where: { doneAt: null, lastError: 'sendgrid-503' } })).toBe(1)
  })
})
