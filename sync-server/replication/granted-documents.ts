/**
 * What of a record somebody may see and change, document by document (I5): everybody with a relation the whole of it, a
 * proxy what the grant covers. What is not covered is passed over, never opened where its collection says so already.
 */
import { mayRead, mayReadSome, mayWrite } from '../../shared/domains/grants/policy.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import type { ClientAccess } from './client-access-store.ts'
import type { StoredDocument, Write } from './collection.ts'

type Access = Pick<ClientAccess, 'grant'>

export const notGranted = refusal('not_permitted', 'Your access to this record does not include this.')

/** Is there anything in the collection for them? Before it is read. */
export const seesCollection = ({ grant }: Access, collection: CollectionName): boolean =>
  grant === undefined || mayReadSome(grant.granted, collection)

/** Of one that is deleted only the id is left to tell. */
export const seesDocument = (
  { grant }: Access,
  collection: CollectionName,
  { body, deleted }: Pick<StoredDocument, 'body' | 'deleted'>,
): boolean =>
  grant === undefined ||
  (deleted ? mayReadSome(grant.granted, collection) : mayRead(grant.granted, collection, body))

/** `body`: the document as it is, or, of a new one, what the write says of it. */
export const changesDocument = (
  { grant }: Access,
  { collection }: Pick<Write, 'collection'>,
  body: JsonObject,
): boolean => grant === undefined || mayWrite(grant.granted, collection, body)
