/** A passkey in software: answers WebAuthn's questions as an authenticator would, honestly and otherwise. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

interface Question {
  readonly challenge: string
}
/** What an honest device would not do. */
export interface Twist {
  readonly origin?: string
  readonly rpId?: string
  /** The device did not check the person. */
  readonly unverified?: boolean
  readonly counter?: number
  readonly type?: string
}
export interface SoftPasskey {
  readonly credentialId: string
  create(question: Question, twist?: Twist): object
  answer(question: Question, twist?: Twist): object
}

const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest()

/** As much of CBOR as an authenticator needs: heads of short items. */
const head = (major: number, length: number) =>
  length < 24
    ? Buffer.from([(major << 5) | length])
    : length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 0xff])
const cborText = (text: string) => Buffer.concat([head(3, Buffer.byteLength(text)), Buffer.from(text)])
const cborBytes = (bytes: Uint8Array) => Buffer.concat([head(2, bytes.length), bytes])
const cborInt = (value: number) => (value >= 0 ? head(0, value) : head(1, -1 - value))
const cborMap = (...pairs: (readonly [Buffer, Buffer])[]) =>
  Buffer.concat([head(5, pairs.length), ...pairs.flat()])

/** `origin`: where the app is, as its browser sees it. */
export function createSoftPasskey(origin: string): SoftPasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(32)
  let uses = 0

  const clientData = (type: string, { challenge }: Question, twist: Twist) =>
    Buffer.from(
      JSON.stringify({
        type: twist.type ?? type,
        challenge,
        origin: twist.origin ?? origin,
        crossOrigin: false,
      }),
    )
  const authenticatorData = (twist: Twist, attested?: Buffer) => {
    uses += 1
    const flags = PRESENT | (twist.unverified ? 0 : VERIFIED) | (attested === undefined ? 0 : ATTESTED)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(twist.counter ?? uses)
    const rpIdHash = sha256(twist.rpId ?? new URL(origin).hostname)
    return Buffer.concat([rpIdHash, Buffer.from([flags]), counter, attested ?? Buffer.alloc(0)])
  }
  const named = { id: base64url(id), rawId: base64url(id), type: 'public-key' }

  return {
    credentialId: named.id,
    create(question, twist = {}) {
      const length = Buffer.from([id.length >> 8, id.length & 0xff])
      const key = cborMap(
        [cborInt(1), cborInt(2)],
        [cborInt(3), cborInt(-7)],
        [cborInt(-1), cborInt(1)],
        [cborInt(-2), cborBytes(Buffer.from(x, 'base64url'))],
        [cborInt(-3), cborBytes(Buffer.from(y, 'base64url'))],
      )
      const authData = authenticatorData(twist, Buffer.concat([Buffer.alloc(16), length, id, key]))
      const attestationObject = cborMap(
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap()],
        [cborText('authData'), cborBytes(authData)],
      )
      return {
        ...named,
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', question, twist)),
          attestationObject: base64url(attestationObject),
          transports: ['internal'],
        },
      }
    },
    answer(question, twist = {}) {
      const client = clientData('webauthn.get', question, twist)
      const data = authenticatorData(twist)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      return {
        ...named,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
        },
      }
    },
  }
}
