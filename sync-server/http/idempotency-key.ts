/**
 * `Idempotency-Key` on creates: the same key of the same writer names the same document, so that sending a request again
 * has no second effect. Without one every request makes a document of its own.
 */
import { randomUUID } from 'node:crypto'
import type { Request } from 'express'
import { derivedId } from '../../shared/crypto/derived-id.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { Actor } from '../replication/actor.ts'

const KEY = /^[\x21-\x7e]{1,200}$/

/** Id of the document that this request creates. */
export function createdId(request: Request, actor: Actor, purpose: string): Result<string, Refusal> {
  const key = request.get('idempotency-key')
  if (key === undefined) return ok(randomUUID())
  if (!KEY.test(key))
    return err(refusal('invalid_message', 'An Idempotency-Key has 1 to 200 visible ASCII characters.'))
  return ok(derivedId('idempotency', JSON.stringify([purpose, actor.accountId, key])))
}
