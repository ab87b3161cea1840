/**
 * Revisions over HTTP: an answer carries its own in `ETag`, and who changes something says in `If-Match` which one they
 * saw. `Idempotency-Key` names an attempt to make something: the same again has no second effect.
 */
import { randomUUID } from 'node:crypto'
import type { Response } from 'express'
import { z } from 'zod'
import { derivedId } from '../../shared/crypto/derived-id.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { Actor } from '../replication/actor.ts'

export const IfMatch = z.object({
  'if-match': z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'The `ETag` that was seen, such as `"3"`.' }),
})

export const IdempotencyKey = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{8,200}$/)
    .optional()
    .meta({ description: 'Made by the caller, 8 to 200 characters; the same again has no second effect.' }),
})

/** Id of the document that a request creates in a record: the same key of the same account always names the same one. */
export const createdId = (
  headers: z.infer<typeof IdempotencyKey>,
  actor: Actor,
  clientId: string,
  purpose: string,
): string => {
  const key = headers['idempotency-key']
  return key === undefined
    ? randomUUID()
    : derivedId(purpose, JSON.stringify([actor.accountId, clientId, key]))
}

/** The revision that `If-Match` names. Something that is none of ours matches nothing. */
export function revisionSeen(headers: z.infer<typeof IfMatch>): Result<number, Refusal> {
  const value = headers['if-match']
  if (value === undefined)
    return err(refusal('precondition_required', 'Send If-Match with the ETag of what you saw.'))
  const [, digits] = /^"(\d{1,9})"$/.exec(value.trim()) ?? []
  return digits === undefined
    ? err(refusal('precondition_failed', 'If-Match names no revision of this.'))
    : ok(Number(digits))
}

export const sendRevision = (response: Response, rev: number): void => {
  response.setHeader('ETag', `"${rev}"`)
}
