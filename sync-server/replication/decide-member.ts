/** One request of a group: runs it over what was read, and makes ready what is to be written. Nothing is written here. */
import { ok, type Result } from '../../shared/kernel/result.ts'
import { COLLECTIONS, type CollectionName } from '../../shared/protocol/collections.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import { type LinkedEvent, link } from '../platform/audit-chain.ts'
import type { ClientCipher } from '../platform/sealing.ts'
import { applyWrite } from './apply-write.ts'
import type { ClientAccess } from './client-access-store.ts'
import type { Fetched } from './collection.ts'
import { type AuditPart, auditOf, type CommitRequest, type Committed } from './commit.ts'
import type { Group } from './commit-group.ts'
import { EMPTY_FLUSH, type Flush, prepareFlush } from './flush.ts'
import type { LockedHead } from './head-store.ts'
import type { Given, NewAnswer, Refused } from './mutation-store.ts'
import { unreadablePart } from './unreadable.ts'
import { createWorkingSet } from './working-set.ts'

/** Documents of one collection that were fetched for the request, still sealed. */
export interface Prefetched {
  readonly collection: CollectionName
  readonly ids: readonly string[]
  readonly open: Fetched
}
export interface Known {
  readonly access: ClientAccess
  readonly head: LockedHead
  readonly cipher: ClientCipher
  readonly answered: Map<number, Given>
  readonly documents: readonly Prefetched[]
}
interface MemberDecision {
  readonly result: Result<Committed<unknown>, Refusal>
  readonly flush: Flush
  readonly audit: readonly LinkedEvent[]
}

export async function decideMember(
  { deps, tx, at }: Group,
  { actor, clientId, action, run }: CommitRequest<unknown>,
  { access, head, cipher, answered, documents }: Known,
): Promise<MemberDecision> {
  const work = createWorkingSet({ tx, clientId, cipher }, deps.registry, actor, at)
  for (const { collection, ids, open } of documents) work.know(collection, ids, open(cipher))
  const events: AuditPart[] = []
  const answers: NewAnswer[] = []
  const refused: Refused[] = []
  const ran = await run({
    access,
    head: head.cursor,
    work,
    answered,
    apply: (write) => applyWrite(deps.registry, work, write, access),
    audit: (part) => void events.push(part),
    answer: (answer) => void answers.push(answer),
    setAside: (each) => void refused.push(each),
  })
  const linked = () =>
    link(
      clientId,
      head.audit,
      [...events, ...work.unreadable().map(unreadablePart)].map((part) => auditOf(actor, clientId, at, part)),
    )
  if (!ran.ok) {
    if (events.length === 0) events.push({ action, outcome: 'denied', reason: ran.error.code })
    const { rows, end } = linked()
    const advance = [{ clientId, from: head.cursor, to: head.cursor, audit: end }]
    return { result: ran, flush: { ...EMPTY_FLUSH, advance }, audit: rows }
  }
  const { flush, to, staged } = prepareFlush(deps.registry, work, head.cursor, { answers, refused })
  const jobs = deps.jobsOf?.({ actor, clientId, at, staged }) ?? []
  for (const { ref } of staged)
    events.push({
      action,
      outcome: 'allowed',
      collection: COLLECTIONS[ref.collection].number,
      documentId: ref.id,
    })
  const { rows, end } = linked()
  const advance = rows.length === 0 ? [] : [{ clientId, from: head.cursor, to, audit: end }]
  return {
    result: ok({ value: ran.value, from: head.cursor, to, staged }),
    flush: { ...flush, advance, jobs },
    audit: rows,
  }
}
