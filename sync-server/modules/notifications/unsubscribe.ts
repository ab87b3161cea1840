/**
 * The end of mails of one kind, by the link in each of them: no sign-in, no question but one. With a profile it is the
 * preference there, so that it shows and can be taken back; without one it is noted here. SPEC: N8.
 */

import { type NoticeKind, noticeKey } from '../../../shared/domains/profile/preferences.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import type { NoticeSecrets, Unsubscription } from './notice-secrets.ts'
import { addBlock, readAccount, readProfileId } from './notification-store.ts'
import { onBehalfOf } from './preferences-of.ts'

interface Deps {
  readonly database: Database
  readonly replication: Pick<Replication, 'commit'>
  readonly clock: Clock
  readonly secrets: NoticeSecrets
}
const NO_LINK = refusal(
  'not_found',
  'This link is not complete. Choose in your profile what you are told of.',
)
const ACTION = 'notify.unsubscribe'

export function createUnsubscribe({ database, replication, clock, secrets }: Deps) {
  const find = (token: string): Result<Unsubscription, Refusal> => {
    const what = secrets.readUnsubscribe(token)
    return what === undefined ? err(NO_LINK) : ok(what)
  }
  /** False where there is no profile to choose it in. */
  const chooseInProfile = async (
    actor: Actor,
    clientId: string,
    kind: NoticeKind,
  ): Promise<Result<boolean, Refusal>> => {
    const done = await replication.commit<boolean>({
      actor,
      clientId,
      action: ACTION,
      permit: ['own'],
      onDevice: false,
      run: async ({ work, apply }) => {
        const id = await readProfileId(work.scope.tx, clientId)
        const profile = id === undefined ? undefined : await work.load('profile', id)
        if (profile === undefined) return ok(false)
        const edit = { field: `preferences/${noticeKey(kind, 'email')}`, value: false, at: work.receivedAt }
        const write = { baseRev: profile.rev, edits: [edit], by: 'client', writer: actor.accountId } as const
        const applied = await apply({ ...write, collection: 'profile', documentId: profile.id })
        return applied.ok ? ok(true) : applied
      },
    })
    return done.ok ? ok(done.value.value) : done
  }
  return {
    find,
    async end(token: string, caller: { readonly userAgent: string }): Promise<Result<null, Refusal>> {
      const found = find(token)
      if (!found.ok) return found
      const { accountId, kind } = found.value
      const [reader] = await readAccount(database.prisma, accountId)
      // Closed: nothing goes there any more.
      if (reader === undefined) return ok(null)
      const actor = onBehalfOf(reader, caller.userAgent)
      const clientId = reader.role === 'client' ? reader.ownClientId : null
      const chosen = clientId === null ? ok(false) : await chooseInProfile(actor, clientId, kind)
      if (!chosen.ok) return chosen
      if (chosen.value) return ok(null)
      const now = clock.now()
      await database.direct(async (tx) => {
        const subject = secrets.kindTag({ accountId, kind })
        await addBlock(tx, { channel: 'email', subject, reason: 'unsubscribed', now })
        await appendAudit(tx, [auditOf(actor, NO_CLIENT, now, { action: ACTION, outcome: 'allowed' })])
      })
      return ok(null)
    },
  }
}
export type Unsubscribe = ReturnType<typeof createUnsubscribe>
