/** FHIR R4 Communication: one message of a conversation. `partOf` names the first one of it. */
import { z } from 'zod'
import { BODY_LENGTH, SUBJECT_LENGTH } from '../../../../shared/domains/messages/limits.ts'
import { Message } from '../../../../shared/domains/messages/schema.ts'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import { err, ok } from '../../../../shared/kernel/result.ts'
import { defined, Instant, instant, moment, patientOf, Reference, text } from './elements.ts'
import { invalid, type Mapping, noSubject } from './mapping.ts'

export const CommunicationResource = z.object({
  resourceType: z.literal('Communication'),
  status: z.literal('completed'),
  subject: Reference,
  sender: Reference.meta({ description: 'Patient/<your id>, or somebody of the practice by `display`.' }),
  sent: Instant,
  priority: z.enum(['routine', 'urgent']).default('routine'),
  topic: z.object({ text: text(SUBJECT_LENGTH).min(1) }),
  partOf: z.array(Reference).max(1).optional(),
  payload: z
    .array(z.object({ contentString: text(BODY_LENGTH).min(1) }))
    .min(1)
    .max(1),
})
const OWNED = Message.omit({ id: true, updatedAt: true, receivedAt: true })

export const communicationMapping: Mapping<typeof CommunicationResource> = {
  collection: 'messages',
  resource: CommunicationResource,
  owned: Object.keys(OWNED.shape),
  toDocument(given, externalId, { documentId }) {
    const patient = patientOf(given.subject.reference)
    if (patient === undefined) return err(noSubject)
    const first = given.partOf?.[0]?.reference
    const root = first === undefined ? externalId : /^Communication\/(.+)$/.exec(first)?.[1]
    if (root === undefined) return err(invalid('partOf names no conversation: Communication/<your id>.'))
    const fields = OWNED.safeParse({
      threadId: documentId('messages', root),
      subject: given.topic.text,
      body: given.payload[0]?.contentString,
      priority: given.priority === 'urgent' ? 'urgent' : 'normal',
      author: patientOf(given.sender.reference) === undefined ? 'staff' : 'client',
      authorName: given.sender.display ?? '',
      attachments: [],
      sentAt: moment(given.sent),
    })
    return fields.success
      ? ok({ patient, fields: fields.data as JsonObject })
      : err(invalid('This is no message.'))
  },
  toResource(document, subject) {
    const message = document as unknown as Message
    const isClient = message.author === 'client'
    return {
      resourceType: 'Communication',
      status: 'completed',
      subject: { reference: subject },
      sender: defined({
        reference: isClient ? subject : undefined,
        display: message.authorName,
      }) as JsonObject,
      sent: instant(message.sentAt),
      ...(message.receivedAt === undefined ? {} : { received: instant(message.receivedAt) }),
      priority: message.priority === 'urgent' ? 'urgent' : 'routine',
      topic: { text: message.subject },
      thread: message.threadId,
      author: message.author,
      payload: [
        ...(message.body === '' ? [] : [{ contentString: message.body }]),
        ...message.attachments.map(({ name, bytes }) => ({
          contentAttachment: { title: name, size: bytes },
        })),
      ],
    }
  },
}
