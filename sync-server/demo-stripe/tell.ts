/** Sends the demo's messages to the portal, signed as Stripe signs them; again, later, where they were not taken. */
import { createHmac } from 'node:crypto'
import type { Logger } from '../platform/logger.ts'

const WAITS_MS = [0, 500, 3_000, 15_000, 60_000]

export const signatureOf = (secret: string, payload: string, seconds: number): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${payload}`).digest('hex')}`

interface Deps {
  readonly secret: string
  readonly now: () => number
  readonly address: () => string
  readonly logger: Pick<Logger, 'warn'>
}

export function createTeller({ secret, now, address, logger }: Deps) {
  const timers = new Set<NodeJS.Timeout>()
  let closed = false
  const send = async (payload: string, attempt: number): Promise<void> => {
    if (closed) return
    try {
      const response = await fetch(address(), {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': signatureOf(secret, payload, Math.floor(now() / 1000)),
        },
        body: payload,
      })
      await response.arrayBuffer()
      if (response.ok) return
    } catch {
      // The portal is stopping, or has not started.
    }
    if (attempt + 1 >= WAITS_MS.length)
      return logger.warn({}, 'the demo could not tell the portal of a payment')
    later(payload, attempt + 1)
  }
  const later = (payload: string, attempt: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      void send(payload, attempt)
    }, WAITS_MS[attempt])
    timer.unref()
    timers.add(timer)
  }
  return {
    tell: ({ object }: { readonly object: unknown }) => later(JSON.stringify(object), 0),
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
