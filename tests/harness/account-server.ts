/** A server with a mailbox behind it, and its account routes as a stranger would call them. */
import { expect } from 'vitest'
import type { DatabaseKind } from './database.ts'
import { type Mailbox, openMailbox } from './mailbox.ts'
import { type RunningPortal, type StartOptions, startPortal } from './server.ts'
import { type Answer, ask } from './sign-in.ts'

export const JAMIE = {
  email: 'jamie@demo.test',
  dateOfBirth: '1979-08-30',
  ssn4: '4821',
  mrn: 'HL-20417',
} as const
export const GOOD_PASSWORD = 'three slow herons'

export interface AccountServer extends AsyncDisposable {
  readonly url: string
  readonly portal: RunningPortal['portal']
  readonly mailbox: Mailbox
  now: number
  /** Every call comes from a source of its own, unless one is named: limits have tests of their own. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Finds the person and gives the code that went to the contact. */
  register(find: Readonly<Record<string, string>>, contact: string): Promise<{ id: string; code: string }>
  close(): Promise<void>
}

let sources = 0
/** Documentation addresses (RFC 3849), as many as are needed, each of a network of its own. */
export const newSource = (): string => `2001:db8:0:${(++sources).toString(16)}::1`

export async function startAccountServer(
  database: DatabaseKind = 'pglite',
  options: StartOptions = {},
): Promise<AccountServer> {
  const mailbox = await openMailbox()
  let now = Date.now()
  const running = await startPortal({
    database,
    // Never the same twice, so that audit rows have an order.
    clock: { now: () => ++now },
    ...options,
    environment: {
      ...mailbox.environment,
      PORTAL_TRUSTED_PROXIES: '127.0.0.1,::1',
      ...options.environment,
    },
  })
  const local = `http://localhost:${running.port}`
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    ask(`${local}/api/v1/portal/auth/${path}`, {
      method: 'POST',
      body,
      headers: { 'x-forwarded-for': newSource(), ...headers },
    })
  const close = async () => {
    await running.close()
    await mailbox.close()
  }
  return {
    url: local,
    portal: running.portal,
    mailbox,
    get now() {
      return now
    },
    set now(value) {
      now = value
    },
    post,
    async register(find, contact) {
      // Mails of earlier requests may still be on their way.
      await expect
        .poll(() => running.portal.database.prisma.outbox.count({ where: { doneAt: null } }))
        .toBe(0)
      mailbox.forget(contact)
      const answer = await post('register', find)
      if (answer.status !== 200) throw new Error(`register: ${answer.status} ${answer.text}`)
      const { code } = await mailbox.next(contact)
      return { id: String(answer.body.id), code }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
