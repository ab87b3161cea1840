/** The way out for mail by SendGrid, through its SDK. Links are not rewritten and nothing is tracked: they hold secrets. */
import { headersOf, type Mailer } from './mailer.ts'
import { PermanentFailure } from './outbox-handler.ts'

export interface SendGridSettings {
  readonly key: string
  readonly from: string
  readonly endpoint?: string | undefined
}
/** What SendGrid says of this mail, and will say again; the rest (our key, its load) an operator or time can mend. */
const ABOUT_MAIL: ReadonlySet<number> = new Set([400, 413])

async function connect({ key, endpoint }: SendGridSettings) {
  const [{ default: mail }, { default: client }] = await Promise.all([
    import('@sendgrid/mail'),
    import('@sendgrid/client'),
  ])
  client.setApiKey(key)
  if (endpoint !== undefined) client.setDefaultRequest('baseUrl', endpoint)
  mail.setClient(client)
  mail.setTimeout(30_000)
  return mail
}

export function createSendGridMailer(settings: SendGridSettings): Mailer {
  let service: ReturnType<typeof connect> | undefined
  return {
    async send({ to, subject, text, html, unsubscribe, messageId }) {
      service ??= connect(settings)
      const off = { enable: false }
      try {
        await (await service).send({
          to,
          from: settings.from,
          subject,
          text,
          html,
          headers: { ...headersOf(unsubscribe), ...(messageId !== undefined && { 'Message-ID': messageId }) },
          trackingSettings: {
            clickTracking: { enable: false, enableText: false },
            openTracking: off,
            subscriptionTracking: off,
          },
        })
      } catch (error) {
        const code: unknown = Reflect.get(Object(error), 'code')
        if (typeof code === 'number' && ABOUT_MAIL.has(code)) throw new PermanentFailure(`sendgrid-${code}`)
        // The SDK's error repeats the request, with the address.
        throw Object.assign(new Error('SendGrid did not take it.'), { code: `sendgrid-${code ?? 'away'}` })
      }
    },
    close: () => undefined,
  }
}
