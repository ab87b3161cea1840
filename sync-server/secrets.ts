/**
 * The server's three secrets. In development they are made once and kept in `<data directory>/secrets.json`, readable
 * by the owner only: losing that file means losing what is sealed in the database, so a database without it is refused.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from './platform/start-error.ts'

export interface Secrets {
  /** Key-encryption key: wraps the data key of every client. 32 bytes. Undefined where a key in KMS does that alone. */
  readonly kek: Uint8Array | undefined
  /** Others that still open keys, or will: one follows another while servers run. */
  readonly previousKeks: readonly Uint8Array[]
  /** HMAC key in front of password hashing, and of what is derived for sessions. 32 bytes or more. */
  readonly pepper: Uint8Array
  /** P-256 private keys of the access tokens (ES256): the first signs, all verify. */
  readonly signingKeys: readonly [KeyObject, ...KeyObject[]]
}

/** As in the environment: base64, base64, and keys (PEM or the base64 of its DER) with commas between them. */
interface GivenSecrets {
  readonly kek: string | undefined
  /** With commas between them. */
  readonly previousKeks?: string | undefined
  readonly pepper: string | undefined
  readonly signingKey: string | undefined
}

/** Throws StartError with one line per missing or malformed secret. `needsKek`: no other key wraps. */
export function readSecrets(given: GivenSecrets, needsKek = true): Secrets {
  const mistakes: string[] = []
  const bytes = (
    name: string,
    value: string | undefined,
    sound: (length: number) => boolean,
    need: string,
  ) => {
    const decoded = Buffer.from(value ?? '', 'base64')
    if (value === undefined) mistakes.push(`${name} must be set in production (${need}, base64).`)
    else if (!sound(decoded.length)) mistakes.push(`${name} must be ${need}, base64.`)
    return new Uint8Array(decoded)
  }
  const kek =
    given.kek === undefined && !needsKek
      ? undefined
      : bytes('PORTAL_KEK', given.kek, (length) => length === 32, '32 random bytes')
  const previousKeks = (given.previousKeks ?? '')
    .split(',')
    .filter((text) => text.trim() !== '')
    .map((text) => bytes('PORTAL_KEK_PREVIOUS', text, (length) => length === 32, '32 random bytes each'))
  const pepper = bytes('PORTAL_PEPPER', given.pepper, (length) => length >= 32, 'at least 32 random bytes')
  const [first, ...others] = (given.signingKey ?? '').split(',').map((text) => parseSigningKey(text.trim()))
  if (given.signingKey === undefined)
    mistakes.push(
      'PORTAL_SIGNING_KEY must be set in production (a P-256 private key: PEM, or the base64 of its DER).',
    )
  else if (first === undefined || !others.every((key) => key !== undefined))
    mistakes.push(
      'PORTAL_SIGNING_KEY must be a P-256 private key (PEM, or the base64 of its DER), or several with commas between them.',
    )
  if (mistakes.length > 0 || first === undefined) throw new StartError(mistakes.join('\n'))
  return { kek, previousKeks, pepper, signingKeys: [first, ...others.filter((key) => key !== undefined)] }
}

/** Given secrets win over kept ones. `dataDir` undefined: new ones every time (databases in memory). */
export function developmentSecrets(given: GivenSecrets, dataDir: string | undefined): Secrets {
  const kept = dataDir === undefined ? newSecrets() : keptSecrets(dataDir)
  return readSecrets({
    kek: given.kek ?? kept.kek,
    previousKeks: given.previousKeks,
    pepper: given.pepper ?? kept.pepper,
    signingKey: given.signingKey ?? kept.signingKey,
  })
}

function keptSecrets(dataDir: string): GivenSecrets {
  const path = join(dataDir, 'secrets.json')
  try {
    if (existsSync(path)) {
      const file: unknown = JSON.parse(readFileSync(path, 'utf8'))
      const text = (key: string) => {
        const value = typeof file === 'object' && file !== null ? Reflect.get(file, key) : undefined
        if (typeof value !== 'string') throw new StartError(`${path} is damaged: it has no "${key}".`)
        return value
      }
      return { kek: text('kek'), pepper: text('pepper'), signingKey: text('signingKey') }
    }
    if (existsSync(join(dataDir, 'database')))
      throw new StartError(`${path} is missing: without it the data beside it cannot be opened. Put it back.`)
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const secrets = newSecrets()
    writeFileSync(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    return secrets
  } catch (error) {
    if (error instanceof StartError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(`The secrets in ${path} cannot be read or made: ${reason}`)
  }
}

function newSecrets() {
  return {
    kek: randomBytes(32).toString('base64'),
    pepper: randomBytes(32).toString('base64'),
    signingKey: newSigningKey(),
  }
}

function newSigningKey(): string {
  return derOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

/** Old keys that go on verifying: whoever signs with one of them, for a moment yet, is another server. */
const OLD_KEYS = 2

/** A new key in front of those that are there, as in the environment. */
export const rotateSigningKeys = ([...keys]: Secrets['signingKeys']): string =>
  [newSigningKey(), ...keys.slice(0, OLD_KEYS).map(derOf)].join(',')

/** Replaces the signing keys of the data directory, whole or not at all. */
export function keepSigningKeys(dataDir: string, signingKey: string): void {
  const path = join(dataDir, 'secrets.json')
  const secrets: object = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(`${path}.new`, `${JSON.stringify({ ...secrets, signingKey }, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

const derOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'der' }).toString('base64')

function parseSigningKey(text: string): KeyObject | undefined {
  const key = text.includes('-----BEGIN')
    ? privateKey(text.replaceAll('\\n', '\n'))
    : (derKey(text, 'pkcs8') ?? derKey(text, 'sec1'))
  return key?.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
}

/** OpenSSL 3.0 writes a curve's own format (SEC 1) where others write PKCS#8. */
const derKey = (text: string, type: 'pkcs8' | 'sec1') =>
  privateKey({ key: Buffer.from(text, 'base64'), format: 'der', type })

function privateKey(given: Parameters<typeof createPrivateKey>[0]): KeyObject | undefined {
  try {
    return createPrivateKey(given)
  } catch {
    return undefined
  }
}
