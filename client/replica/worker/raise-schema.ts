/**
 * What an older build of the app sealed on this device, as this one reads it: documents, the server's states and the
 * mutations that wait. Nothing is rewritten on the disk for it; the next write of a thing seals it anew.
 */
import { hasStep, raiseBody, raiseField, type SchemaHistory } from '../../../shared/domains/schema-history.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { COLLECTIONS, collectionByNumber } from '../../../shared/protocol/collections.ts'
import type { RecordContent } from './documents.ts'
import type { OutboxContent } from './outbox-entry.ts'
import type { Place } from './sealer.ts'

/** `value`: what was sealed at `place` by a build of document schema `from`. */
export function raise(history: SchemaHistory, from: number, place: Place, value: unknown): unknown {
  const collection = collectionByNumber(place.collection)
  if (collection === undefined || !hasStep(history, from)) return value
  const body = <T extends JsonObject>(document: T): T =>
    raiseBody(history, from, collection, document, COLLECTIONS[collection].maps)
  const record = ({ d, s }: RecordContent) => ({ d: body(d as unknown as JsonObject), s })
  if (place.table === 'record') return record(value as RecordContent)
  if (place.table === 'block') return (value as readonly RecordContent[]).map(record)
  if (place.table === 'shadow') return value === null ? null : body(value as JsonObject)
  if (place.table !== 'outbox' && place.table !== 'journal') return value
  const content = value as OutboxContent
  return {
    ...content,
    fields: content.fields.map(([field, sent, at]) => [
      ...raiseField(history, from, collection, field, sent),
      at,
    ]),
    ...(content.body && { body: body(content.body) }),
    ...(content.covered && {
      covered: content.covered.map((field) => raiseField(history, from, collection, field, null)[0]),
    }),
  } satisfies { [K in keyof OutboxContent]: unknown }
}
