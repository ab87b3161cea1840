/**
 * A push service that checks what it is given as a real one and a browser would: the signature of whoever sends
 * (VAPID, RFC 8292), and what is inside, opened with the device's own keys (RFC 8291, aes128gcm of RFC 8188).
 */
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jwtVerify } from 'jose'

export interface Pushed {
  readonly headers: IncomingHttpHeaders
  /** As the device reads it. */
  readonly content: Record<string, unknown>
  readonly raw: string
}
export interface PushDouble extends AsyncDisposable {
  /** What a browser would have been given. */
  readonly subscription: {
    readonly endpoint: string
    readonly keys: { readonly p256dh: string; readonly auth: string }
  }
  readonly pushed: readonly Pushed[]
  /** What was sent and could not be read or was not signed right. */
  readonly refused: readonly unknown[]
  /** Answers so from now on. */
  answer(status: number): void
}

export async function openPushDouble(vapidKey: () => string): Promise<PushDouble> {
  const device = createECDH('prime256v1')
  device.generateKeys()
  const auth = randomBytes(16)
  const pushed: Pushed[] = []
  const refused: unknown[] = []
  let status = 201
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      read(body, request.headers)
        .then((content) => {
          if (status < 300) pushed.push({ headers: request.headers, content, raw: body.toString('latin1') })
          response.writeHead(status).end()
        })
        .catch((error: unknown) => {
          refused.push(error)
          response.writeHead(400).end()
        })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function read(body: Buffer, headers: IncomingHttpHeaders): Promise<Record<string, unknown>> {
    const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization ?? '') ?? []
    if (key !== vapidKey()) throw new Error('Not the key that the device subscribed with.')
    const { payload } = await jwtVerify(token, publicKeyOf(key), { audience: origin, algorithms: ['ES256'] })
    if (!/^(mailto|https):/.test(payload.sub ?? '')) throw new Error('Nobody to write to.')
    const left = (payload.exp ?? 0) - Date.now() / 1000
    if (left <= 0 || left > 24 * 3_600) throw new Error('Good for too long.')
    if (headers['content-encoding'] !== 'aes128gcm' || !/^\d+$/.test(String(headers.ttl)))
      throw new Error('Not as the protocol has it.')
    return JSON.parse(opened(body)) as Record<string, unknown>
  }

  /** RFC 8291, section 3.4. */
  function opened(body: Buffer): string {
    const salt = body.subarray(0, 16)
    const length = body[20] ?? 0
    const sender = body.subarray(21, 21 + length)
    const sealed = body.subarray(21 + length)
    const shared = device.computeSecret(sender)
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), device.getPublicKey(), sender])
    const secret = Buffer.from(hkdfSync('sha256', shared, auth, info, 32))
    const derive = (label: string, bytes: number) =>
      Buffer.from(hkdfSync('sha256', secret, salt, Buffer.from(`Content-Encoding: ${label}\0`), bytes))
    const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
    cipher.setAuthTag(sealed.subarray(-16))
    const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()])
    // The last record ends with 2, and zeros.
    return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8')
  }

  return {
    subscription: {
      endpoint: `${origin}/push/device`,
      keys: { p256dh: device.getPublicKey('base64url'), auth: auth.toString('base64url') },
    },
    pushed,
    refused,
    answer: (next) => {
      status = next
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

function publicKeyOf(point: string) {
  const bytes = Buffer.from(point, 'base64url')
  const part = (from: number, to: number) => bytes.subarray(from, to).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: part(1, 33), y: part(33, 65) }
  return createPublicKey({ key: jwk, format: 'jwk' })
}
