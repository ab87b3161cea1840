/**
 * The collections of a replica as RxDB sees them: indexes only. What a document may contain is said once, by the zod
 * schemas below shared/domains; the server validates with them, and old devices must keep fields they do not know.
 */
import type { RxJsonSchema } from 'rxdb'
import { COLLECTION_NAMES, type CollectionName } from '../../shared/protocol/collections.ts'

interface AnyDocument {
  id: string
  updatedAt: number
}

const ID = { type: 'string', maxLength: 64 } as const
const TIME = { type: 'number', minimum: 0, maximum: 8_640_000_000_000_000, multipleOf: 1 } as const
const WORD = { type: 'string', maxLength: 100 } as const
const TEXT = { type: 'string' } as const
const MAP = { type: 'object' } as const
type Property = typeof ID | typeof TIME | typeof WORD | typeof TEXT | typeof MAP

interface CollectionFields {
  /** What an RxDocument offers as properties (`toJSON()` has everything). */
  readonly fields: { readonly [field: string]: Property }
  /** Fields that queries sort or select by; every document has them. */
  readonly indexes?: readonly (string | string[])[]
}

/** Collections that no screen reads yet have only their identity. */
const FIELDS: { readonly [K in CollectionName]?: CollectionFields } = {
  drafts: {
    fields: {
      definitionId: ID,
      formKey: WORD,
      title: TEXT,
      status: WORD,
      assignedAt: TIME,
      dueAt: TIME,
      amends: ID,
      submissionId: ID,
      answers: MAP,
      contested: MAP,
    },
    indexes: [['status', 'updatedAt']],
  },
  submissions: {
    fields: {
      draftId: ID,
      definitionId: ID,
      formKey: WORD,
      title: TEXT,
      answers: MAP,
      submittedAt: TIME,
      amends: ID,
      status: WORD,
      reference: TEXT,
      receivedAt: TIME,
      reviewedAt: TIME,
      reviewerName: TEXT,
    },
    indexes: ['draftId', 'submittedAt'],
  },
  definitions: {
    fields: { formKey: WORD, version: { ...TIME }, kind: WORD, title: TEXT, questionnaire: MAP },
    indexes: ['formKey'],
  },
  appointments: {
    fields: {
      startsAt: TIME,
      endsAt: TIME,
      timeZone: WORD,
      title: TEXT,
      clinicianName: TEXT,
      place: TEXT,
      status: WORD,
    },
    indexes: ['startsAt'],
  },
  messages: {
    fields: {
      threadId: ID,
      subject: TEXT,
      body: TEXT,
      priority: WORD,
      author: WORD,
      authorName: TEXT,
      sentAt: TIME,
      receivedAt: TIME,
    },
    indexes: ['threadId'],
  },
  documents: {
    fields: { title: TEXT, category: WORD, mimeType: WORD, bytes: TIME, sharedAt: TIME, sharedByName: TEXT },
  },
  receipts: { fields: { threadId: ID, reader: ID, readUpTo: TIME } },
}

/** What stays on this device: sealed like everything else, and never sent. */
const LOCAL_FIELDS = {
  /** Messages that are being written (features/messages/outgoing.ts). */
  outgoing: {
    fields: { messageId: ID, subject: TEXT, body: TEXT, priority: WORD, sendAt: TIME },
  },
} satisfies { readonly [name: string]: CollectionFields }

/** No validator is installed: a field that a newer server sends is stored and kept, whatever stands here. */
function schemaOf({ fields, indexes = [] }: CollectionFields): RxJsonSchema<AnyDocument> {
  return {
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: { id: ID, updatedAt: TIME, ...fields } as RxJsonSchema<AnyDocument>['properties'],
    required: ['id', ...new Set(indexes.flat())] as (keyof AnyDocument & string)[],
    indexes: [...indexes],
  }
}

/** RxDB's free edition opens 13 collections in one page: the twelve that are replicated, and one of this device's own. */
export const replicaCollections = (names?: readonly CollectionName[]) => {
  const replicated = (names ?? COLLECTION_NAMES).map(
    (name) => [name, FIELDS[name] ?? { fields: {} }] as const,
  )
  const local: readonly (readonly [string, CollectionFields])[] = names ? [] : Object.entries(LOCAL_FIELDS)
  return Object.fromEntries(
    [...replicated, ...local].map(([name, fields]) => [name, { schema: schemaOf(fields) }]),
  )
}
