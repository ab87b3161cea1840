/** A key-encryption key in AWS KMS, against a double that speaks KMS's wire format and checks every signature. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createKmsKeyProvider } from '../../sync-server/platform/kms-key-provider.ts'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/6fa459ea-ee8a-4ca4-894e-db77e160355e'
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const secretOfKms = randomBytes(32)
const asked: { target: string; context: unknown }[] = []

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function isSigned(request: IncomingMessage, body: string): boolean {
  const match =
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/(\d{8})\/([\w-]+)\/kms\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (match === null) return false
  const [, day = '', region = '', names = '', signature] = match
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
  const canonical = ['POST', '/', '', headers.join(''), names, sha256(body)].join('\n')
  const scope = `${day}/${region}/kms/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = [day, region, 'kms', 'aws4_request'].reduce<Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    Buffer.from(`AWS4${SECRET}`),
  )
  return createHmac('sha256', key).update(toSign).digest('hex') === signature
}

function answer(target: string, input: Record<string, unknown>): object | undefined {
  const context = Buffer.from(JSON.stringify(Object.entries(input.EncryptionContext ?? {}).sort()))
  if (input.KeyId !== KEY) return undefined
  if (target === 'TrentService.Encrypt') {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', secretOfKms, nonce).setAAD(context)
    const sealed = [cipher.update(Buffer.from(String(input.Plaintext), 'base64')), cipher.final()]
    return {
      KeyId: KEY,
      CiphertextBlob: Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64'),
    }
  }
  const blob = Buffer.from(String(input.CiphertextBlob), 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', secretOfKms, blob.subarray(0, 12)).setAAD(context)
    decipher.setAuthTag(blob.subarray(12, 28))
    const plain = Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()])
    return { KeyId: KEY, Plaintext: plain.toString('base64') }
  } catch {
    return undefined
  }
}

let server: Server
let endpoint: string
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET)
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const target = String(request.headers['x-amz-target'])
      const input = JSON.parse(body) as Record<string, unknown>
      const sound =
        isSigned(request, body) && request.headers['content-type'] === 'application/x-amz-json-1.1'
      const found = sound ? answer(target, input) : undefined
      if (found !== undefined) asked.push({ target, context: input.EncryptionContext })
      response.writeHead(found === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      const type = sound ? 'InvalidCiphertextException' : 'InvalidSignatureException'
      response.end(JSON.stringify(found ?? { __type: type, message: 'refused' }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await new Promise((resolve) => server.close(resolve))
})

const place = (client: string) => ({
  account: 'server',
  client,
  collection: 'client_key',
  documentId: 'k1',
  schemaVersion: 1,
})

it('[A9] wraps and opens data keys in KMS, each bound to its client', async () => {
  const provider = await createKmsKeyProvider({ keyArn: KEY, endpoint })
  const raw = new Uint8Array(randomBytes(32))
  const wrapped = await provider.wrap(raw, place('one'))
  expect(Buffer.from(wrapped).includes(Buffer.from(raw))).toBe(false)
  expect(Buffer.from(await provider.unwrap(wrapped, place('one'), provider.kekId)).equals(raw)).toBe(true)
  await expect(provider.unwrap(wrapped, place('two'), provider.kekId)).rejects.toThrow('refused')
  expect(asked.at(-1)).toEqual({
    target: 'TrentService.Decrypt',
    context: { application: 'mentalspace-portal', client: 'one', key: 'k1' },
  })
})

it('[A9] a key or credentials that KMS does not take are said at the start, in one line', async () => {
  const other = KEY.replace('6fa459ea', '00000000')
  await expect(createKmsKeyProvider({ keyArn: other, endpoint })).rejects.toThrow(
    'The key in PORTAL_KMS_KEY cannot be used: Invalid',
  )
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong')
  await expect(createKmsKeyProvider({ keyArn: KEY, endpoint })).rejects.toThrow('InvalidSignatureException')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET)
})
