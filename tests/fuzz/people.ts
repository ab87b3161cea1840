/** Those in whose name requests are sent. They sign in again before their token ends, and when a request signed them out. */
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'

/** By audience. */
export const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  portal: ['client@demo.test', 'client2@demo.test'],
  staff: ['clinician@demo.test', 'desk@demo.test', 'admin@demo.test'],
}
/** Asks in the name of no person, where a test has let it in. */
export const MACHINE = 'the record system'
const OWN_ROUTE: Readonly<Record<string, string>> = {
  portal: '/api/v1/portal/auth/devices',
  staff: '/api/v1/staff/clients',
}
/** A token lives for five minutes. */
const RENEW_MS = 200_000

interface Person {
  readonly device: SignedInDevice
  readonly since: number
}

/** `putBack`: undoes what chance did to their accounts, so that they can sign in again. */
export async function createPeople(url: string, putBack?: () => Promise<void>) {
  const present = new Map<string, Person>()
  const enter = async (email: string) =>
    void present.set(email, { device: await signIn(url, email), since: Date.now() })
  await putBack?.()
  // Chance may have changed a password or closed an account in an earlier run over the same database: somebody of each
  // audience is enough.
  for (const emails of Object.values(PEOPLE)) {
    const entries = await Promise.allSettled(emails.map(enter))
    if (entries.every(({ status }) => status === 'rejected'))
      throw new Error(`nobody of ${emails.join(', ')} can sign in`, { cause: entries[0] })
  }

  const isOut = async (email: string, audience: string) => {
    const person = present.get(email)
    if (person === undefined || Date.now() - person.since > RENEW_MS) return true
    return (await person.device.fetch(OWN_ROUTE[audience] ?? '')).status !== 200
  }
  return {
    of: (email: string) => present.get(email)?.device,
    all: () => [...present.values()].map(({ device }) => device),
    /** True when somebody had to sign in again. */
    async renew(): Promise<boolean> {
      let renewed = false
      for (const [audience, emails] of Object.entries(PEOPLE))
        for (const email of emails)
          if (await isOut(email, audience)) {
            renewed = true
            await putBack?.()
            // Where nothing was put back, a locked account stays out for a while.
            await enter(email).catch(() => present.delete(email))
          }
      return renewed
    },
  }
}
