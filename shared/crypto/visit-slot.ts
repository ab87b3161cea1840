/**
 * A visit to a tablet, sealed under what only the person who comes knows and was given: the code and their birthday,
 * through Argon2id (run outside, 32 MiB, t=3, p=1) with the tablet's salt. And the way back: what is typed, sealed to the
 * practice's key, so that the tablet itself cannot read it again. SPEC: shared/crypto/SPEC.md, E17 and E18.
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { ok, type Result } from '../kernel/result.ts'
import { type Bytes, fromUtf8, lengthPrefixed, type RandomBytes, utf8 } from './bytes.ts'
import { type EnvelopeError, open, seal } from './envelope.ts'
import { createNobleDataKey } from './noble-data-key.ts'
import { type BoxRecipient, type BoxSecret, openBox, sealTo } from './sealed-box.ts'

export const VISIT_HASH = { memoryKiB: 32_768, passes: 3, lanes: 1, bytes: 32 } as const
const SLOT_KEY_ID = 'visit-slot'
const TAG_BYTES = 16

/** What goes into Argon2id. `birthday`: `YYYY-MM-DD`. */
export const visitSecret = (code: string, birthday: string): Bytes =>
  lengthPrefixed([utf8(code), utf8(birthday)])

export interface VisitPlace {
  readonly tablet: string
  readonly visit: string
}

const derive = (hash: Uint8Array, what: 'key' | 'tag', length: number) => {
  if (hash.length !== VISIT_HASH.bytes) throw new RangeError('An Argon2id output has 32 bytes here.')
  return hkdf(sha256, hash, undefined, utf8(`mentalspace.visit-slot.v1 ${what}`), length)
}

/** By which the tablet finds the package; 32 hexadecimal digits. */
export const visitTag = (hash: Uint8Array): string => bytesToHex(derive(hash, 'tag', TAG_BYTES))

const slotKey = (hash: Uint8Array) => createNobleDataKey(derive(hash, 'key', 32), SLOT_KEY_ID)
const slotPlace = ({ tablet, visit }: VisitPlace) => ({
  account: tablet,
  client: visit,
  collection: SLOT_KEY_ID,
  documentId: visit,
  schemaVersion: 1,
})

export const sealVisit = (
  hash: Uint8Array,
  content: unknown,
  place: VisitPlace,
  random: RandomBytes,
): Promise<Bytes> => seal(slotKey(hash), padded(content), slotPlace(place), random)

export const openVisit = async (
  hash: Uint8Array,
  sealed: Uint8Array,
  place: VisitPlace,
): Promise<Result<unknown, EnvelopeError>> => parsed(await open(slotKey(hash), sealed, slotPlace(place)))

export interface AnswersPlace extends VisitPlace {
  readonly draft: string
  readonly seq: number
}
const answersPlace = ({ tablet, visit, draft, seq }: AnswersPlace) => ({
  account: tablet,
  client: visit,
  collection: `visit-answers/${seq}`,
  documentId: draft,
  schemaVersion: 1,
})

export const sealAnswers = (
  clinic: BoxRecipient,
  content: unknown,
  place: AnswersPlace,
  random: RandomBytes,
): Promise<Bytes> => sealTo(clinic, padded(content), answersPlace(place), random)

export const openAnswers = async (
  clinic: BoxSecret,
  box: Uint8Array,
  place: AnswersPlace,
): Promise<Result<unknown, EnvelopeError>> => parsed(await openBox(clinic, box, answersPlace(place)))

/** The length of what was typed is nobody's business: JSON, filled up with spaces. */
const STEP = 1024
function padded(content: unknown): Bytes {
  const json = utf8(JSON.stringify(content))
  const bytes = new Uint8Array(Math.ceil((json.length + 1) / STEP) * STEP).fill(0x20)
  bytes.set(json)
  return bytes
}

const parsed = (opened: Result<Bytes, EnvelopeError>): Result<unknown, EnvelopeError> =>
  opened.ok ? ok(JSON.parse(fromUtf8(opened.value)) as unknown) : opened
