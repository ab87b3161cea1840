/**
 * A message that was not taken because of a file: it can go once more without that one. The new message has an id made of
 * the old one's, so that a crash between its writing and the end of the old one, or a second press, makes no third.
 */
import { derivedId } from '../../shared/crypto/derived-id.ts'
import { saysSomething } from '../../shared/domains/messages/said.ts'
import type { Message } from '../../shared/domains/messages/schema.ts'
import { useAttachments, useReplica, useSession, useSyncView } from './session-context.tsx'

export interface WithoutRefused {
  /** Of the files that the clinic does not take. */
  readonly names: readonly string[]
  /** Resolves once it is sealed on the disk and waits to be sent; null where nothing would be left to say. */
  readonly send: (() => Promise<void>) | null
}

/** Null where no file of the message was refused, or the message does not wait for a decision. */
export function useWithoutRefused(message: Message | undefined): WithoutRefused | null {
  const session = useSession()
  const replica = useReplica()
  const files = useAttachments()
  const { items } = useSyncView()
  if (message === undefined || replica === null) return null
  const refusal = items.find(({ documentId, state }) => documentId === message.id && state === 'attention')
  const mutation = refusal?.mutation
  const refused = message.attachments.filter(({ documentId }) => files[documentId]?.state === 'refused')
  if (mutation === undefined || refused.length === 0) return null
  const ids = refused.map(({ documentId }) => documentId)
  const rest: Message = {
    ...message,
    id: derivedId('message-without-files', [message.id, ...ids.toSorted()].join('/')),
    attachments: message.attachments.filter(({ documentId }) => !ids.includes(documentId)),
  }
  const send = async () => {
    await replica.messages.insertIfNotExists({ ...rest, updatedAt: Date.now() })
    await session.discard(mutation)
    await session.detachFiles(ids)
  }
  return { names: refused.map(({ name }) => name), send: saysSomething(rest) ? send : null }
}
