/**
 * JSON bodies: size first, nesting second, and only then JSON.parse. Deep nesting is cheap to send and dear to
 * everything recursive behind the parser, so it is counted on the bytes themselves.
 */
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { LIMITS } from '../../shared/protocol/terms.ts'

export class TooDeep extends Error {}

/** Deepest nesting of arrays and objects; brackets inside strings do not count. */
export function jsonDepth(bytes: Uint8Array): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return deepest
}

export const jsonBody: RequestHandler = express.json({
  limit: LIMITS.messageBytes,
  type: ['application/json', 'application/*+json'],
  verify: (_request, _response, bytes) => {
    if (jsonDepth(bytes) > LIMITS.jsonDepth) throw new TooDeep()
  },
})

/** Flat forms of a few fields, as OAuth has them. */
export const formBody: RequestHandler = express.urlencoded({
  extended: false,
  limit: 20_000,
  parameterLimit: 20,
})

/** Which of the parser's errors is whose: the client's become refusals, the rest goes on. */
export function bodyRefusal(
  error: Parameters<ErrorRequestHandler>[0],
): 'too_large' | 'invalid_message' | undefined {
  if (error instanceof TooDeep) return 'invalid_message'
  const status: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined
  if (status === 413) return 'too_large'
  return typeof status === 'number' && status >= 400 && status < 500 ? 'invalid_message' : undefined
}
