/**
 * One transaction for one request or a group of them, each on a record of its own: authorize, lock the heads, decide in
 * memory, write. Each step is one round trip for the whole group. Requests know nothing of each other: a refusal is a
 * value. A statement that fails, and a request that throws, take the whole transaction with them: then nothing of it
 * stands, not even what was written before, and `commitGroup` throws. Nobody is answered before the commit (I4, I7).
 */
import { err, type Result } from '../../shared/kernel/result.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { AuditEvent, LinkedEvent } from '../platform/audit-chain.ts'
import { appendAudit, putLinkedAudit } from '../platform/audit-store.ts'
import type { DirectTransaction } from '../platform/database.ts'
import type { ClientCipher } from '../platform/sealing.ts'
import { type ClientAccess, isTakenAfter, readAccesses } from './client-access-store.ts'
import {
  auditOf,
  type CommitRequest,
  type Committed,
  type Needs,
  type ReplicationDeps,
  refusedAccess,
} from './commit.ts'
import { decideMember, type Known, type Prefetched } from './decide-member.ts'
import { type Flush, writeFlushes } from './flush.ts'
import { type LockedHead, lockHead, lockHeads } from './head-store.ts'
import { readAnswers } from './mutation-store.ts'
import { tellOperator } from './unreadable.ts'

export type Outcome =
  | { readonly kind: 'done'; readonly result: Result<Committed<unknown>, Refusal> }
  /** It needs a transaction of its own: somebody else writes for this client, or something is there for the first time. */
  | { readonly kind: 'alone' }
type Decision = Outcome | { readonly kind: 'failed'; readonly error: unknown }

/** One of a group threw: the others have done nothing wrong, and are worth a try without it. */
export class MemberFailed extends Error {
  constructor(cause: unknown) {
    super('A request of a group failed.', { cause })
  }
}

/**
 * No client twice. A single request waits for its head; in a group nobody waits. `undoesRefusals`: what a refused request
 * had written by statements of its own goes, and only the row that says so stays. It costs a statement, and pushes, which
 * refuse before they write, do not take it.
 */
export async function commitGroup(
  deps: ReplicationDeps,
  requests: readonly CommitRequest<unknown>[],
  { undoesRefusals }: { readonly undoesRefusals: boolean },
): Promise<readonly Outcome[]> {
  const reported: AuditEvent[] = []
  const outcomes = await deps.database.direct(async (tx) => {
    const at = deps.clock.now()
    const group = { deps, tx, at, single: requests.length === 1, undoesRefusals }
    // Whoever writes in their own record is let in but for a few: what that takes is read in the same go.
    const likely = requests.filter(({ actor, clientId }) => actor.ownClientId === clientId)
    const [accesses, early] = await Promise.all([readAccesses(tx, requests, at), lockAndRead(group, likely)])
    const judged = await Promise.all(
      requests.map((request, index) => judge(group, request, accesses[index] as ClientAccess)),
    )
    const admitted = judged.flatMap((each) => ('access' in each ? each : []))
    const known = new Map([...early, ...(await readLate(group, admitted, early))])
    const decided = await Promise.all(admitted.map((member) => decide(group, member, known)))
    const all = judged.map((each) => ('access' in each ? (decided.shift() as Decided) : each))
    // Whoever threw may have written before: nothing of the transaction may stand.
    for (const { outcome } of all)
      if (outcome.kind === 'failed')
        throw group.single || tx.failed ? outcome.error : new MemberFailed(outcome.error)
    const linked = all.flatMap(({ audit }) => audit ?? [])
    const flushes = all.flatMap(({ flush }) => flush ?? [])
    const strangers = all.flatMap(({ refusedAtTheDoor }) => refusedAtTheDoor ?? [])
    const write = () => Promise.all([writeFlushes(tx, flushes, at), putLinkedAudit(tx, linked)])
    if (strangers.length === 0) await tx.commitWith(write)
    else {
      await write()
      // Last: a lane is waited for, and whoever holds one waits for nothing.
      await appendAudit(tx, strangers)
    }
    reported.push(...linked.map(({ event }) => event))
    return all.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [] : [outcome]))
  })
  tellOperator(deps.onUnreadable, reported)
  return outcomes
}

export interface Group {
  readonly deps: ReplicationDeps
  readonly tx: DirectTransaction
  /** Receipt time, ms. */
  readonly at: number
  readonly single: boolean
  readonly undoesRefusals: boolean
}
interface Admitted {
  readonly request: CommitRequest<unknown>
  readonly access: ClientAccess
}
interface Wish {
  readonly request: CommitRequest<unknown>
  readonly needs: Needs
}
/** What deciding takes, read when the head was locked; nothing where it must be done in a transaction of its own. */
type Read = Omit<Known, 'access'> | 'alone'
interface Decided {
  readonly outcome: Decision
  readonly flush?: Flush | undefined
  /** In the record's chain. */
  readonly audit?: readonly LinkedEvent[]
  readonly refusedAtTheDoor?: readonly AuditEvent[]
}
const ALONE: Decided = { outcome: { kind: 'alone' } }
const NO_NEEDS: Needs = { mutations: [], documents: [] }

/** May it go on at all? */
async function judge(
  { deps, tx, at, single }: Group,
  request: CommitRequest<unknown>,
  access: ClientAccess,
): Promise<Admitted | Decided> {
  const { actor, clientId, action } = request
  const refused = refusedAccess(access, request.permit, request.onDevice)
  if (refused === null) return { request, access }
  if (refused.code === 'device_revoked' && request.whenRevoked !== undefined) {
    if (!single) return ALONE
    const { keyChanges } = await lockHead(tx, clientId)
    const cipher = await deps.clientKeys.cipherOf(tx, clientId, keyChanges)
    await request.whenRevoked({ tx, clientId, cipher }, at)
  }
  const { ended, device } = access
  if (ended !== undefined && request.whenEnded !== undefined && device === 'active') {
    if (!single) return ALONE
    if (isTakenAfter(ended, at)) {
      const { keyChanges } = await lockHead(tx, clientId)
      const cipher = await deps.clientKeys.cipherOf(tx, clientId, keyChanges)
      await request.whenEnded({ tx, clientId, cipher }, at, ended.granted)
    }
  }
  return {
    outcome: { kind: 'done', result: err(refused) },
    refusedAtTheDoor: [auditOf(actor, clientId, at, { action, outcome: 'denied', reason: refused.code })],
  }
}

type ReadOf = ReadonlyMap<CommitRequest<unknown>, Read>

/**
 * One round trip: in the pipeline, what follows the statement that locks is read when the locks are held. A single
 * request of which something is there for the first time is missing in the answer. `made`: a key of this transaction.
 */
async function lockAndRead(
  group: Group,
  requests: readonly CommitRequest<unknown>[],
  made?: ClientCipher,
): Promise<ReadOf> {
  if (requests.length === 0) return new Map()
  const { deps, tx, at, single } = group
  const ids = requests.map(({ clientId }) => clientId)
  const wishes = requests.map((request): Wish => ({ request, needs: request.needs?.(at) ?? NO_NEEDS }))
  const [heads, keys, answered, documents] = await Promise.all([
    lockHeads(tx, ids, { wait: single }),
    made === undefined ? deps.clientKeys.ciphersOf(tx, ids) : new Map(ids.map((id) => [id, made])),
    answersOf(tx, wishes),
    documentsOf(group, wishes),
  ])
  const ciphers = await underLock(group, heads, keys)
  const read = new Map<CommitRequest<unknown>, Read>()
  for (const [index, request] of requests.entries()) {
    const head = heads.get(request.clientId)
    const cipher = ciphers.get(request.clientId)
    const more = { answered: answered[index] ?? new Map(), documents: documents[index] ?? [] }
    if (head !== undefined && cipher !== undefined) read.set(request, { head, cipher, ...more })
    else if (!single) read.set(request, 'alone')
  }
  return read
}

/** For those who may go on and were not read yet: only for them anything is made. */
async function readLate(group: Group, admitted: readonly Admitted[], early: ReadOf): Promise<ReadOf> {
  const late = admitted.map(({ request }) => request).filter((request) => !early.has(request))
  const read = await lockAndRead(group, late)
  const [first] = late
  if (first === undefined || read.has(first)) return read
  // The head before the key, as everybody takes them.
  const { keyChanges } = await lockHead(group.tx, first.clientId)
  const made = await group.deps.clientKeys.cipherOf(group.tx, first.clientId, keyChanges)
  return lockAndRead(group, late, made)
}

async function decide(group: Group, { request, access }: Admitted, known: ReadOf): Promise<Decided> {
  const read = known.get(request)
  if (read === undefined || read === 'alone') return ALONE
  const run: typeof request.run = (session) =>
    group.undoesRefusals ? undone(group.tx, () => request.run(session)) : request.run(session)
  try {
    const { result, ...rest } = await decideMember(group, { ...request, run }, { access, ...read })
    return { outcome: { kind: 'done', result }, ...rest }
  } catch (error) {
    return { outcome: { kind: 'failed', error } }
  }
}

async function undone<T extends { readonly ok: boolean }>(
  tx: DirectTransaction,
  run: () => Promise<T>,
): Promise<T> {
  // Not waited for before `run`: what that asks comes after it.
  const begun = tx.$executeRaw`SAVEPOINT request`
  begun.catch(() => undefined)
  const ran = await run()
  await begun
  if (!ran.ok) await tx.$executeRaw`ROLLBACK TO SAVEPOINT request`
  return ran
}

/** With the keys that the locked heads name: those of a client whose set changed elsewhere are read again. */
async function underLock(
  { deps, tx, single }: Group,
  heads: ReadonlyMap<string, LockedHead>,
  known: ReadonlyMap<string, ClientCipher>,
): Promise<ReadonlyMap<string, ClientCipher>> {
  const current = new Map(known)
  for (const [clientId, { keyChanges }] of heads) {
    if (!known.has(clientId) || known.get(clientId)?.changes === keyChanges) continue
    // In a group it is left out, and does not take the others with it.
    current.delete(clientId)
    const cipher = deps.clientKeys.cipherOf(tx, clientId, keyChanges)
    const read = await (single ? cipher : cipher.catch(() => undefined))
    if (read !== undefined) current.set(clientId, read)
  }
  return current
}

async function answersOf(tx: DirectTransaction, admitted: readonly Wish[]) {
  if (admitted.every(({ needs }) => needs.mutations.length === 0)) return []
  return readAnswers(
    tx,
    admitted.map(({ request: { clientId, actor }, needs }) => ({
      clientId,
      deviceId: actor.deviceId ?? '',
      numbers: actor.deviceId === null ? [] : needs.mutations,
    })),
  )
}

/** For each request what it needs, one round trip a table. */
async function documentsOf({ deps, tx }: Group, admitted: readonly Wish[]) {
  const idsOf = admitted.map(({ needs }) => {
    const ids = new Map<CollectionName, Set<string>>()
    for (const { collection, id } of needs.documents)
      ids.set(collection, (ids.get(collection) ?? new Set()).add(id))
    return ids
  })
  const names = [...new Set(idsOf.flatMap((ids) => [...ids.keys()]))]
  const found = await Promise.all(
    names.map((name) =>
      deps.registry.get(name).store.fetch(
        tx,
        admitted.map(({ request }, index) => ({
          clientId: request.clientId,
          ids: [...(idsOf[index]?.get(name) ?? [])],
        })),
      ),
    ),
  )
  return admitted.map((_, index) =>
    names.flatMap((collection, place): Prefetched[] => {
      const ids = [...(idsOf[index]?.get(collection) ?? [])]
      const open = found[place]?.[index]
      return ids.length === 0 || open === undefined ? [] : [{ collection, ids, open }]
    }),
  )
}
