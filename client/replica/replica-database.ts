/** What RxDB holds of a record, collection by collection. */
import type { RxCollection, RxDatabase } from 'rxdb'
import type { Appointment } from '../../shared/domains/appointments/schema.ts'
import type { BillingDocument } from '../../shared/domains/billing/schema.ts'
import type { SharedDocument } from '../../shared/domains/documents/schema.ts'
import type { Draft, FormDefinition, Submission } from '../../shared/domains/forms/schema.ts'
import type { Refill } from '../../shared/domains/medications/refill-schema.ts'
import type { Medication } from '../../shared/domains/medications/schema.ts'
import type { Message } from '../../shared/domains/messages/schema.ts'
import type { Profile } from '../../shared/domains/profile/schema.ts'
import type { Receipt } from '../../shared/domains/receipts/schema.ts'
import type { Request } from '../../shared/domains/requests/schema.ts'

export interface ReplicaCollections {
  definitions: RxCollection<FormDefinition>
  drafts: RxCollection<Draft>
  submissions: RxCollection<Submission>
  appointments: RxCollection<Appointment>
  messages: RxCollection<Message>
  receipts: RxCollection<Receipt>
  outgoing: RxCollection<Outgoing>
  /** For appointments, and for refills. */
  requests: RxCollection<Request | Refill>
  documents: RxCollection<SharedDocument>
  medications: RxCollection<Medication>
  profile: RxCollection<Profile>
  billing: RxCollection<BillingDocument>
  [name: string]: RxCollection
}

/** A message that is being written, on this device only (features/messages/outgoing.ts). */
export interface Outgoing {
  /** The conversation it is written in, or `new`. */
  readonly id: string
  /** Made with the first letter: sending from two tabs, or again after a crash, makes one message. */
  readonly messageId: string
  readonly subject: string
  readonly body: string
  readonly priority: Message['priority']
  /** Files that are to go with it; they lie sealed on this device. */
  readonly attachments?: Message['attachments']
  /** Send was pressed: it goes out at this moment. */
  readonly sendAt?: number
  readonly updatedAt: number
}
export type ReplicaDatabase = RxDatabase<ReplicaCollections>
