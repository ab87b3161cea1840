/**
 * A device's push: up to 500 mutations in one transaction. Each gets its own answer; one that is refused goes to
 * quarantine and blocks nobody (I6); one that was answered before gets the same answer again (I3).
 */
import type { Json } from '../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import {
  type ChangeRow,
  type Mutation,
  type MutationAnswer,
  OUTCOMES,
  type PushAnswer,
  type PushRequest,
} from '../../shared/protocol/messages.ts'
import type { Actor } from './actor.ts'
import { prefetchFor } from './apply-write.ts'
import { rowForWriter, wholeRow } from './change-rows.ts'
import { REPLICA_WRITERS } from './client-access-store.ts'
import type { Write } from './collection.ts'
import { type CommitSession, type Committed, commit, type ReplicationDeps } from './commit.ts'
import { keepOfRevoked } from './last-push.ts'
import { type NewAnswer, putAnswers, putQuarantine, type Refused, readAnswers } from './mutation-store.ts'
import { parseWrite } from './parse-write.ts'
import { refKey } from './working-set.ts'

interface Pushed {
  readonly answers: readonly MutationAnswer[]
  /** Last value the device sent for each field, by document. */
  readonly sent: ReadonlyMap<string, ReadonlyMap<string, Json>>
  readonly resent: readonly ChangeRow[]
  readonly resentKeys: ReadonlySet<string>
}

export async function push(
  deps: ReplicationDeps,
  actor: Actor,
  { client, mutations }: PushRequest,
): Promise<Result<PushAnswer, Refusal>> {
  const { deviceId } = actor
  if (deviceId === null) return err(refusal('not_authenticated', 'Only a registered device can push.'))
  const done = await commit(deps, {
    actor,
    clientId: client,
    action: 'sync.push',
    permit: REPLICA_WRITERS,
    onDevice: true,
    answersDevice: true,
    whenRevoked: async (scope, receivedAt) => void (await keepOfRevoked(scope, actor, receivedAt, mutations)),
    run: async (session) => ok(await decideAll(deps, session, deviceId, mutations)),
  })
  if (!done.ok) return done
  const { value, from, to } = done.value
  return ok({
    answers: value.answers,
    changes: { client, from: from.s, to, rows: rowsForDevice(done.value) },
  })
}

async function decideAll(
  deps: ReplicationDeps,
  session: CommitSession,
  deviceId: string,
  mutations: readonly Mutation[],
): Promise<Pushed> {
  const { work } = session
  const { tx, clientId } = work.scope
  const answered = await readAnswers(
    tx,
    clientId,
    deviceId,
    mutations.map(([number]) => number),
  )
  const parsed = new Map<Mutation, Result<Write, Refusal>>()
  for (const mutation of mutations)
    if (!answered.has(mutation[0])) parsed.set(mutation, parseWrite(mutation, deviceId, work.receivedAt))
  const writes = [...parsed.values()].flatMap((result) => (result.ok ? [result.value] : []))
  await prefetchFor(deps.registry, work, writes)

  const fresh: NewAnswer[] = []
  const refused: Refused[] = []
  const sent = new Map<string, Map<string, Json>>()
  for (const [mutation, result] of parsed) {
    const [number, collection, documentId] = mutation
    if (answered.has(number)) continue
    const decided = result.ok ? await session.apply(result.value) : result
    let answer: MutationAnswer
    if (decided.ok) {
      answer = [number, OUTCOMES.indexOf(decided.value.outcome), decided.value.rev, work.receivedAt]
      if (result.ok) noteSent(sent, result.value)
    } else {
      answer = [number, OUTCOMES.indexOf('quarantined'), 0, work.receivedAt, decided.error.code]
      refused.push({ mutation, refusal: decided.error })
      const reason = decided.error.code
      session.audit({ action: 'sync.push', outcome: 'denied', collection, documentId, reason })
    }
    answered.set(number, answer)
    fresh.push({ answer, collection, documentId })
  }
  await putQuarantine(work.scope, work.actor, work.receivedAt, refused)
  if (fresh.length > 0) await putAnswers(tx, clientId, deviceId, fresh)

  const resent: ChangeRow[] = []
  for (const ref of work.resent()) {
    const document = await work.load(ref.collection, ref.id)
    if (document !== undefined && document.seq > 0) resent.push(wholeRow(ref.collection, document))
  }
  return {
    answers: mutations.map(([number]) => answered.get(number) as MutationAnswer),
    sent,
    resent,
    resentKeys: new Set(work.resent().map(refKey)),
  }
}

function noteSent(sent: Map<string, Map<string, Json>>, write: Write): void {
  const key = refKey({ collection: write.collection, id: write.documentId })
  const fields = sent.get(key) ?? new Map<string, Json>()
  for (const { field, value } of write.edits) fields.set(field, value)
  sent.set(key, fields)
}

function rowsForDevice({ value, staged }: Committed<Pushed>): readonly ChangeRow[] {
  const changed = staged.flatMap((item) => {
    const key = refKey(item.ref)
    const row = rowForWriter(item, value.sent.get(key), value.resentKeys.has(key))
    return row === undefined ? [] : [row]
  })
  // Documents that are to be sent whole although this push did not change them.
  return [...changed, ...value.resent]
}
