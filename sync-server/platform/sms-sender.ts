/** The way out for text messages: Twilio, through its SDK, which is loaded when the first one leaves. */
import { PermanentFailure } from './outbox-handler.ts'

export interface SmsSender {
  /** `id`: by what its report names it. `stopped`: whoever has the number does not want to hear from us. */
  send(sms: { readonly id: string; readonly to: string; readonly text: string }): Promise<'sent' | 'stopped'>
}
export interface TwilioSettings {
  readonly account: string
  readonly token: string
  /** A number, or a messaging service (`MG…`). */
  readonly from: string
  readonly endpoint?: string | undefined
}

/** Twilio's own codes. */
const STOPPED = 21610
const NEVER: ReadonlySet<number> = new Set([21211, 21408, 21612, 21614, 30005, 30006])

async function connect({ account, token, endpoint }: TwilioSettings) {
  const { default: twilio } = await import('twilio')
  const { RequestClient } = twilio
  const own = new RequestClient({ timeout: 15_000 })
  if (endpoint !== undefined) {
    const ask = own.request.bind(own)
    own.request = (options) =>
      ask({ ...options, uri: options.uri.replace('https://api.twilio.com', endpoint.replace(/\/$/, '')) })
  }
  return twilio(account, token, { httpClient: own, lazyLoading: true })
}

export function createTwilioSender(
  settings: TwilioSettings,
  statusUrl: (id: string) => string | undefined,
): SmsSender {
  let client: ReturnType<typeof connect> | undefined
  const { from } = settings
  return {
    async send({ id, to, text }) {
      client ??= connect(settings)
      const callback = statusUrl(id)
      try {
        await (await client).messages.create({
          to,
          body: text,
          ...(from.startsWith('MG') ? { messagingServiceSid: from } : { from }),
          ...(callback !== undefined && { statusCallback: callback }),
        })
        return 'sent'
      } catch (error) {
        const { code, status } = error as { code?: unknown; status?: unknown }
        if (code === STOPPED) return 'stopped'
        if (typeof code === 'number' && NEVER.has(code)) throw new PermanentFailure(`twilio-${code}`)
        // The SDK's error repeats the request, with the number.
        throw Object.assign(new Error('Twilio did not take it.'), {
          code: `twilio-${code ?? status ?? 'away'}`,
        })
      }
    },
  }
}
