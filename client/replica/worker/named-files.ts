/** Which files documents and pending changes name: those of messages, and those that are answers to questions. Pure. */
import type { Attachment } from '../../../shared/domains/messages/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { filesIn } from '../../../shared/questionnaire/attached-file.ts'
import type { Answer } from '../../../shared/questionnaire/questionnaire.ts'
import type { StoredDocument } from '../worker-port.ts'
import type { OutboxEntry } from './outbox-entry.ts'

const { messages, drafts, submissions } = COLLECTIONS
type Change = Pick<OutboxEntry, 'collection' | 'fields'>

const attachedIds = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((one) => String(Object(one).documentId)) : []
const answerIds = (values: readonly unknown[]): readonly string[] =>
  filesIn(values as readonly (Answer | null)[]).map(({ file }) => file)

/** Of a message that is being written, or one that is. */
export const filesOfMessage = ({ attachments }: StoredDocument): readonly Attachment['documentId'][] =>
  attachedIds(attachments)

/** Of a form: its answers, and those that stand beside one of them. */
export function filesOfForm({ answers, contested }: StoredDocument): readonly string[] {
  const beside = Object.values(Object(contested) as Record<string, readonly { readonly value: Json }[]>)
  return answerIds([...Object.values(Object(answers)), ...beside.flat().map(({ value }) => value)])
}

/** What a message or a form that is handed in comes with: it waits for them. */
export function comesWith({ collection, fields }: Change): readonly string[] {
  const valueIn = (name: string) => fields.find(([field]) => field === name)?.[1]
  if (collection === messages.number) return attachedIds(valueIn('attachments'))
  return collection === submissions.number ? answerIds(Object.values(Object(valueIn('answers')))) : []
}

/** What a change of a form names: it waits for nothing. */
export const namedByDraft = ({ collection, fields }: Change): readonly string[] =>
  collection === drafts.number ? answerIds(fields.map(([, value]) => value)) : []
