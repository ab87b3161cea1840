/**
 * A file as the answer to a question: what it is and where it is, never its bytes. Those travel apart, sealed, under the
 * id that the device made when the file was chosen. Pure.
 */
import { FILE_BYTES, FILE_TYPES, type FileType } from '../domains/documents/limits.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import type { Answer, Item } from './questionnaire.ts'

export interface AttachedFile {
  /** Id of the stored file, a lower-case UUID. */
  readonly file: string
  readonly name: string
  /** MIME type, told by content. */
  readonly type: string
  readonly bytes: number
  /** Of the whole file, hex. */
  readonly sha256: string
}

/** Characters of a file's name. */
export const MAX_FILE_NAME = 200
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const HASH = /^[0-9a-f]{64}$/

/** Null: it names no file. */
export function readAttached(answer: Answer | undefined): AttachedFile | null {
  if (typeof answer !== 'object' || answer === null) return null
  const { file, name, type, bytes, sha256 } = answer
  if (typeof file !== 'string' || !ID.test(file)) return null
  if (typeof name !== 'string' || name.trim() === '' || name.length > MAX_FILE_NAME) return null
  if (typeof type !== 'string' || typeof sha256 !== 'string' || !HASH.test(sha256)) return null
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 1) return null
  return { file, name, type, bytes, sha256 }
}

/** MIME types that a question takes: those of the portal, where the form names some only those of them. `image/*` is understood. */
export function takenTypes({ mimeTypes }: Pick<Item, 'mimeTypes'>): readonly FileType[] {
  const all = Object.keys(FILE_TYPES) as FileType[]
  if (mimeTypes.length === 0) return all
  return all.filter((type) =>
    mimeTypes.some(
      (named) => named === type || (named.endsWith('/*') && type.startsWith(named.slice(0, -1))),
    ),
  )
}

/** Bytes of the largest file that a question takes. */
export const largestFile = ({ maxSize }: Pick<Item, 'maxSize'>): number =>
  Math.min(maxSize ?? FILE_BYTES, FILE_BYTES)

export type FileTrouble = 'wrong_type' | 'file_kind' | 'file_too_large'

export function checkAttached(item: Item, answer: Answer): FileTrouble | null {
  const attached = readAttached(answer)
  if (attached === null) return 'wrong_type'
  if (!takenTypes(item).some((type) => type === attached.type)) return 'file_kind'
  return attached.bytes > largestFile(item) ? 'file_too_large' : null
}

/** The files that answers name, each once. */
export function filesIn(answers: Iterable<Answer | null>): readonly AttachedFile[] {
  const found = new Map<string, AttachedFile>()
  for (const answer of answers) {
    const attached = readAttached(answer ?? undefined)
    if (attached) found.set(attached.file, attached)
  }
  return [...found.values()]
}

/** As FHIR has it. `hash` is SHA-256 in hex, as in the portal's DocumentReference; R4 alone would have SHA-1. */
export const toFhirAttachment = ({ file, name, type, bytes, sha256 }: AttachedFile): JsonObject => ({
  contentType: type,
  url: `urn:uuid:${file}`,
  size: bytes,
  hash: sha256,
  title: name,
})

/** Undefined where it is not one that the portal holds: a file from elsewhere cannot be an answer. */
export function fromFhirAttachment({ contentType, url, size, hash, title }: JsonObject): Answer | undefined {
  const file = typeof url === 'string' && url.startsWith('urn:uuid:') ? url.slice('urn:uuid:'.length) : ''
  const answer = { file, name: title, type: contentType, bytes: size, sha256: hash } as unknown as Answer
  return readAttached(answer) ? answer : undefined
}

/** Of a published form, as it was published: is there a question that may have to be answered with a file? */
export function needsFile(questionnaire: Json | undefined): boolean {
  const open: (Json | undefined)[] = [questionnaire]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { type, item, required } = Object(node) as JsonObject
    if (type === 'attachment' && required === true) return true
    if (Array.isArray(item)) open.push(...(item as readonly Json[]))
  }
  return false
}
