/** Local (RxDB) revisions and write times for documents that the worker itself changes. */

import type { Clock } from '../../../shared/kernel/clock.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import type { StoredDocument } from '../worker-port.ts'
import { bodyOf, heightOf } from './documents.ts'

export interface Revisions {
  /** The next stored form of a document; null makes a tombstone that keeps the last body. */
  revise(before: StoredDocument | null, body: JsonObject | null, id: string): StoredDocument
}

/** `token`: random, so that two tabs never make the same revision of different content. */
export function createRevisions(clock: Clock, token: string): Revisions {
  let lastTime = 0
  return {
    revise(before, body, id) {
      // RxDB wants a strictly rising time with at most two decimals.
      lastTime = Math.max(clock.now(), Math.round((lastTime + 0.01) * 100) / 100)
      const height = before === null ? 1 : heightOf(before._rev) + 1
      return {
        ...(body ?? (before === null ? { id } : bodyOf(before))),
        _rev: `${height}-${token}`,
        _deleted: body === null,
        _meta: { lwt: lastTime },
        _attachments: {},
      }
    },
  }
}
