/** A real SMTP server that keeps what it is given; `next` waits until a mail for an address has come. */
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  readonly to: string
  readonly from: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly raw: string
  /** The six digits in it. */
  readonly code: string
  /** The first link in it. */
  readonly link: string
}
export interface Mailbox extends AsyncDisposable {
  /** For the server's environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly mails: readonly ReceivedMail[]
  /** Notifications: kept apart, so that a test of accounts reads its codes whatever else happens. */
  readonly notices: readonly ReceivedMail[]
  /** The first mail to this address that was not handed out yet. */
  next(to: string): Promise<ReceivedMail>
  /** What has come for an address so far is not handed out any more. */
  forget(to: string): void
  /** Answers this to the next so many mails instead of taking them. */
  refuse(times: number, code: number): void
  /** Called at this point of every mail, and waited for; until another is given. */
  during(moment: 'asked' | 'taken', run: (to: string) => Promise<void>): void
  close(): Promise<void>
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: ReceivedMail[] = []
  const notices: ReceivedMail[] = []
  const handed = new Set<ReceivedMail>()
  const waiting = new Set<() => void>()
  let refusals = 0
  let refusalCode = 451
  const meanwhile = { asked: async (_to: string) => {}, taken: async (_to: string) => {} }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: ({ address }, _session, callback) => void meanwhile.asked(address).then(() => callback()),
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refusals > 0) {
          refusals--
          return callback(Object.assign(new Error('not now'), { responseCode: refusalCode }))
        }
        const raw = Buffer.concat(chunks).toString('utf8')
        const kept = isNotice(raw) ? notices : mails
        for (const { address } of session.envelope.rcptTo) kept.push(parseMail(raw, address))
        for (const look of waiting) look()
        void meanwhile.taken(session.envelope.rcptTo[0]?.address ?? '').then(() => callback())
      })
    },
  })
  // A sender that is killed in the middle of a mail.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(resolve))
  return {
    environment: {
      PORTAL_SMTP_URL: `smtp://127.0.0.1:${port}?tls=none`,
      PORTAL_MAIL_FROM: 'Test practice <portal@practice.test>',
    },
    mails,
    notices,
    next: (to) =>
      new Promise((resolve) => {
        const look = () => {
          const found = mails.find((mail) => mail.to === to && !handed.has(mail))
          if (found === undefined) return
          handed.add(found)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    forget(to) {
      for (const mail of mails) if (mail.to === to) handed.add(mail)
    },
    refuse(times, code) {
      refusals = times
      refusalCode = code
    },
    during(moment, run) {
      meanwhile[moment] = run
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const isNotice = (raw: string) =>
  /^List-Unsubscribe-Post:/m.test(raw) || /^Subject: A new device signed in/m.test(raw)

function parseMail(raw: string, to: string): ReceivedMail {
  const [head = ''] = raw.split('\r\n\r\n')
  const header = (name: string) =>
    new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(head)?.[1]?.replace(/\r\n[ \t]/g, ' ') ?? ''
  const part = (type: string) => {
    const match = new RegExp(`Content-Type: ${type}[^]*?\r\n\r\n([^]*?)\r\n--`, 'i').exec(raw)
    const isQuoted = /quoted-printable/i.test(match?.[0].split('\r\n\r\n')[0] ?? '')
    const body = match?.[1] ?? ''
    return (isQuoted ? unquoted(body) : body).replaceAll('\r\n', '\n')
  }
  const text = part('text/plain')
  return {
    to,
    from: header('from'),
    subject: decoded(header('subject')),
    text,
    html: part('text/html'),
    raw,
    code: /^(\d{3}) (\d{3})$/m.exec(text)?.slice(1).join('') ?? '',
    link: /^https?:\S+$/m.exec(text)?.[0] ?? '',
  }
}

/** Words of a header that are not ASCII (RFC 2047). */
const decoded = (text: string) =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?Q\?([^?]*)\?=/gi, (_match, word: string) => unquoted(word.replaceAll('_', ' ')))
    .replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_match, word: string) =>
      Buffer.from(word, 'base64').toString('utf8'),
    )

const unquoted = (text: string) =>
  Buffer.from(
    text
      .replaceAll('=\r\n', '')
      .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
