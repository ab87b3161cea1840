/**
 * What somebody has typed in another person's record and not sent yet. It is theirs, and goes along when less of the record
 * may be seen and it is made anew, as far as it can still be sent. SPEC: client/replica/SPEC.md, R47.
 */
import { covers, type GrantScope, grantedOf } from '../../../shared/domains/grants/scopes.ts'
import type { Attachment } from '../../../shared/domains/messages/schema.ts'
import type { ChosenFile } from '../file-views.ts'
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

/** Reads it now; what is returned writes it, and resolves once it is sealed on the disk. */
export async function carryOver(
  { store, files }: OpenedReplica,
  scopes: readonly string[],
): Promise<(into: OpenedReplica) => Promise<void>> {
  const granted = grantedOf(scopes)
  const mayWrite = (area: GrantScope) => covers(granted, area, 'write')
  const written = mayWrite('messages')
    ? (await store.loadCollection('outgoing')).filter(({ _deleted }) => !_deleted)
    : []
  const chosen: ChosenFile[] = []
  for (const { documentId: id, name } of written.flatMap(attachmentsOf)) {
    const file = await files.attachments.open(id)
    if (file?.ok) chosen.push({ id, name, type: file.type, bytes: file.bytes })
  }
  const typed = Object.entries(await store.locals()).filter(([key]) =>
    TYPED.some(([prefix, area]) => key.startsWith(prefix) && mayWrite(area)),
  )
  return async (into) => {
    for (const file of chosen) await into.files.attachments.attach(file)
    for (const document of written)
      await into.store.write('outgoing', [{ id: String(document.id), document }])
    for (const [key, value] of typed) await into.store.writeLocal(key, value)
  }
}

const attachmentsOf = (document: { readonly [field: string]: unknown }) =>
  (document.attachments ?? []) as readonly Attachment[]
