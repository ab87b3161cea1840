/** Every collection that this server replicates; part of the composition root. */
import { appointments } from './modules/appointments/collection.ts'
import { billing } from './modules/billing/collection.ts'
import { documents } from './modules/documents/collection.ts'
import { createFormCollections } from './modules/forms/collections.ts'
import { messages, receipts } from './modules/messages/collection.ts'
import { notices } from './modules/notices/collection.ts'
import { medications } from './modules/prescriptions/collection.ts'
import { profile } from './modules/profile/collection.ts'
import { requests } from './modules/requests/collection.ts'
import type { Collection } from './replication/collection.ts'

export const collections: readonly Collection[] = [
  appointments,
  requests,
  messages,
  receipts,
  ...createFormCollections(),
  medications,
  documents,
  billing,
  profile,
  notices,
]
