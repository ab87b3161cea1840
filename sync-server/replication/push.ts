/**
 * A device's push: up to 500 mutations in one transaction. Each gets its own answer; one that is refused goes to
 * quarantine and blocks nobody (I6); one that was answered before gets the same answer again (I3).
 */
import type { Json } from '../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type {
  ChangeRow,
  Mutation,
  MutationAnswer,
  PushAnswer,
  PushRequest,
} from '../../shared/protocol/messages.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import type { Actor } from './actor.ts'
import { neededFor } from './apply-write.ts'
import { rowForWriter, type SentOf, wholeRow } from './change-rows.ts'
import { type ClientAccess, REPLICA_HOLDERS } from './client-access-store.ts'
import type { Write } from './collection.ts'
import type { CommitRequest, CommitSession, Committed, ReplicationDeps } from './commit.ts'
import { seesDocument } from './granted-documents.ts'
import type { Commits } from './group-commit.ts'
import { keepOfEnded, keepOfRevoked } from './last-push.ts'
import { contentTag, type Given, isAnother } from './mutation-store.ts'
import { parseWrite } from './parse-write.ts'
import { refKey } from './working-set.ts'

interface Pushed {
  readonly answers: readonly MutationAnswer[]
  /** By document. */
  readonly sent: ReadonlyMap<string, SentOf>
  readonly resent: readonly ChangeRow[]
  readonly resentKeys: ReadonlySet<string>
  readonly access: ClientAccess
}

export async function push(
  deps: ReplicationDeps,
  commits: Commits,
  actor: Actor,
  { client, mutations }: PushRequest,
): Promise<Result<PushAnswer, Refusal>> {
  const { deviceId } = actor
  if (deviceId === null) return err(refusal('not_authenticated', 'Only a registered device can push.'))
  let parsed: ParsedPush = []
  const request: CommitRequest<Pushed> = {
    actor,
    clientId: client,
    action: 'sync.push',
    permit: REPLICA_HOLDERS,
    onDevice: true,
    answersDevice: true,
    whenRevoked: async (scope, receivedAt) => void (await keepOfRevoked(scope, actor, receivedAt, mutations)),
    whenEnded: (scope, receivedAt, granted) => keepOfEnded(scope, actor, receivedAt, mutations, granted),
    needs: (receivedAt) => {
      parsed = mutations.map((mutation) => [mutation, parseWrite(mutation, deviceId, receivedAt)])
      const writes = parsed.flatMap(([, write]) => (write.ok ? [write.value] : []))
      return {
        mutations: mutations.map(([number]) => number),
        documents: neededFor(deps.registry, writes),
      }
    },
    run: async (session) => ok(await decideAll(session, parsed)),
  }
  const weight = mutations.reduce((fields, mutation) => fields + mutation[5].length, 0)
  const done = await commits.together(request, weight)
  if (!done.ok) return done
  const { value, from, to } = done.value
  return ok({
    answers: value.answers,
    changes: { client, from: from.s, to, rows: rowsForDevice(done.value) },
  })
}

type ParsedPush = readonly (readonly [Mutation, Result<Write, Refusal>])[]

async function decideAll(
  { work, answered, access, ...session }: CommitSession,
  parsed: ParsedPush,
): Promise<Pushed> {
  const sent = new Map<string, SentOf>()
  const tags = new Map(parsed.map(([mutation]) => [mutation, contentTag(work.scope, mutation)]))
  for (const [mutation, write] of parsed) {
    const [number, collection, documentId] = mutation
    if (answered.has(number)) continue
    const content = tags.get(mutation) ?? ''
    const before = write.ok ? await work.load(write.value.collection, documentId) : undefined
    const decided = write.ok ? await session.apply(write.value) : write
    let answer: MutationAnswer
    if (decided.ok) {
      answer = [number, OUTCOMES.indexOf(decided.value.outcome), decided.value.rev, work.receivedAt]
      // The device takes its own change for the document's only where that has moved the document on.
      if (write.ok && decided.value.rev !== before?.rev) noteSent(sent, write.value)
    } else {
      const reason = decided.error.code
      answer = [number, OUTCOMES.indexOf('quarantined'), 0, work.receivedAt, reason]
      session.setAside({ mutation, refusal: decided.error })
      session.audit({ action: 'sync.push', outcome: 'denied', collection, documentId, reason })
    }
    answered.set(number, { answer, content })
    session.answer({ answer, content, collection, documentId })
  }

  const resent: ChangeRow[] = []
  for (const ref of work.resent()) {
    const document = await work.load(ref.collection, ref.id)
    if (document !== undefined && document.seq > 0 && seesDocument(access, ref.collection, document))
      resent.push(wholeRow(ref.collection, document))
  }
  return {
    answers: parsed.map(([mutation]) => {
      const given = answered.get(mutation[0]) as Given
      return isAnother(given, tags.get(mutation) ?? '') ? taken(mutation, work.receivedAt) : given.answer
    }),
    sent,
    resent,
    resentKeys: new Set(work.resent().map(refKey)),
    access,
  }
}

/** Nothing is kept of it here: the device has it, and sends it under another number (P9). */
const taken = ([number]: Mutation, at: number): MutationAnswer => [
  number,
  OUTCOMES.indexOf('quarantined'),
  0,
  at,
  'number_taken',
]

function noteSent(sent: Map<string, SentOf>, write: Write): void {
  const key = refKey({ collection: write.collection, id: write.documentId })
  const known = sent.get(key) ?? { values: new Map<string, Json>(), steps: 0 }
  for (const { field, value } of write.edits) known.values.set(field, value)
  known.steps += 1
  sent.set(key, known)
}

function rowsForDevice({ value, staged }: Committed<Pushed>): readonly ChangeRow[] {
  const changed = staged.flatMap((item) => {
    if (!seesDocument(value.access, item.ref.collection, item.after)) return []
    const key = refKey(item.ref)
    const row = rowForWriter(item, value.sent.get(key), value.resentKeys.has(key))
    return row === undefined ? [] : [row]
  })
  // Documents that are to be sent whole although this push did not change them.
  return [...changed, ...value.resent]
}
