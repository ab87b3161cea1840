/**
 * A store that speaks as much of S3's protocol as we use, and takes no request whose Signature Version 4 it cannot
 * reproduce from the secret key. Nothing that speaks all of it runs on this Node from the registry.
 */
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface S3Double extends AsyncDisposable {
  readonly endpoint: string
  readonly objects: Map<string, Uint8Array>
  /** Answers so many requests with 503 first. */
  fail(times: number): void
  readonly refused: string[]
}

const sha256 = (value: string | Uint8Array) => createHash('sha256').update(value).digest('hex')
const hmac = (key: string | Uint8Array, value: string) => createHmac('sha256', key).update(value).digest()

export async function startS3Double(keys: { id: string; secret: string; bucket: string }): Promise<S3Double> {
  const objects = new Map<string, Uint8Array>()
  const refused: string[] = []
  let failures = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(request, response, Buffer.concat(chunks)))
  })
  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const fault = faultOf(request, body, keys)
    if (fault !== undefined) {
      refused.push(fault)
      return sendError(response, 403, 'SignatureDoesNotMatch', fault)
    }
    if (failures > 0) {
      failures -= 1
      return sendError(response, 503, 'SlowDown', 'later')
    }
    const { pathname } = new URL(request.url ?? '/', 'http://s3')
    const [, bucket, ...rest] = pathname.split('/')
    if (bucket !== keys.bucket) return sendError(response, 404, 'NoSuchBucket', 'no such bucket')
    const key = rest.map(decodeURIComponent).join('/')
    if (request.method === 'PUT') {
      const checksum = request.headers['x-amz-checksum-sha256']
      if (checksum !== createHash('sha256').update(body).digest('base64'))
        return sendError(response, 400, 'BadDigest', 'the checksum is another')
      objects.set(key, body)
      response.writeHead(200, { etag: '"x"' }).end()
    } else if (request.method === 'GET') {
      const found = objects.get(key)
      if (found === undefined) return sendError(response, 404, 'NoSuchKey', 'no such key')
      response.writeHead(200, { 'content-length': found.length }).end(found)
    } else if (request.method === 'DELETE') {
      objects.delete(key)
      response.writeHead(204).end()
    } else sendError(response, 405, 'MethodNotAllowed', 'no')
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    refused,
    fail: (times) => {
      failures = times
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Undefined where the signature is that of the secret key over this request. */
function faultOf(
  { method = '', url = '/', headers }: IncomingMessage,
  body: Buffer,
  { id, secret }: { id: string; secret: string },
): string | undefined {
  const [, credential = '', signed = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? []
  const [keyId, day = '', region = '', service = '', kind] = credential.split('/')
  const time = String(headers['x-amz-date'] ?? '')
  if (keyId !== id || service !== 's3' || kind !== 'aws4_request' || !time.startsWith(day))
    return 'no credential'
  const names = signed.split(';')
  if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => names.includes(name)))
    return 'headers are not signed'
  const payload = String(headers['x-amz-content-sha256'])
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) return 'the body is another'
  const { pathname, searchParams } = new URL(url, 'http://s3')
  const query = [...searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&')
  const lines = names.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`).join('')
  const canonical = [method, pathname, query, lines, signed, payload].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = ['s3', 'aws4_request'].reduce(
    (above: Uint8Array, part) => hmac(above, part),
    hmac(hmac(`AWS4${secret}`, day), region),
  )
  return hmac(key, toSign).toString('hex') === signature ? undefined : 'another signature'
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`)
}
