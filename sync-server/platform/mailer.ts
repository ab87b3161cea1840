/**
 * The way out for mail: SMTP by nodemailer, with TLS demanded wherever the address does not say that there is none. A mail
 * names no health information and nobody but its reader; a server that refuses an address for good is not asked again.
 */
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import type { JobOptions, Outbox } from './outbox.ts'
import { PermanentFailure } from './outbox-handler.ts'

export const Mail = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** The same for every attempt, so that a mail that comes twice is seen to be one. */
  messageId: z.string().optional(),
  /** Where one click ends mails of this kind (RFC 8058). */
  unsubscribe: z.string().optional(),
})
export type Mail = z.infer<typeof Mail>

export interface Mailer {
  send(mail: Mail): Promise<void>
  close(): void
}

/** smtp://user:password@host:port, smtps:// with TLS from the start; `?tls=none` for a relay on this machine. */
export function createSmtpMailer(url: string, from: string): Mailer {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url)
  const secure = protocol === 'smtps:'
  const plain = searchParams.get('tls') === 'none'
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !plain,
    ignoreTLS: plain,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    pool: true,
    maxConnections: 2,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: async (mail) => {
      try {
        const { unsubscribe, ...content } = mail
        await transport.sendMail({ from, ...content, headers: headersOf(unsubscribe) })
      } catch (error) {
        const code = refusedForGood(error)
        throw code === undefined ? error : new PermanentFailure(code)
      }
    },
    close: () => transport.close(),
  }
}

export const headersOf = (unsubscribe: string | undefined): Record<string, string> => ({
  'Auto-Submitted': 'auto-generated',
  ...(unsubscribe !== undefined && {
    'List-Unsubscribe': `<${unsubscribe}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }),
})

/** What the server said of this mail or its reader, and will say again; what it says of us an operator can mend. */
function refusedForGood(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, responseCode } = error as Error & { code?: string; responseCode?: number }
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE'
  return isAboutMail && responseCode !== undefined && responseCode >= 500 ? `smtp-${responseCode}` : undefined
}

/** A day: after that a mail would only puzzle. What it carries may be good for less. */
const WORTH_SENDING_MS = 24 * 3_600_000

/** Mails leave after the commit that asked for them. Without a mail server they stay where they are. */
export function mailThrough(outbox: Outbox, mailer: Mailer | undefined, kept: boolean): void {
  outbox.handle('mail', {
    schema: Mail,
    outside: async (mail: Mail) => {
      if (mailer !== undefined) await mailer.send(mail)
      else if (!kept) throw Object.assign(new Error('no mail server is set'), { code: 'NO_MAIL_SERVER' })
    },
  })
}

export const queueMail = (
  outbox: Pick<Outbox, 'add'>,
  tx: Parameters<Outbox['add']>[0],
  mail: Mail,
  { goodFor = WORTH_SENDING_MS, ...options }: JobOptions & { readonly goodFor?: number } = {},
): Promise<void> => outbox.add(tx, 'mail', mail, goodFor, options)
