/** Does the sender of a request have a device's key? Asked before anything else of the request is looked at. RFC 9449. */
import type { Request, Response } from 'express'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import type { DeviceKey, Possession } from '../platform/possession.ts'

/** `token`: the access token that came along. Gives the next nonce along where one is due. */
export type Prove = (
  request: Request,
  response: Response,
  token: string | undefined,
) => Promise<Result<DeviceKey, Refusal>>

const missing = refusal('not_authenticated', 'A proof of the device’s key is needed.')
const invalid = refusal('invalid_dpop_proof', 'The proof of the device’s key is not valid here and now.')
const needsNonce = refusal('use_dpop_nonce', 'Make the proof again with the nonce of this answer.')

/** `origin`: where the server is published; undefined: wherever the request was addressed to (development). */
export function createProve(possession: Possession, origin: string | undefined): Prove {
  const isAddressOf = (request: Request) => {
    const host = request.headers.host ?? ''
    return (given: string): boolean => {
      if (!URL.canParse(given)) return false
      const url = new URL(given)
      if (origin === undefined ? url.host !== host.toLowerCase() : url.origin !== origin) return false
      const [path = ''] = request.originalUrl.split('?')
      return URL.canParse(path, 'http://x') && url.pathname === new URL(path, 'http://x').pathname
    }
  }
  return async (request, response, token) => {
    const { dpop } = request.headers
    if (typeof dpop !== 'string') return err(missing)
    const { method } = request
    const verdict = await possession.ofRequest({
      proof: dpop,
      method,
      isAddress: isAddressOf(request),
      token,
    })
    if (verdict.ok ? verdict.isNonceOld : verdict.reason === 'nonce')
      response.setHeader('DPoP-Nonce', possession.newNonce())
    if (verdict.ok) return ok(verdict.key)
    return err(verdict.reason === 'nonce' ? needsNonce : invalid)
  }
}
