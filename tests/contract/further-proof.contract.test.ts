/** Where an account has one more factor, neither a link nor a password is enough: asked before anything is written. */
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { refusal } from '../../shared/protocol/errors.ts'
import { createRateLimits } from '../../sync-server/http/rate-limits.ts'
import { createAccounts } from '../../sync-server/modules/auth/accounts.ts'
import { createPasswordCheck } from '../../sync-server/modules/auth/password-check.ts'
import { createLogger } from '../../sync-server/platform/logger.ts'
import { Mail } from '../../sync-server/platform/mailer.ts'
import { createOutbox } from '../../sync-server/platform/outbox.ts'
import { createPasswordHasher } from '../../sync-server/platform/password-hasher.ts'
import { describeOverDatabases, openPractice } from '../harness/practice.ts'

const caller = { ip: '192.0.2.7', userAgent: 'test' }

describeOverDatabases('one more factor', (open) => {
  it('[L12] [V6.4.3] is asked for by a reset, a new password and a new address, and changes nothing without it', async () => {
    const practice = await openPractice(await open())
    const { database } = practice
    const clock = { now: () => practice.clock.time }
    const pepper = new Uint8Array(randomBytes(32))
    const passwords = createPasswordHasher({ pepper })
    const limits = createRateLimits()
    const outbox = createOutbox({
      database,
      clock,
      logger: createLogger('silent'),
      secret: pepper,
      keep: true,
    })
    const mails: Mail[] = []
    outbox.handle('mail', { schema: Mail, outside: async (mail: Mail) => void mails.push(mail) })
    const asked: string[] = []
    const accounts = createAccounts({
      database,
      clock,
      outbox,
      pepper,
      passwords,
      limits,
      checkPassword: createPasswordCheck({ database, passwords, pepper, limits, clock }),
      origin: () => 'https://portal.practice.test',
      onSessionEnd: () => undefined,
      onRegistered: async () => undefined,
      acceptInvitation: async () => false,
      furtherProof: async (_account, given) => {
        asked.push(given?.value ?? 'nothing')
        return given?.value === 'right' ? undefined : refusal('not_permitted', 'One more factor is needed.')
      },
    })
    const { actor } = await practice.client()
    const email = `${actor.accountId}@test`
    const stored = () => database.prisma.portalAccount.findUniqueOrThrow({ where: { id: actor.accountId } })
    const passwordHash = await passwords.hash('three slow herons')
    await database.prisma.portalAccount.update({ where: { id: actor.accountId }, data: { passwordHash } })

    await accounts.reset.forgot(email, caller)
    await outbox.drain()
    const link = /#(\S+)/.exec(mails[0]?.text ?? '')?.[1] ?? ''
    const reset = { link, password: 'nine quiet lemons' }
    const proof = { password: 'three slow herons' }
    const change = { ...proof, newPassword: 'nine quiet lemons', endOtherSessions: false }
    for (const answer of [
      await accounts.reset.reset(reset, caller),
      await accounts.changePassword(actor, 'none', change, caller),
      await accounts.email.ask(actor, 'none', { ...proof, email: 'other@practice.test' }, caller),
    ])
      expect(answer).toMatchObject({ ok: false, error: { code: 'not_permitted' } })
    expect(asked).toEqual(['nothing', 'nothing', 'nothing'])
    expect(await stored()).toMatchObject({ email, passwordHash })

    const right = { factor: { kind: 'totp', value: 'right' } } as const
    expect(await accounts.reset.reset({ ...reset, ...right }, caller)).toEqual({ ok: true, value: { email } })
    expect((await stored()).passwordHash).not.toBe(passwordHash)
    await outbox.close()
  })
})
