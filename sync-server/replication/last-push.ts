/**
 * What a device that was signed out had not sent. It goes to quarantine, where people can read it, and changes no
 * document; the device learns only that it arrived. A device in the wrong hands can fill no more than its share.
 * SPEC: shared/protocol/SPEC.md, P23.
 */
import { mayWriteSome } from '../../shared/domains/grants/policy.ts'
import type { Granted } from '../../shared/domains/grants/scopes.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { COLLECTIONS, collectionByNumber } from '../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { LastPush, Mutation } from '../../shared/protocol/messages.ts'
import { appendAudit, appendToRecord } from '../platform/audit-store.ts'
import type { Actor } from './actor.ts'
import {
  afterClosing,
  isPermitted,
  isTakenAfter,
  REPLICA_HOLDERS,
  readClientAccess,
} from './client-access-store.ts'
import type { Scope } from './collection.ts'
import { auditOf, type ReplicationDeps } from './commit.ts'
import { lockHead } from './head-store.ts'
import {
  contentTag,
  isAnother,
  putQuarantine,
  readAnswers,
  readKeptOfRevoked,
  sealRefused,
} from './mutation-store.ts'

/** Of one device, over all its last pushes. */
const MUTATIONS_KEPT = 5_000
const BYTES_KEPT = 20_000_000

const signedOut = refusal('device_revoked', 'This device was signed out before it sent this.')
const accessEnded = refusal('not_permitted', 'The access to this record had ended before this was sent.')
const notFound = refusal('not_found', 'There is no such record.')
const full = refusal('not_permitted', 'Nothing more is taken from this device.')

/**
 * The caller holds the lock on the head, so that nothing is kept twice. False when the device's share is used up:
 * nothing of this push is kept then.
 */
export async function keepOfRevoked(
  scope: Scope,
  actor: Actor,
  receivedAt: number,
  mutations: readonly Mutation[],
  refused = signedOut,
): Promise<boolean> {
  const { tx, clientId } = scope
  const deviceId = actor.deviceId ?? ''
  const byNumber = new Map(mutations.map((mutation) => [mutation[0], mutation]))
  // What was accepted before the device was signed out is in its document.
  const [answered] = await readAnswers(tx, [{ clientId, deviceId, numbers: [...byNumber.keys()] }])
  const fresh = [...byNumber.values()].filter((mutation) => {
    const given = answered?.get(mutation[0])
    return given === undefined || isAnother(given, contentTag(scope, mutation))
  })
  const kept = await readKeptOfRevoked(tx, clientId, deviceId)
  const bytes = kept.bytes + JSON.stringify(fresh).length
  if (kept.mutations + fresh.length > MUTATIONS_KEPT || bytes > BYTES_KEPT) return false
  const setAside = fresh.map((mutation) => ({ mutation, refusal: refused }))
  await putQuarantine(tx, sealRefused(scope, actor, receivedAt, setAside))
  return true
}

/**
 * What somebody typed in a record whose access ended before it was sent, in areas where they could: for the client and
 * their clinician to read. Nobody is told that it was kept.
 */
export async function keepOfEnded(
  scope: Scope,
  actor: Actor,
  receivedAt: number,
  mutations: readonly Mutation[],
  granted: Granted,
): Promise<void> {
  const could = mutations.filter(([, number]) => {
    const name = collectionByNumber(number)
    return name !== undefined && COLLECTIONS[name].clientWrites && mayWriteSome(granted, name)
  })
  if (could.length > 0) await keepOfRevoked(scope, actor, receivedAt, could, accessEnded)
}

export function lastPush(
  deps: ReplicationDeps,
  actor: Actor,
  { client, mutations }: LastPush,
): Promise<Result<null, Refusal>> {
  return deps.database.transaction(async (tx): Promise<Result<null, Refusal>> => {
    const receivedAt = deps.clock.now()
    const answer = async (refused: Refusal | null): Promise<Result<null, Refusal>> => {
      const outcome = refused === null ? 'allowed' : 'denied'
      const reason = refused?.code ?? signedOut.code
      const part = { action: 'sync.last-push', outcome, count: mutations.length, reason } as const
      const event = auditOf(actor, client, receivedAt, part)
      // A stranger's attempt must not hold up the record.
      await (refused === notFound ? appendAudit(tx, [event]) : appendToRecord(tx, event))
      return refused === null ? ok(null) : err(refused)
    }
    const access = await readClientAccess(tx, actor, client, receivedAt)
    const writer = isPermitted(access, REPLICA_HOLDERS) && access.device === 'revoked'
    const { ended, device } = access
    // Signed out and sent away: it goes where it would have gone without the first, and the answer is that of the second.
    if (
      ended !== undefined &&
      device === 'revoked' &&
      mutations.length > 0 &&
      isTakenAfter(ended, receivedAt)
    ) {
      const { keyChanges } = await lockHead(tx, client)
      const cipher = await deps.clientKeys.cipherOf(tx, client, keyChanges)
      await keepOfEnded({ tx, clientId: client, cipher }, actor, receivedAt, mutations, ended.granted)
      return answer(notFound)
    }
    const left = writer ? 'hands in' : await afterClosing(tx, actor, client)
    if (left === undefined || (left === 'erased' && mutations.length > 0)) return answer(notFound)
    if (mutations.length === 0) return answer(null)
    const { keyChanges } = await lockHead(tx, client)
    const cipher = await deps.clientKeys.cipherOf(tx, client, keyChanges)
    const scope = { tx, clientId: client, cipher }
    return answer((await keepOfRevoked(scope, actor, receivedAt, mutations)) ? null : full)
  })
}
