/**
 * Where a device stands. Its cursor is checked against the hash chain: one that this database never gave out (it was
 * restored from a backup) rewinds or resets the device. Nothing is written when nothing is new.
 * SPEC: shared/protocol/SPEC.md.
 */
import { grantTexts } from '../../shared/domains/grants/scopes.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { Cursor, GrantTold, Hello, HelloAnswer } from '../../shared/protocol/messages.ts'
import { OLDEST_PROTOCOL, PROTOCOL } from '../../shared/protocol/terms.ts'
import type { SqlTransaction } from '../platform/database.ts'
import type { Actor } from './actor.ts'
import { type Grant, REPLICA_HOLDERS } from './client-access-store.ts'
import type { ReplicationDeps } from './commit.ts'
import { readHead, readLog } from './head-store.ts'
import { forgetAnswers, readLastAnswer } from './mutation-store.ts'
import { readRecord } from './read-record.ts'

export async function hello(
  deps: ReplicationDeps,
  actor: Actor,
  message: Hello,
): Promise<Result<HelloAnswer, Refusal>> {
  if (message.p < OLDEST_PROTOCOL || message.p > PROTOCOL)
    return err(
      refusal('protocol_unsupported', 'This version of the app is too old or too new for the server.'),
    )
  const { deviceId } = actor
  if (deviceId === null || deviceId !== message.device)
    return err(refusal('not_authenticated', 'The device is not the one that signed in.'))
  return readRecord(deps, {
    actor,
    clientId: message.client,
    action: 'sync.hello',
    permit: REPLICA_HOLDERS,
    onDevice: true,
    describe: () => null,
    run: async ({ access: { grant }, scope: { tx, clientId } }) => {
      const head = await readHead(tx, clientId)
      const { last, forgettable } = await readLastAnswer(tx, clientId, deviceId, message.m)
      if (forgettable > 0) await forgetAnswers(tx, clientId, deviceId, message.m)
      // What the device holds was fetched under another grant: all anew, and what is not sent any more goes (P31).
      const isOutdated = grant !== undefined && (message.g ?? 0) < grant.coversSince
      const where = isOutdated ? RESET : await stand(tx, clientId, head, message.cursor)
      return ok({ ...where, head, last, ...(grant && { grant: toldOf(grant) }) })
    },
  })
}

const RESET = { mode: 'reset' } as const
const toldOf = ({ granted, generation, until }: Grant): GrantTold => ({
  g: generation,
  scopes: grantTexts(granted),
  until,
})

async function stand(
  tx: SqlTransaction,
  clientId: string,
  head: Cursor,
  cursor: Cursor | null,
): Promise<Pick<HelloAnswer, 'mode' | 'from'>> {
  if (cursor === null) return { mode: 'reset' }
  if (cursor.s === 0) return { mode: cursor.e === head.e ? 'delta' : 'reset' }
  if (cursor.e === head.e && cursor.s === head.s) return { mode: cursor.k === head.k ? 'delta' : 'reset' }
  const logged = await readLog(tx, clientId, cursor.s, cursor.e === head.e ? null : cursor.e)
  if (logged?.s === cursor.s && logged.k !== cursor.k) return { mode: 'reset' }
  if (cursor.e === head.e) return { mode: isOfThisHistory(cursor, head, logged) ? 'delta' : 'reset' }
  // A new epoch means a restore: what the log still has of the old epoch is what device and database share.
  return logged === undefined || cursor.e > head.e ? { mode: 'reset' } : { mode: 'rewind', from: logged.s }
}

/**
 * Within one epoch positions are never taken back: a cursor beyond the head, or between two commits of the log, was
 * never given out; the first position of an epoch is the last commit of the one before. A cursor from before the log
 * begins cannot be checked, and there is no reason to doubt it: what changed since is pulled from there as from anywhere
 * else. A reset would make the device write again what others changed since.
 */
const isOfThisHistory = (cursor: Cursor, head: Cursor, logged: Cursor | undefined): boolean =>
  cursor.s < head.s && (logged === undefined || logged.s === cursor.s)
