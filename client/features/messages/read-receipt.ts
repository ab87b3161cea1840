/** Says how far this reader has read a conversation; the highest position wins, wherever it was read. */
import { derivedId } from '../../../shared/crypto/derived-id.ts'
import type { Thread } from '../../../shared/domains/messages/threads.ts'
import { receiptSource } from '../../../shared/domains/receipts/reader.ts'
import type { Person } from '../../replica/portal-session.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'

export async function markRead(replica: ReplicaDatabase, person: Person, thread: Thread): Promise<void> {
  const readUpTo = Math.max(0, ...thread.messages.map(({ receivedAt }) => receivedAt ?? 0))
  const id = derivedId('receipt', receiptSource(thread.id, person.accountId))
  const known = await replica.receipts.findOne(id).exec()
  if (readUpTo === 0 || (known?.get('readUpTo') ?? 0) >= readUpTo) return
  const updatedAt = Date.now()
  if (known) await known.incrementalPatch({ readUpTo, updatedAt })
  else
    await replica.receipts.insertIfNotExists({
      id,
      threadId: thread.id,
      reader: person.accountId,
      readUpTo,
      updatedAt,
    })
}
