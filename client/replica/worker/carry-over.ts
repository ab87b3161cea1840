/**
 * What somebody has typed in another person's record and not sent yet. It is theirs, and goes along when less of the record
 * may be seen and it is made anew, as far as it can still be sent. SPEC: client/replica/SPEC.md, R47.
 */
import { covers, type GrantScope, grantedOf } from '../../../shared/domains/grants/scopes.ts'
import type { Attachment } from '../../../shared/domains/messages/schema.ts'
import { carryFiles, isUnsent, type StoreWithFiles } from './attached-shelf.ts'
import type { OpenedReplica } from './opened-replica.ts'

/** Small values that hold what is typed (use-kept.ts), by how their names begin. */
const TYPED: readonly (readonly [string, GrantScope])[] = [
  ['wish:', 'appointments'],
  ['refill:', 'prescriptions'],
  ['refill-answer:', 'prescriptions'],
]

/** Of the own record alone. */
const CORRECTION = 'correction'

/** How much was typed and is sent by a button that nobody has pressed: messages, wishes, a correction. */
export async function countTyped({ store }: OpenedReplica): Promise<number> {
  const written = (await store.loadCollection('outgoing')).filter(({ _deleted }) => !_deleted)
  // What was sent or given up stays as nothing.
  const kept = Object.entries(await store.locals()).filter(
    ([key, value]) =>
      value !== null && (key === CORRECTION || TYPED.some(([prefix]) => key.startsWith(prefix))),
  )
  return written.length + kept.length
}

/** Resolves once it is sealed on the disk. What is there already stays as it is: done again, it changes nothing. */
export async function carryOver(
  from: StoreWithFiles,
  into: StoreWithFiles,
  scopes: readonly string[],
): Promise<void> {
  const granted = grantedOf(scopes)
  const mayWrite = (area: GrantScope) => covers(granted, area, 'write')
  const written = mayWrite('messages')
    ? (await from.store.loadCollection('outgoing')).filter(({ _deleted }) => !_deleted)
    : []
  const named = new Set(written.flatMap(attachmentsOf).map(({ documentId }) => documentId))
  await carryFiles(from, into, (id, file) =>
    file.draft === undefined ? named.has(id) : mayWrite('forms') && isUnsent(file),
  )
  for (const document of written) await into.store.write('outgoing', [{ id: String(document.id), document }])
  for (const [key, value] of Object.entries(await from.store.locals()))
    if (TYPED.some(([prefix, area]) => key.startsWith(prefix) && mayWrite(area)))
      await into.store.changeLocal(key, (there) => (there === undefined ? value : there))
}

const attachmentsOf = (document: { readonly [field: string]: unknown }) =>
  (document.attachments ?? []) as readonly Attachment[]
