/** A POST to somebody else's server: follows nobody elsewhere, and reads nothing of the answer but its status. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { OutgoingAddresses } from './outgoing-address.ts'

const TIMEOUT_MS = 5_000

export const postOnce = (
  url: URL,
  { lookup }: Pick<OutgoingAddresses, 'lookup'>,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        lookup,
        agent: false,
        headers: {
          ...headers,
          'content-length': Buffer.byteLength(body),
          'user-agent': 'MentalSpace-Portal/1',
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
      (response) => {
        resolve(String(response.statusCode ?? 0))
        response.destroy()
      },
    )
    request.on('error', reject)
    request.end(body)
  })
