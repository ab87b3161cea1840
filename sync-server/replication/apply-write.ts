/**
 * The one write path: devices, REST, staff and the record system all change documents through here. A refusal is a
 * value and leaves nothing behind; only infrastructure failures throw, and then nothing of the transaction stands.
 */
import { equalJson } from '../../shared/kernel/json.ts'
import { err, type Result } from '../../shared/kernel/result.ts'
import { fieldValue } from '../../shared/merge/fields.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import { UnreadableError } from '../platform/sealing.ts'
import type { ClientAccess } from './client-access-store.ts'
import type { Decision, DocumentRef, Write } from './collection.ts'
import { changesDocument, notGranted } from './granted-documents.ts'
import type { Registry } from './registry.ts'
import type { TransactionWork } from './working-set.ts'

/** What was stored is not what was sealed. The write is kept; what it was meant for stays as it is, for whoever mends it. */
export const unreadable = refusal(
  'unreadable',
  'The practice’s server cannot read this any more. Your practice has been told.',
)

export async function applyWrite(
  registry: Registry,
  work: TransactionWork,
  write: Write,
  access: Pick<ClientAccess, 'grant'> = {},
): Promise<Result<Decision, Refusal>> {
  if (write.by === 'client' && !COLLECTIONS[write.collection].clientWrites)
    return err(refusal('not_permitted', 'Only the practice changes these.'))
  const layer = work.begin()
  let decided: Result<Decision, Refusal>
  try {
    decided = (await isWithinGrant(work, write, access))
      ? await registry.get(write.collection).decide(work, write)
      : err(notGranted)
    // What a new document is about, only the document says.
    if (decided.ok && !(await isWithinGrant(work, write, access))) decided = err(notGranted)
    if (decided.ok && write.by === 'client') await resendUnlessAsSent(work, write, decided.value)
  } catch (error) {
    layer.discard()
    // What waits behind this write must not wait for somebody to mend the database (I6).
    if (error instanceof UnreadableError) return err(unreadable)
    throw error
  }
  if (decided.ok) layer.commit()
  else layer.discard()
  return decided
}

/** Of a proxy: both the document as it is and what the write makes of it. */
async function isWithinGrant(
  work: TransactionWork,
  { collection, documentId, edits, by }: Write,
  access: Pick<ClientAccess, 'grant'>,
): Promise<boolean> {
  if (access.grant === undefined || by !== 'client') return true
  const document = await work.load(collection, documentId)
  const said = () => Object.fromEntries(edits.map(({ field, value }) => [field, value]))
  return changesDocument(access, { collection }, document?.body ?? said())
}

/**
 * A device takes its own write for the document's state only when the answer is `ok`; after a merge or a conflict,
 * even one it won, and where the document is not as sent, it gets the document.
 */
async function resendUnlessAsSent(work: TransactionWork, write: Write, { outcome }: Decision): Promise<void> {
  const ref = { collection: write.collection, id: write.documentId }
  const document = await work.load(ref.collection, ref.id)
  if (outcome === 'merged' || outcome === 'conflict-kept') return work.resend(ref)
  const asSent =
    document === undefined ||
    write.edits.every(({ field, value }) => equalJson(fieldValue(document.body, field), value))
  if (!asSent) work.resend(ref)
}

/** Everything that a batch of writes is going to ask for. */
export const neededFor = (registry: Registry, writes: readonly Write[]): readonly DocumentRef[] =>
  writes.flatMap((write) => [
    { collection: write.collection, id: write.documentId },
    ...(registry.get(write.collection).related?.(write) ?? []),
  ])
